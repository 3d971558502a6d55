import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { adapterImportStore, type ImportCandidate, resumeFound } from '../../store/import/state.ts';
import { isBusy } from '../../store/page/selectors.ts';
import { testScoresOf } from '../../training/records/standing.ts';
import { namedClasses } from '../adapters/named-classes.ts';
import { Facts } from '../controls/Facts.tsx';
import { formatCount, formatShare } from '../format.ts';
import { useRunName } from '../runs/use-run-name.ts';
import { usePage } from '../use-page.ts';

type Bundle = Extract<ImportCandidate, { kind: 'bundle' }>['bundle'];

/** A run that was begun elsewhere, and where it stands. */
export function RunCandidate({ bundle }: { bundle: Bundle }) {
  const { run, labels, data, history, state, rows } = bundle;
  const busy = usePage(isBusy);
  const waiting = useStore(adapterImportStore, (found) => found.busy);
  const { t } = useTranslation();
  const name = useRunName()({ name: run.name, run });
  const accuracy = testScoresOf(history)?.accuracy;
  const counts = { train: formatCount(data.train.rows), test: formatCount(data.test.rows) };
  return (
    <section aria-label={name}>
      <Title order={3} size="h6" mt="sm">
        {name}
      </Title>
      <Facts
        facts={[
          [t('import.facts.format'), t('import.formats.bundle')],
          [t('import.facts.method'), t(`run.method.names.${run.method.type}`)],
          [
            t('import.facts.progress'),
            t('import.progress', {
              step: formatCount(state.step),
              epochs: state.epochs,
              total: run.training.epochs,
            }),
          ],
          [t('import.facts.accuracy'), accuracy === undefined ? '–' : formatShare(accuracy)],
          [t('import.facts.classes'), namedClasses(labels)],
          [t('import.facts.rows'), t(rows ? 'import.rowsBrought' : 'import.rowsHere', counts)],
          [t('import.facts.base'), run.model],
        ]}
      />
      {busy && <Text size="sm">{t('import.pauseFirst')}</Text>}
      <Button
        size="sm"
        mt="sm"
        disabled={busy || waiting}
        onClick={() => {
          resumeFound();
          location.hash = '#/playground';
        }}
      >
        {t('import.resume')}
      </Button>
    </section>
  );
}
