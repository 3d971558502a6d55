import { Button, Code, ScrollArea, SegmentedControl, Select, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import adapterSource from '../../../shaders/adapter.wgsl?raw';
import type { AdapterNumbers } from '../../inspect/inspection.ts';
import { inspect } from '../../store/inspect/state.ts';
import { canTrain } from '../../store/page/selectors.ts';
import { trainSteps } from '../../store/run/actions.ts';
import classes from '../charts/ChartFrame.module.css';
import { usePage } from '../use-page.ts';

const stages = ['input', 'down', 'active', 'output', 'residual', 'backward'] as const;
type Stage = (typeof stages)[number];
/** Values written out. */
const maxValues = 12;

const written = (values: readonly number[]) =>
  `[${values
    .slice(0, maxValues)
    .map((value) => value.toFixed(4))
    .join(', ')}${values.length > maxValues ? ', …' : ''}]`;

/** One token through one adapter, stage by stage, with real numbers, next to the code that computes them. */
export function NumbersPanel({ numbers, tokens }: { numbers: AdapterNumbers; tokens: readonly string[] }) {
  const [stage, setStage] = useState<Stage>('input');
  const ready = usePage(canTrain);
  const { t } = useTranslation();
  const { layer, site, input, output, gradients } = numbers;
  const place = t('runs.place', { layer: layer + 1, site: t(`runs.sites.${site}`) });
  const values: Record<Exclude<Stage, 'backward'>, number[]> = {
    input,
    down: numbers.down,
    active: numbers.active,
    output,
    residual: input.map((value, i) => value + (output[i] ?? 0)),
  };
  return (
    <section className={`${classes.chart} ${classes.wide}`} aria-label={t('inspect.numbers')}>
      <div className={`controls ${classes.head}`}>
        <Text component="h3" fw={600} size="sm">
          {t('inspect.numbers')}: {place}
        </Text>
        <div className="grow" />
        <Select
          size="xs"
          w={140}
          aria-label={t('inspect.token')}
          allowDeselect={false}
          value={String(Math.max(0, tokens.indexOf(numbers.token)))}
          onChange={(value) => value !== null && inspect({ token: Number(value) })}
          data={tokens.map((token, i) => ({ value: String(i), label: `${i + 1} ${token}` }))}
        />
        <Button size="compact-xs" variant="light" disabled={!ready} onClick={() => trainSteps(1)}>
          {t('inspect.trainBatch')}
        </Button>
      </div>
      <SegmentedControl
        size="xs"
        my={6}
        fullWidth
        aria-label={t('inspect.stage')}
        value={stage}
        onChange={(value) => setStage(value as Stage)}
        data={stages.map((value) => ({ value, label: t(`inspect.stages.${value}`) }))}
      />
      <Text size="xs">{t(`inspect.formulas.${stage}`)}</Text>
      {stage === 'backward' ? (
        gradients.length === 0 ? (
          <Text size="xs">{t('inspect.noGradients')}</Text>
        ) : (
          gradients.map(({ name, norm, values: first }) => (
            <Text key={name} size="xs" ff="monospace">
              d {name}: ‖·‖ = {norm.toPrecision(4)}, {written(first)}
            </Text>
          ))
        )
      ) : (
        <Text size="xs" ff="monospace">
          ({values[stage].length}) {written(values[stage])}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt={4}>
        {t('inspect.numbersNote')}
      </Text>
      <ScrollArea
        h={150}
        mt={6}
        type="auto"
        viewportProps={{ tabIndex: 0, 'aria-label': 'adapter.wgsl', role: 'region' }}
      >
        <Code block tabIndex={0} fz={11}>
          {adapterSource}
        </Code>
      </ScrollArea>
    </section>
  );
}
