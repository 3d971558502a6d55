import { expect, test } from 'vitest';
import {
  attentionBackward as referenceBackward,
  attentionForward as referenceForward,
} from '../../src/reference/attention.ts';
import { attentionBackward, attentionForward, paddedTokens } from '../../src/webgpu/ops/attention.ts';
import { everywhere, type Variant } from '../../src/webgpu/products/tiles.ts';
import { expectClose, normals } from './numbers.ts';
import { kernelTolerance, opBench } from './op-bench.ts';

const shapes = [
  { batch: 1, tokens: 1, hidden: 33, heads: 3, lengths: [1] },
  { batch: 2, tokens: 7, hidden: 33, heads: 1, lengths: [7, 1] },
  { batch: 3, tokens: 33, hidden: 24, heads: 4, lengths: [33, 20, 9] },
  // Of windows, at padding without a key; from a token alone to more than a tile.
  { batch: 3, tokens: 33, hidden: 24, heads: 4, lengths: [33, 20, 2], reach: 5 },
  { batch: 1, tokens: 21, hidden: 33, heads: 1, lengths: [21], reach: 0 },
  { batch: 2, tokens: 40, hidden: 16, heads: 2, lengths: [40, 9], reach: 18 },
];

/** Forward and backward against float64, with products cut in these ways. */
export function testAttention(variants: readonly Variant[]): void {
  const bench = opBench();
  test.each(variants.flatMap((variant) => shapes.map((shape) => ({ variant, ...shape }))))(
    'attention %o',
    async ({ variant, lengths: real, ...shape }) => {
      const { batch, tokens, hidden, heads } = shape;
      const { reach = null } = shape as { reach?: number };
      const lengths = Uint32Array.from(real);
      const qkv = normals(batch * tokens * 3 * hidden, 1);
      const dContext = normals(batch * tokens * hidden, 2);
      // Rows and columns of pairs are padded to a multiple of 4, with zeros.
      const wide = paddedTokens(tokens);
      const pairs = batch * heads * wide * wide;
      const slices = { qkv: bench.tensor(qkv), lengths: bench.tensor(lengths), probabilities: bench.unwritten(pairs) };
      const context = bench.unwritten(batch * tokens * hidden);
      const dQkv = bench.unwritten(qkv.length);
      await bench.run(
        { examples: batch, tokens },
        (recorder) => {
          attentionForward(recorder, 'attention', { hidden, heads, reach, ...slices, context });
          const dPairs = bench.unwritten(pairs);
          attentionBackward(recorder, 'attention', {
            hidden,
            heads,
            reach,
            ...slices,
            dContext: bench.tensor(dContext),
            dPairs,
            dQkv,
          });
        },
        { tiles: everywhere(variant) },
      );
      const expected = referenceForward(qkv, lengths, shape);
      const probabilities = await bench.read(slices.probabilities, pairs);
      const padded = Float64Array.from({ length: pairs }, (_, i) => {
        const [head, query, key] = [Math.floor(i / wide ** 2), Math.floor(i / wide) % wide, i % wide];
        if (query >= tokens || key >= tokens) return 0;
        return expected.probabilities[(head * tokens + query) * tokens + key] as number;
      });
      expectClose(probabilities, padded, kernelTolerance, 'probabilities');
      padded.forEach((p, i) => {
        if (p === 0) expect(probabilities[i]).toBe(0);
      });
      expectClose(await bench.read(context, dContext.length), expected.context, kernelTolerance, 'context');
      const backward = referenceBackward(dContext, qkv, expected.probabilities, shape);
      expectClose(await bench.read(dQkv, qkv.length), backward, kernelTolerance, 'dQkv');
    },
  );
}
