import { sites } from '../../../model/methods.ts';
import { isBusy, planOf } from '../../../store/page/selectors.ts';
import { usePage } from '../../use-page.ts';
import { Dot } from './Dot.tsx';
import classes from './EncoderDrawing.module.css';
import { type Box, bypass, type Layout, tokenPath, waistOf } from './layout.ts';

/** Tokens that are drawn of a sentence, at least and at most. */
const fewest = 3;
const most = 6;
/** Seconds of a token's way, and of its way past a sublayer. */
const seconds = { path: 6, bypass: 2.4 };
/** How often each token is on the way at once. */
const waves = 2;
const pastAtOnce = 3;

const noTokens: readonly string[] = [];
const isSpecial = (token: string) => /^(\[.*\]|<.*>)$/.test(token);

/** The sentence's tokens: they run along the path while it works, beside each other and through every waist together. */
export function Tokens({ layout, open }: { layout: Layout; open: number }) {
  const busy = usePage(isBusy);
  const plan = usePage(planOf);
  const hidden = usePage(({ encoder }) => encoder?.config.hidden ?? 1);
  const tokens = usePage(({ prediction }) => prediction?.tokens ?? noTokens);
  if (!plan) return null;
  const words = tokens.filter((token) => !isSpecial(token)).map((token) => token.replace(/^##|^[▁Ġ]/, ''));
  const count = Math.min(most, Math.max(fewest, words.length));
  const lanes = Array.from({ length: count }, (_, i) => (2 * i) / (count - 1) - 1);
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
  return (
    <g className={classes.passive} data-testid="tokens" data-moving={busy}>
      {layout.words && <Words box={layout.words} words={words} lanes={lanes} font={layout.font} />}
      {busy &&
        lanes.flatMap((lane, i) =>
          Array.from({ length: waves }, (_, wave) => (
            <Dot
              // biome-ignore lint/suspicious/noArrayIndexKey: dots have no identity but their number
              key={`${lane} ${wave}`}
              className={classes.token}
              r={layout.font / 3.2}
              path={tokenPath(layout, narrows, lane)}
              seconds={seconds.path}
              ahead={wave / waves + (0.55 * i) / (waves * count)}
            />
          )),
        )}
      {busy &&
        sites.flatMap((site) =>
          Array.from({ length: pastAtOnce }, (_, i) => (
            <Dot
              // biome-ignore lint/suspicious/noArrayIndexKey: dots have no identity but their number
              key={`${site} ${i}`}
              className={classes.token}
              r={layout.font / 4}
              path={bypass(layout.sublayers[site], layout)}
              seconds={seconds.bypass}
              ahead={i / pastAtOnce}
            />
          )),
        )}
    </g>
  );
}

/** The sentence's first tokens, each at the beginning of its lane. */
function Words({ box, words, lanes, font }: { box: Box; words: readonly string[]; lanes: number[]; font: number }) {
  return words.slice(0, lanes.length).map((word, i) => {
    const isCut = i === lanes.length - 1 && words.length > lanes.length;
    return (
      <text
        // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place in the sentence
        key={i}
        className={classes.word}
        x={box.x + box.width}
        y={box.y + (box.height / 2) * (1 + 0.8 * (lanes[i] ?? 0)) + 0.35 * font}
        style={{ fontSize: font }}
        {...(word.length * 0.6 * font > box.width ? { textLength: box.width, lengthAdjust: 'spacingAndGlyphs' } : {})}
      >
        {isCut ? '…' : word}
      </text>
    );
  });
}
