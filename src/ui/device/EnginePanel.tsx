import { Alert, Button, Progress, SegmentedControl, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { chooseEngine, deviceCheckStore, startDeviceCheck } from '../../store/device/check.ts';
import { isBusy } from '../../store/page/selectors.ts';
import { Facts } from '../controls/Facts.tsx';
import { formatMilliseconds } from '../format.ts';
import { latencyDifference } from '../run/results/LatencyText.tsx';
import { usePage } from '../use-page.ts';

const engines = ['auto', 'webgpu', 'wasm'] as const;

/** Which engine trains and why, the person's own choice, and both engines compared. */
export function EnginePanel() {
  const device = usePage((state) => state.device);
  const engine = usePage((state) => state.run.engine);
  const busy = usePage(isBusy);
  const { running, check } = useStore(deviceCheckStore);
  const { t } = useTranslation();
  const result = check?.result;
  return (
    <Stack gap="xs" align="flex-start">
      {device?.available && <Text size="sm">{t(`device.why.${device.why}`)}</Text>}
      {device?.available && device.refused > 0 && (
        <Text size="sm">{t('device.refused', { count: device.refused })}</Text>
      )}
      <SegmentedControl
        aria-label={t('device.choice')}
        data={engines.map((value) => ({ value, label: t(`device.engines.${value}`) }))}
        value={engine}
        onChange={(value) => chooseEngine(value as (typeof engines)[number])}
        disabled={busy || running}
      />
      <Text size="sm">{t('device.checkHelp')}</Text>
      <Button variant="default" onClick={startDeviceCheck} loading={running} disabled={!device?.available || busy}>
        {t('device.check')}
      </Button>
      {running && (
        <Progress
          aria-label={t('device.check')}
          value={check ? (100 * check.done) / check.of : 0}
          w="100%"
          animated={check === null}
        />
      )}
      {result && (
        <Facts
          facts={[
            [t('device.lossDifference'), result.lossDifference.toExponential(1)],
            [t('device.gradNormDifference'), result.gradNormDifference.toExponential(1)],
            [t('device.weightDifference'), result.weightDifference.toExponential(1)],
            ...(['webgpu', 'wasm'] as const).map((name): [string, string] => {
              const latency = result.latency[name];
              const { base, adapted, examples, tokens } = latency;
              return [
                t('device.latency', { engine: t(`device.engines.${name}`), examples, tokens }),
                t('device.latencyValue', {
                  base: formatMilliseconds(base),
                  adapted: formatMilliseconds(adapted),
                  more: latencyDifference(t, latency),
                }),
              ];
            }),
          ]}
        />
      )}
      {result && result.lossDifference > 1e-3 && <Alert color="red">{t('device.disagree')}</Alert>}
    </Stack>
  );
}
