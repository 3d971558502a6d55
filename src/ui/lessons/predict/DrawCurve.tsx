import { Button, Group, Text } from '@mantine/core';
import { type PointerEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CurveToDraw, type Draft, type Place, withStroke } from '../../../store/lessons/curves.ts';
import classes from './DrawCurve.module.css';

/** The picture, in units of its own. */
const width = 340;
const height = 200;
const room = { left: 38, right: 16, top: 10, bottom: 34 };
const inner = { width: width - room.left - room.right, height: height - room.top - room.bottom };
const levels = [0, 25, 50, 75, 100];

const yOf = (value: number) => room.top + inner.height * (1 - value / 100);
const share = (value: number, whole: number) => `${(100 * value) / whole}%`;

/** Keys that move a point. One that is at that height before it is drawn is drawn by them, too, though nothing changes. */
const moving = /^(Arrow.+|Page.+|Home|End)$/;

interface DrawCurveProps {
  curve: CurveToDraw;
  /** What is to be drawn. */
  label: string;
  draft: Draft;
  onChange: (draft: Draft) => void;
}

/** Empty axes to draw a curve on: by pointer, or by a slider a point. */
export function DrawCurve({ curve: { at, axis }, label, draft, onChange }: DrawCurveProps) {
  const [earlier, setEarlier] = useState<readonly Draft[]>([]);
  // What the stroke under way has drawn: a second report of the pointer may come before the first is drawn.
  const stroke = useRef<{ at: Place; draft: Draft } | null>(null);
  const about = useId();
  const { t } = useTranslation();
  const xOf = (i: number) => room.left + (inner.width * i) / (at.length - 1);
  const axisName = t(`run.chart.${axis}`);
  const keep = () => setEarlier([...earlier, draft]);

  function placeOf({ currentTarget, clientX, clientY }: PointerEvent<SVGSVGElement>): Place {
    const box = currentTarget.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * width - room.left;
    const y = ((clientY - box.top) / box.height) * height - room.top;
    return { x: (x / inner.width) * (at.length - 1), y: 100 * (1 - y / inner.height) };
  }
  function drawTo(event: PointerEvent<SVGSVGElement>): void {
    const place = placeOf(event);
    const changed = withStroke(stroke.current?.draft ?? draft, stroke.current?.at ?? null, place);
    stroke.current = { at: place, draft: changed };
    onChange(changed);
  }
  const end = () => {
    stroke.current = null;
  };
  const set = (i: number, value: number) => {
    keep();
    onChange(draft.map((before, j) => (j === i ? value : before)));
  };
  const drawn = draft.filter((value) => value !== null).length;
  const path = draft
    .map((value, i) => (value === null ? '' : `${(draft[i - 1] ?? null) === null ? 'M' : 'L'}${xOf(i)} ${yOf(value)}`))
    .join(' ');
  return (
    <fieldset className={classes.field} aria-label={label} aria-describedby={about} data-testid="draw">
      <div className={classes.chart}>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          aria-hidden
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            keep();
            drawTo(event);
          }}
          onPointerMove={(event) => {
            if (stroke.current) drawTo(event);
          }}
          onPointerUp={end}
          onPointerCancel={end}
        >
          <rect width={width} height={height} fill="transparent" />
          {levels.map((value) => (
            <g key={value}>
              <line className={classes.grid} x1={room.left} x2={width - room.right} y1={yOf(value)} y2={yOf(value)} />
              <text className={classes.mark} x={room.left - 5} y={yOf(value) + 4} textAnchor="end">
                {t('lessons.predict.percent', { value })}
              </text>
            </g>
          ))}
          {at.map((x, i) => (
            <g key={x}>
              <rect
                className={draft[i] === null ? classes.column : undefined}
                fill="none"
                x={xOf(i) - 8}
                width={16}
                y={room.top}
                height={inner.height}
              />
              <text className={classes.mark} x={xOf(i)} y={height - room.bottom + 14} textAnchor="middle">
                {x}
              </text>
            </g>
          ))}
          <text className={classes.mark} x={room.left + inner.width / 2} y={height - 5} textAnchor="middle">
            {axisName}
          </text>
          <path className={classes.line} d={path} />
          {at.map((x, i) => {
            const value = draft[i] ?? null;
            return value === null ? null : (
              <circle key={x} className={classes.point} cx={xOf(i)} cy={yOf(value)} r={4.5} />
            );
          })}
        </svg>
        {at.map((x, i) => {
          const value = draft[i] ?? null;
          return (
            <input
              key={x}
              type="range"
              className={classes.slider}
              style={{
                left: share(xOf(i), width),
                top: share(room.top, height),
                height: share(inner.height, height),
                width: share(Math.min(24, inner.width / at.length), width),
              }}
              aria-label={t('lessons.draw.point', { axis: axisName, x })}
              aria-valuetext={value === null ? t('lessons.draw.notYet') : t('lessons.predict.percent', { value })}
              min={0}
              max={100}
              // A point that is not there yet begins beside the one before.
              value={value ?? draft.slice(0, i).findLast((before) => before !== null) ?? 50}
              onChange={({ currentTarget }) => set(i, Number(currentTarget.value))}
              onKeyUp={({ key, currentTarget }) => {
                if (value === null && moving.test(key)) set(i, Number(currentTarget.value));
              }}
            />
          );
        })}
      </div>
      <Text size="xs" c="dimmed" id={about}>
        {t('lessons.draw.how')}
      </Text>
      <Group gap={4}>
        <Button
          size="compact-xs"
          variant="subtle"
          disabled={earlier.length === 0}
          onClick={() => {
            onChange(earlier.at(-1) ?? draft);
            setEarlier(earlier.slice(0, -1));
          }}
        >
          {t('lessons.draw.undo')}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          disabled={drawn === 0}
          onClick={() => {
            keep();
            onChange(at.map(() => null));
          }}
        >
          {t('lessons.draw.clear')}
        </Button>
        <Text size="xs" c="dimmed">
          {t('lessons.draw.drawn', { drawn, all: at.length })}
        </Text>
      </Group>
    </fieldset>
  );
}
