import { useTranslation } from 'react-i18next';
import { sites, type TrainingPlan } from '../../../model/methods.ts';
import { planOf } from '../../../store/page/selectors.ts';
import { usePage } from '../../use-page.ts';
import { Dot } from './Dot.tsx';
import classes from './EncoderDrawing.module.css';
import { type Box, type Layout, middleOf } from './layout.ts';

/** Seconds of a gradient's way back, and how many are on the way in each row. */
const seconds = 3.5;
const atOnce = 4;
/** Letters from which there is room for words beside the way back. */
const wordsFrom = 14;
/** What an adapter's shape takes on either side of its middle, in letters. */
const shapeLetters = 4.4;

/** The boxes in which something trains. */
function trainedBoxes({ embeddings, head, small, sublayers }: Layout, plan: TrainingPlan, open: number): Box[] {
  if (plan.base !== 'none')
    return [embeddings, ...small.map(({ box }) => box), ...sites.map((site) => sublayers[site].block), head];
  const trains = new Set([...plan.adapters, ...plan.loras].map(({ layer }) => layer));
  const adapters = sites.filter((site) => plan.adapters.some((at) => at.layer === open && at.site === site));
  return [
    ...(plan.loras.some(({ layer }) => layer === open) ? [sublayers.attention.block] : []),
    ...adapters.map((site) => sublayers[site].adapter),
    ...small.filter(({ layer }) => trains.has(layer)).map(({ box }) => box),
    head,
  ];
}

/** The way back of the gradients: from the head, into every part that trains, to the first of them and no further. */
export function Gradients({ layout, open }: { layout: Layout; open: number }) {
  const training = usePage(({ phase }) => phase === 'training');
  const plan = usePage(planOf);
  const { t } = useTranslation();
  if (!plan) return null;
  const boxes = trainedBoxes(layout, plan, open);
  const onRow = (box: Box, y: number) => Math.abs(middleOf(box).y - y) < 1;
  const ways = layout.rows.flatMap(({ y, to }) => {
    const here = boxes.filter((box) => onRow(box, y));
    if (here.length === 0) return [];
    const goesOn = boxes.some((box) => middleOf(box).y < y - 1);
    const from = onRow(layout.head, y) ? middleOf(layout.head).x : to;
    const until = goesOn ? 0 : Math.min(...here.map((box) => middleOf(box).x));
    return [{ y: y + layout.fall, from, until, here, ends: !goesOn }];
  });
  const stop = plan.base === 'none' ? ways.find(({ ends }) => ends) : undefined;
  return (
    <g className={classes.passive}>
      {ways.map(({ y, from, until, here }) => (
        <g key={y}>
          <path className={classes.back} d={`M${from} ${y}H${until}`} />
          {here.map((box) => {
            const { x } = middleOf(box);
            const bottom = box.y + box.height;
            return (
              <g key={x}>
                <path className={classes.back} d={`M${x} ${y}V${bottom + 6}`} />
                <path className={classes.backArrow} d={`M${x - 5} ${bottom + 8}h10l-5 -7z`} />
              </g>
            );
          })}
          {training &&
            Array.from({ length: atOnce }, (_, i) => (
              <Dot
                // biome-ignore lint/suspicious/noArrayIndexKey: dots have no identity but their number
                key={i}
                className={classes.gradient}
                r={layout.font / 3}
                path={`M${from} ${y}L${until} ${y}`}
                seconds={seconds}
                ahead={i / atOnce}
              />
            ))}
        </g>
      ))}
      {stop && <path className={classes.stop} d={`M${stop.until - 9} ${stop.y - 7}v14`} />}
      {stop && layout.font >= wordsFrom && (
        <text
          className={classes.stopText}
          x={Math.min(stop.until - 16, middleOf(layout.sublayers.attention.adapter).x - shapeLetters * layout.font)}
          y={stop.y + 1.3 * layout.font}
          style={{ fontSize: layout.font }}
        >
          {t('inspect.drawing.stop')}
        </text>
      )}
    </g>
  );
}
