import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { adapterImportStore, type ImportCandidate, resumeFound } from '../../store/import/state.ts';
import { isBusy } from '../../store/page/selectors.ts';
import { testScoresOf } from '../../training/records/standing.ts';
import { kindOf } from '../../training/run.ts';
import { measureOf } from '../../training/scores/measures.ts';
import { namedClasses } from '../adapters/named-classes.ts';
import { Facts } from '../controls/Facts.tsx';
import { formatCount } from '../format.ts';
import { formatMeasure, measureName } from '../measure.ts';
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
  const kind = kindOf(run);
  const scores = testScoresOf(history);
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
          [
            kind === 'single-label' ? t('import.facts.accuracy') : measureName(t, kind),
            formatMeasure(kind, measureOf(kind, scores)),
          ],
          [t('import.facts.classes'), kind === 'regression' ? t('kinds.classes.regression') : namedClasses(labels)],
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
