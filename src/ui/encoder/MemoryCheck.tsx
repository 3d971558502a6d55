import { Alert, Button, Group, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { maxBuffer } from '../../engine/memory-forecast.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import {
  applyBatch,
  applyEightBits,
  applyMicroBatches,
  inEightBits,
  preFlightOf,
} from '../../store/encoder/memory-forecast.ts';
import { formatBytes } from '../format.ts';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';

const arenas = ['frozen', 'trainable', 'optimizer', 'activations', 'scratch'] as const;

interface PreFlightForProps {
  config: EncoderConfig;
  /** Without the parts, as long as they fit: the memory's chart shows them. */
  brief?: boolean;
}

/** Forecast of the memory that the run takes of this device on an encoder; where that is too much, what would fit. */
export function MemoryCheck({ config, brief = false }: PreFlightForProps) {
  const device = usePage((state) => state.device);
  const task = usePage((state) => state.task);
  const run = usePage((state) => state.run);
  const locked = useLocked('training');
  const { t } = useTranslation();
  const check = useMemo(() => preFlightOf({ device, task, run }, config), [device, task, run, config]);
  if (!check || !device?.available) return null;
  const { forecast, problem, instead, microBatches } = check;
  const { largest, total } = forecast;
  const parts = arenas.map((arena) =>
    t(`encoder.memoryForecast.parts.${arena}`, { size: formatBytes(forecast.arenas[arena]) }),
  );
  const needs = t('encoder.memoryForecast.needs', { size: formatBytes(total), parts: parts.join(', ') });
  const { memory } = device.limits;
  const bits = brief ? null : <EightBits config={config} />;
  if (!problem)
    return (
      <>
        <Text size="xs" c="dimmed" data-testid="pre-flight">
          {brief ? t('encoder.memoryForecast.needsBrief', { size: formatBytes(total) }) : needs}
          {t('runs.frontier.sentences')}
          {memory === undefined
            ? t('encoder.memoryForecast.fitsBuffer', {
                size: formatBytes(largest.bytes),
                most: formatBytes(maxBuffer(device.limits)),
              })
            : t('encoder.memoryForecast.fitsMemory', { most: formatBytes(memory) })}
        </Text>
        {bits}
      </>
    );
  const sizes = { size: formatBytes(problem.needs), most: formatBytes(problem.most) };
  const { batchSize } = run.training;
  return (
    <Alert color="orange" my="xs" title={t('encoder.memoryForecast.no')} data-testid="pre-flight">
      <Text size="xs">
        {problem.kind === 'buffer'
          ? t('encoder.memoryForecast.buffer', { label: largest.label, ...sizes })
          : t('encoder.memoryForecast.memory', sizes)}
      </Text>
      <Text size="xs">{needs}</Text>
      {bits}
      {instead.length === 0 && <Text size="xs">{t('encoder.memoryForecast.smaller')}</Text>}
      <Group gap="xs" mt="xs">
        {microBatches !== null && (
          <Button size="compact-xs" variant="default" disabled={locked} onClick={() => applyMicroBatches(microBatches)}>
            {t('encoder.memoryForecast.microBatches', { pieces: microBatches })}
          </Button>
        )}
        {instead.map((shape) => (
          <Button
            key={`${shape.examples} ${shape.tokens}`}
            size="compact-xs"
            variant="default"
            disabled={locked}
            onClick={() => applyBatch(shape)}
          >
            {shape.examples < batchSize
              ? t('encoder.memoryForecast.batch', { examples: shape.examples })
              : t('encoder.memoryForecast.length', { tokens: shape.tokens })}
          </Button>
        ))}
      </Group>
    </Alert>
  );
}

/** What 8 bits would save of the frozen weights, and the button for it. */
function EightBits({ config }: { config: EncoderConfig }) {
  const device = usePage((state) => state.device);
  const task = usePage((state) => state.task);
  const run = usePage((state) => state.run);
  const locked = useLocked('training');
  const { t } = useTranslation();
  const saved = useMemo(() => inEightBits({ device, task, run }, config), [device, task, run, config]);
  if (!saved) return null;
  return (
    <Group gap="xs" data-testid="eight-bits">
      <Text size="xs">
        {t('encoder.memoryForecast.eightBits', { less: formatBytes(saved.less), size: formatBytes(saved.now) })}
      </Text>
      <Button size="compact-xs" variant="default" disabled={locked} onClick={applyEightBits}>
        {t('encoder.memoryForecast.useEightBits')}
      </Button>
    </Group>
  );
}
