import '../../i18n/add-late.ts';
import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMessage } from '../../i18n/messages.ts';
import { Facts } from '../controls/Facts.tsx';
import { formatBytes } from '../format.ts';
import { Guard } from '../page/Guard.tsx';
import { Problem } from '../page/Notices.tsx';
import { RecoveryNotice } from '../recovery/RecoveryNotice.tsx';
import { RehearsalPanel } from '../recovery/RehearsalPanel.tsx';
import { usePage } from '../use-page.ts';
import { BackgroundPanel } from './BackgroundPanel.tsx';
import { EnginePanel } from './EnginePanel.tsx';
import { ReadyPanel } from './ReadyPanel.tsx';
import { StorageFacts } from './StorageFacts.tsx';
import { useDeviceName } from './use-device-name.ts';

/** The device that the page runs on: the engine, its memory, and what the browser stores. */
export default function DeviceView() {
  const device = usePage((state) => state.device);
  const name = useDeviceName();
  const memory = usePage((state) => state.memory);
  const sharedHeap = usePage((state) => state.sharedHeap);
  const { t } = useTranslation();
  const say = useMessage();
  const engine = device?.available
    ? t(
        device.engine === 'wasm'
          ? 'device.engine.wasm'
          : device.software
            ? 'device.engine.software'
            : 'device.engine.webgpu',
      )
    : t('device.engine.none');
  const held = Object.values(memory ?? {}).reduce((sum, bytes) => sum + bytes, 0);
  return (
    <main className="sheet">
      <Title order={2}>{t('device.title')}</Title>
      <Problem />
      <Facts
        facts={[
          [t('device.engine.label'), device ? engine : t('device.engine.opening')],
          [t('device.name'), device && !device.available ? say(device.reason) : name],
          [t('device.memory'), memory ? formatBytes(held) : t('device.nothing')],
          ...(sharedHeap === null ? [] : [[t('device.sharedHeap'), formatBytes(sharedHeap)] as [string, string]]),
          [t('device.threads'), String(navigator.hardwareConcurrency)],
          [t('device.isolated'), t(crossOriginIsolated ? 'device.yes' : 'device.no')],
        ]}
      />
      <RecoveryNotice />
      <Guard>
        <EnginePanel />
      </Guard>
      <Guard>
        <RehearsalPanel />
      </Guard>
      <Guard>
        <BackgroundPanel />
      </Guard>
      <Guard>
        <StorageFacts />
      </Guard>
      <Guard>
        <ReadyPanel />
      </Guard>
    </main>
  );
}
