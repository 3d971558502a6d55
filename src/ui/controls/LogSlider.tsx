import { Slider, Text } from '@mantine/core';
import type { TermId } from '../../store/glossary/terms.ts';
import { colors } from '../colors.ts';
import { Term } from '../glossary/Term.tsx';

interface LogSliderProps {
  label: string;
  /** Its word in the glossary. */
  term?: TermId;
  help: string;
  value: number;
  max: number;
  disabled: boolean;
  onChange: (value: number) => void;
}

/** Steps of the slider per doubling. */
const perDoubling = 4;

/** A whole number from 1 to `max` on a logarithmic scale; each step moves it by at least one. */
export function LogSlider({ label, term, help, value, max, disabled, onChange }: LogSliderProps) {
  const values = stops(max);
  const nearest = values.reduce(
    (best, stop, i) => (Math.abs(stop - value) < Math.abs((values[best] ?? 0) - value) ? i : best),
    0,
  );
  return (
    <div title={help}>
      <Text size="xs" fw={500}>
        {term ? <Term id={term}>{label}</Term> : label} <b>{value}</b>
      </Text>
      <Slider
        thumbLabel={label}
        thumbProps={{ 'aria-valuetext': String(value) }}
        size="md"
        color={colors.trained}
        disabled={disabled}
        min={0}
        max={values.length - 1}
        value={nearest}
        label={(i) => values[i]}
        onChange={(i) => onChange(values[i] ?? 1)}
      />
    </div>
  );
}

/** 1 to max, evenly on a log scale, each once. */
function stops(max: number): number[] {
  const count = Math.ceil(Math.log2(max) * perDoubling);
  const all = Array.from({ length: count + 1 }, (_, i) => Math.round(2 ** ((i / count) * Math.log2(max))));
  return [...new Set(all)];
}
