import { Alert, Button, Group, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { toEnglish } from '../../base/message.ts';
import { useMessage } from '../../i18n/messages.ts';
import { type ImportCandidate, trainFromAdapter, tryAdapter } from '../../store/import/state.ts';
import { isBusy } from '../../store/page/selectors.ts';
import { namedClasses } from '../adapters/named-classes.ts';
import { Facts } from '../controls/Facts.tsx';
import { formatCount } from '../format.ts';
import { nameInWords } from '../runs/run-words.ts';
import { usePage } from '../use-page.ts';

type Adapter = Extract<ImportCandidate, { kind: 'adapter' }>['adapter'];

/** The last part of a path or of a name on the Hub. */
const shortName = (name: string) => name.split('/').at(-1);

/** An adapter that can be used here, and what is known of it. */
export function AdapterCandidate({ adapter }: { adapter: Adapter }) {
  const { name, format, method, tensors, labels, kind, base, notes } = adapter;

  const here = usePage((state) => state.encoder?.name ?? '');
  const busy = usePage(isBusy);
  const { t } = useTranslation();
  const say = useMessage();
  const shown = nameInWords(t, name);
  const values = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
  const width = 'bottleneck' in method ? ` ${method.bottleneck}` : method.type === 'lora' ? ` ${method.rank}` : '';
  return (
    <section aria-label={shown}>
      <Title order={3} size="h6" mt="sm">
        {shown}
      </Title>
      <Facts
        facts={[
          [t('import.facts.format'), t(`import.formats.${format}`)],
          [t('import.facts.method'), `${t(`run.method.names.${method.type}`)}${width}`],
          [t('import.facts.parameters'), formatCount(values)],
          [
            t('import.facts.classes'),
            kind === 'regression' ? t('kinds.classes.regression') : labels ? namedClasses(labels) : t('import.unknown'),
          ],
          [t('import.facts.base'), base ?? t('import.unknown')],
        ]}
      />
      {base !== null && shortName(base) !== shortName(here) && (
        <Alert color="yellow" my="xs">
          {t('import.otherBase', { base, here })}
        </Alert>
      )}
      {!labels && <Text size="sm">{t('import.noHead')}</Text>}
      {notes.map((note) => (
        <Text key={toEnglish(note)} size="xs" c="dimmed">
          {t('import.details', { message: say(note) })}
        </Text>
      ))}
      {busy && <Text size="sm">{t('import.pauseFirst')}</Text>}
      <Group gap="xs" mt="sm">
        <Button
          size="sm"
          disabled={!labels}
          onClick={() => {
            tryAdapter(adapter);
            location.hash = '#/playground';
          }}
        >
          {t('import.try')}
        </Button>
        <Button
          size="sm"
          variant="light"
          disabled={busy}
          onClick={() => {
            trainFromAdapter(adapter);
            location.hash = '#/playground';
          }}
        >
          {t('import.train')}
        </Button>
      </Group>
    </section>
  );
}
