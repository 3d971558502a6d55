import { Alert, Button, Group, Modal, Progress, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type BuiltInEncoder, builtInEncoders } from '../../data/built-in/tasks.ts';
import { useMessage } from '../../i18n/messages.ts';
import { lookThroughKept, readyStore } from '../../store/device/ready.ts';
import { cancelWork, closeEncoderChooser, encoderStore, takeBuiltIn } from '../../store/encoder/state.ts';
import { formatBytes, formatDuration } from '../format.ts';
import { useEncoderLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';
import { CachedSection } from './CachedSection.tsx';
import classes from './EncoderChooser.module.css';
import { FolderSection } from './FolderSection.tsx';
import { HubSection } from './HubSection.tsx';

/** Every way to an encoder: built in, cached, from the Hub, from this computer. */
export default function EncoderChooser() {
  const opened = useStore(encoderStore, (state) => state.opened);
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={closeEncoderChooser}
      size="lg"
      title={t('encoder.dialog.title')}
      closeButtonProps={{ 'aria-label': t('page.close') }}
    >
      <Text size="sm">{t('encoder.dialog.about')}</Text>
      <ModelNews />
      <BuiltInSection />
      <CachedSection />
      <HubSection />
      <FolderSection />
    </Modal>
  );
}

/** Progress of the work on an encoder, or why it ended. */
function ModelNews() {
  const problem = useStore(encoderStore, (state) => state.problem);
  const say = useMessage();
  const cancelled = useStore(encoderStore, (state) => state.cancelled);
  const unkept = useStore(encoderStore, (state) => state.unkept);
  const later = useStore(encoderStore, (state) => state.later);
  const current = usePage(({ encoder }) => encoder !== null);
  const { t } = useTranslation();
  return (
    <div aria-live="polite">
      {problem && (
        <Alert color="red" my="xs" title={t('encoder.dialog.why')} role="alert">
          <Text size="sm">{say(problem)}</Text>
          {current && <Text size="sm">{t('encoder.dialog.still')}</Text>}
        </Alert>
      )}
      {cancelled && (
        <Alert color="gray" my="xs">
          {t('encoder.found.cancelled')}
        </Alert>
      )}
      {later && (
        <Alert color="blue" my="xs">
          {t('encoder.found.later', { name: later })}
        </Alert>
      )}
      {unkept && (
        <Alert color="yellow" my="xs">
          {t('encoder.cached.unkept', { reason: say(unkept) })}
        </Alert>
      )}
      <Work />
    </div>
  );
}

function Work() {
  const work = useStore(encoderStore, (state) => state.work);
  const progress = useStore(encoderStore, (state) => state.progress);
  const { t } = useTranslation();
  if (!work) return null;
  const { received = 0, total = 0, secondsLeft = null, path = '' } = progress ?? {};
  const text =
    work.doing === 'look-up'
      ? t('encoder.hub.lookingUp', { name: work.name })
      : work.doing === 'load'
        ? t('encoder.dialog.loading', { name: work.name })
        : progress
          ? t('encoder.found.fetching', { file: path, received: formatBytes(received), total: formatBytes(total) })
          : t('encoder.found.checking');
  const left =
    secondsLeft === null ? '' : ` · ${t('encoder.found.left', { time: formatDuration(1000 * secondsLeft) })}`;
  return (
    <div className={classes.work}>
      <Group gap="xs" justify="space-between" wrap="nowrap">
        <Text size="sm" data-testid="model-work">
          {text}
          {work.doing === 'fetch' ? left : ''}
        </Text>
        {work.doing !== 'load' && (
          <Button size="compact-xs" variant="default" onClick={cancelWork}>
            {t('encoder.found.cancel')}
          </Button>
        )}
      </Group>
      <Progress value={total > 0 ? (100 * received) / total : 100} animated={total === 0} aria-label={text} />
    </div>
  );
}

function BuiltInSection() {
  const current = usePage(({ encoder }) => encoder?.name);
  const busy = useStore(encoderStore, ({ work }) => work !== null);
  const locked = useEncoderLocked();
  const { t } = useTranslation();
  useEffect(() => void lookThroughKept(), []);
  return (
    <section className={classes.section} aria-labelledby="built-in-title">
      <h3 id="built-in-title">{t('encoder.dialog.builtIn')}</h3>
      {builtInEncoders.map((name) => (
        <div className={classes.row} key={name}>
          <span className={classes.name}>
            {name}
            <span className={classes.about}>{t(`encoder.builtIn.${name}`)}</span>
          </span>
          <BuiltInSize name={name} />
          {current === name ? (
            <span className={classes.note}>{t('encoder.dialog.inUse')}</span>
          ) : (
            <Button
              size="compact-xs"
              variant="light"
              disabled={locked || busy}
              aria-label={t('encoder.dialog.useOne', { name })}
              onClick={() => takeBuiltIn(name)}
            >
              {t('encoder.dialog.use')}
            </Button>
          )}
        </div>
      ))}
    </section>
  );
}

/** What a built-in encoder takes to fetch, and whether that is done. */
function BuiltInSize({ name }: { name: BuiltInEncoder }) {
  const group = useStore(readyStore, ({ groups }) => groups?.find((known) => known.name === `models/${name}`));
  const { t } = useTranslation();
  if (!group) return null;
  const size = formatBytes(group.bytes);
  return <span className={classes.note}>{group.kept >= group.bytes ? t('encoder.dialog.kept', { size }) : size}</span>;
}
