import { Alert, Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { openRows } from '../../store/dataset/actions.ts';
import { chooseEngine } from '../../store/device/check.ts';
import { closeEncoderChooser, encoderStore } from '../../store/encoder/state.ts';
import { isBusy } from '../../store/page/selectors.ts';
import { canBeCut, trainInPieces } from '../../store/recovery/state.ts';
import { beginFromScratch, dismissError, resetRun } from '../../store/run/actions.ts';
import { startStore } from '../../store/run/start.ts';
import { dismissLinkProblem, isLocked, leaveLink, linkStore, lockable } from '../../store/share/link.ts';
import { DamagedNotice } from '../device/DamagedNotice.tsx';
import { MissingEncoder } from '../encoder/MissingEncoder.tsx';
import { RecoveryNotice } from '../recovery/RecoveryNotice.tsx';
import { LastRunNotice, NotKeptNotice } from '../run/LastRunNotice.tsx';
import { nameInWords } from '../runs/run-words.ts';
import { MissingRows } from '../share/MissingRows.tsx';
import { usePage } from '../use-page.ts';
import { LatePart, latePart } from './late-part.tsx';

// Fetched when it is first opened.
const EncoderChooser = latePart(() => import('../encoder/EncoderChooser.tsx'));

/** Notices of what went wrong, what is safe and what to do. */
export function Notices() {
  return (
    <>
      <LinkNotice />
      <MissingEncoder />
      <MissingRows />
      <EncoderDialog />
      <StartNotice />
      <RecoveryNotice />
      <LastRunNotice />
      <NotKeptNotice />
      <DamagedNotice />
      <Problem />
    </>
  );
}

/**
 * The encoder's dialog: here, since a link can hide the encoder's panel and still name an encoder that has to be
 * fetched.
 */
function EncoderDialog() {
  const opened = useStore(encoderStore, (state) => state.opened);
  return opened && <LatePart part={EncoderChooser} dialog={{ opened, close: closeEncoderChooser }} />;
}

/** Notice that the run does not begin as seeded. */
function StartNotice() {
  const name = useStore(startStore, ({ start }) => start?.name);
  const busy = usePage(isBusy);
  const { t } = useTranslation();
  if (name === undefined) return null;
  return (
    <Group gap="xs">
      <Text size="sm">{t('run.startsFrom', { name: nameInWords(t, name) })}</Text>
      <Button size="compact-xs" variant="light" disabled={busy} onClick={beginFromScratch}>
        {t('run.fromScratch')}
      </Button>
    </Group>
  );
}

function LinkNotice() {
  const problem = useStore(linkStore, (state) => state.problem);
  const link = useStore(linkStore);
  const { t } = useTranslation();
  const say = useMessage();
  if (isLocked(link)) {
    const parts = lockable.filter((part) => isLocked(link, part)).map((part) => t(`share.parts.${part}`));
    const who = link.by ?? t('share.lockedBy');
    return (
      <Group gap="xs">
        <Text size="sm">{t('share.locked', { who, parts: parts.join(t('share.and')) })}</Text>
        <Button size="compact-xs" variant="light" onClick={leaveLink}>
          {t('share.leave')}
        </Button>
      </Group>
    );
  }
  if (!problem) return null;
  return (
    <Alert
      color="red"
      title={t('share.problem')}
      withCloseButton
      closeButtonLabel={t('page.error.dismiss')}
      onClose={dismissLinkProblem}
    >
      <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
        {t('share.problemHelp', { reason: say(problem) })}
      </Text>
    </Alert>
  );
}

/** Notice of what could not be done, on whichever view it was asked for. */
export function Problem() {
  const device = usePage((state) => state.device);
  const error = usePage((state) => state.error);
  const run = usePage((state) => state.run);
  const loaded = usePage(({ encoder, task }) => encoder !== null || task !== null);
  const { t } = useTranslation();
  const say = useMessage();
  if (device && !device.available)
    return (
      <Alert color="yellow" title={t('device.noGpu.title')}>
        <Text size="sm">{t('device.noGpu.what', { reason: say(device.reason) })}</Text>
        <Text size="sm">{t('device.noGpu.todo')}</Text>
        <Text size="sm">{t('device.noGpu.safe')}</Text>
        <Button mt="xs" size="compact-sm" variant="light" onClick={() => location.reload()}>
          {t('device.lostGpu')}
        </Button>
      </Alert>
    );
  if (!error) return null;
  const rows = error.during === 'loadRows';
  const duringTraining = error.during === 'train' || error.during === 'step';
  return (
    <Alert
      color="red"
      title={t(rows ? 'page.error.rows' : 'page.error.title')}
      withCloseButton
      closeButtonLabel={t('page.error.dismiss')}
      onClose={dismissError}
    >
      <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
        {say(error.words ?? error.message)}
      </Text>
      {loaded && <Text size="sm">{t('page.error.safe')}</Text>}
      <Group mt="xs">
        {error.code === 'out-of-memory' && canBeCut(run) ? (
          <Button size="compact-sm" color="red" variant="light" onClick={() => void trainInPieces()}>
            {t('recovery.pieces')}
          </Button>
        ) : error.code === 'no-gpu' ? (
          <Button size="compact-sm" color="red" variant="light" onClick={() => chooseEngine('auto')}>
            {t('recovery.processor')}
          </Button>
        ) : duringTraining ? (
          <Button size="compact-sm" color="red" variant="light" onClick={resetRun}>
            {t('page.error.reset')}
          </Button>
        ) : rows ? (
          <Button size="compact-sm" color="red" variant="light" onClick={openRows}>
            {t('page.error.lookThrough')}
          </Button>
        ) : (
          <Button size="compact-sm" color="red" variant="light" onClick={() => location.reload()}>
            {t('page.error.reload')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
