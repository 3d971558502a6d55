import { NumberInput, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Inspection } from '../../inspect/inspection.ts';
import { ChartFrame } from '../charts/ChartFrame.tsx';

const sides = ['adapted', 'base', 'difference'] as const;
type Side = (typeof sides)[number];
/** Tokens drawn; more are a blur. */
const maxTokens = 24;

/** Attention between tokens, with the run's adapters, without, and the difference. */
export function AttentionPanel({ inspection: { tokens, heads, attention } }: { inspection: Inspection }) {
  const [side, setSide] = useState<Side>('adapted');
  const [layer, setLayer] = useState(1);
  const [head, setHead] = useState(1);
  const { t } = useTranslation();
  const layers = attention.adapted.length;
  const count = tokens.length;
  const at = (which: 'adapted' | 'base', from: number, to: number) =>
    attention[which][Math.min(layer, layers) - 1]?.[((Math.min(head, heads) - 1) * count + from) * count + to] ?? 0;
  const weightOf = (from: number, to: number) =>
    side === 'difference' ? at('adapted', from, to) - at('base', from, to) : at(side, from, to);
  const shown = tokens.slice(0, maxTokens);
  const cell = 160 / shown.length;
  const choose = (label: string, value: number, most: number, onChange: (value: number) => void) => (
    <NumberInput
      size="xs"
      w={64}
      aria-label={label}
      min={1}
      max={most}
      clampBehavior="strict"
      allowDecimal={false}
      value={Math.min(value, most)}
      onChange={(next) => typeof next === 'number' && next >= 1 && onChange(next)}
    />
  );
  return (
    <ChartFrame
      title={t('inspect.attention')}
      note={t('inspect.attentionNote', { layer: Math.min(layer, layers), head: Math.min(head, heads) })}
      table={{
        head: [t('inspect.from'), t('inspect.to'), t('inspect.weight')],
        rows: shown.flatMap((from, i) => shown.map((to, j) => [from, to, weightOf(i, j).toFixed(3)])),
      }}
      tools={
        <>
          {choose(t('inspect.layer'), layer, layers, setLayer)}
          {choose(t('inspect.head'), head, heads, setHead)}
        </>
      }
      footer={
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label={t('inspect.attention')}
          value={side}
          onChange={(value) => setSide(value as Side)}
          data={sides.map((value) => ({ value, label: t(`inspect.sides.${value}`) }))}
        />
      }
    >
      <svg viewBox="-60 -2 224 164" width="100%" height="100%" role="img" aria-label={t('inspect.attention')}>
        {shown.map((from, i) => (
          // Tokens have no identity but their position.
          // biome-ignore lint/suspicious/noArrayIndexKey: the index is the position
          <g key={i} transform={`translate(0 ${i * cell})`}>
            <text x={-3} y={0.75 * cell} fontSize={Math.min(9, cell)} textAnchor="end" fill="currentColor">
              {from}
            </text>
            {shown.map((to, j) => {
              const value = weightOf(i, j);
              return (
                <rect
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  key={j}
                  x={j * cell}
                  width={cell - 0.5}
                  height={cell - 0.5}
                  fill={value < 0 ? 'var(--frozen)' : 'var(--trained)'}
                  fillOpacity={Math.min(1, Math.abs(value))}
                >
                  <title>{t('run.chart.onRows', { name: `${from} → ${to}`, rows: value.toFixed(3) })}</title>
                </rect>
              );
            })}
          </g>
        ))}
      </svg>
    </ChartFrame>
  );
}
