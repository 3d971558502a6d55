import { useTranslation } from 'react-i18next';
import { sites, type TrainingPlan } from '../../../model/methods.ts';
import { isBusy, planOf } from '../../../store/page/selectors.ts';
import { usePage } from '../../use-page.ts';
import classes from './EncoderDrawing.module.css';
import { type Box, bypass, type Layout, tokenPath, waistOf } from './layout.ts';

/** Tokens that are drawn of a sentence, at most. */
const maxTokens = 9;
/** Seconds of a token's way, and of a gradient's way back. */
const seconds = { forward: 5, back: 3.5, bypass: 1.2 };
/** Gradients on the way at once, in each row; tokens past each sublayer. */
const atOnce = { back: 4, bypass: 3 };

/** The boxes in which something trains, the first of the path first. */
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

const middleOf = (box: Box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** What moves while it trains: tokens forward through every waist, gradients back to the lowest part that trains. */
export function Flow({ layout, open }: { layout: Layout; open: number }) {
  const busy = usePage(isBusy);
  const training = usePage(({ phase }) => phase === 'training');
  const plan = usePage(planOf);
  const encoder = usePage((state) => state.encoder);
  const count = usePage(({ prediction }) => prediction?.tokens.length ?? 0);
  const { t } = useTranslation();
  if (!plan || !encoder) return null;
  const { hidden, layers } = encoder.config;
  const narrows = [
    ...plan.adapters
      .filter(({ layer }) => layer === open)
      .map(({ site, bottleneck }) => {
        const { adapter } = layout.sublayers[site];
        return { box: adapter, waist: waistOf(adapter.height, bottleneck, hidden) };
      }),
    ...layout.small.flatMap(({ layer, box }) => {
      const widest = Math.max(0, ...plan.adapters.filter((at) => at.layer === layer).map((at) => at.bottleneck));
      return widest > 0 ? [{ box, waist: waistOf(box.height, widest, hidden) }] : [];
    }),
  ];
  const boxes = trainedBoxes(layout, plan, open);
  const tokens = Math.min(maxTokens, Math.max(3, count));
  const lanes = Array.from({ length: tokens }, (_, i) => (tokens === 1 ? 0 : (2 * i) / (tokens - 1) - 1));
  const backs = layout.rows
    .map(({ y, to }) => {
      const here = boxes.map(middleOf).filter((middle) => Math.abs(middle.y - y) < 1);
      const goesOn = boxes.some((box) => middleOf(box).y < y - 1);
      const hasHead = Math.abs(middleOf(layout.head).y - y) < 1;
      const ends = here.map(({ x }) => x);
      const [from, until] = [hasHead ? middleOf(layout.head).x : to, goesOn ? 0 : Math.min(...ends)];
      return { y: y + layout.fall, from, until, ends, isLast: !goesOn };
    })
    .filter(({ ends }) => ends.length > 0);
  const stop = plan.base === 'none' ? backs.find(({ isLast }) => isLast) : undefined;
  const half = layout.sublayers.attention.block.height / 2;
  return (
    <g data-testid="flow" data-moving={busy} style={{ pointerEvents: 'none' }}>
      {backs.map(({ y, from, until, ends }) => (
        <g key={y}>
          <path className={classes.back} d={`M${from} ${y}H${until}`} />
          {ends.map((x) => {
            const reach = boxes.map((box) => ({ box, middle: middleOf(box) })).find(({ middle }) => middle.x === x);
            const bottom = (reach?.box.y ?? 0) + (reach?.box.height ?? 0);
            return (
              <g key={x}>
                <path className={classes.back} d={`M${x} ${y}V${bottom + 6}`} />
                <path className={classes.backArrow} d={`M${x - 5} ${bottom + 8}h10l-5 -7z`} />
              </g>
            );
          })}
          {training &&
            Array.from({ length: atOnce.back }, (_, i) => (
              <circle
                // biome-ignore lint/suspicious/noArrayIndexKey: dots have no identity but their number
                key={i}
                className={classes.gradient}
                r={layout.font / 4}
                style={{
                  offsetPath: `path("M${from} ${y}L${until} ${y}")`,
                  animationDuration: `${seconds.back}s`,
                  animationDelay: `${(-seconds.back * i) / atOnce.back}s`,
                }}
              />
            ))}
        </g>
      ))}
      {stop && (
        <>
          <path className={classes.stop} d={`M${stop.until - 9} ${stop.y - 7}v14`} />
          {layout.font >= 14 && (
            <text className={classes.stopText} x={stop.until - 16} y={stop.y + 1.9 * layout.font}>
              {t('inspect.drawing.stop', { layers })}
            </text>
          )}
        </>
      )}
      {busy && (
        <>
          {lanes.map((lane, i) => (
            <circle
              key={lane}
              className={classes.token}
              r={layout.font / 4}
              style={{
                offsetPath: `path("${tokenPath(layout, narrows, lane)}")`,
                animationDuration: `${seconds.forward}s`,
                animationDelay: `${(-seconds.forward * i * 5) / (tokens * 4)}s`,
              }}
            />
          ))}
          {sites.flatMap((site) =>
            Array.from({ length: atOnce.bypass }, (_, i) => (
              <circle
                // biome-ignore lint/suspicious/noArrayIndexKey: dots have no identity but their number
                key={`${site} ${i}`}
                className={classes.token}
                r={layout.font / 5}
                style={{
                  offsetPath: `path("${bypass(layout.sublayers[site], layout, half / 6)}")`,
                  animationDuration: `${2 * seconds.bypass}s`,
                  animationDelay: `${(-2 * seconds.bypass * i) / atOnce.bypass}s`,
                }}
              />
            )),
          )}
        </>
      )}
    </g>
  );
}
