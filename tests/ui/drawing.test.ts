import { expect, test } from 'vitest';
import { type Box, layoutOf, waistOf } from '../../src/ui/inspect/drawing/layout.ts';

/** Where the drawing's blocks stand, at every width of a window and for shallow and deep encoders. */

const widths = [300, 366, 560, 664, 900, 928, 1240, 1728, 2400];

test.each([1, 2, 4, 6, 12, 24])(
  'the path of %i layers runs through every block in order, and none is cut',
  (layers) => {
    for (const width of widths)
      for (const size of ['large', 'compact'] as const)
        for (const open of new Set([0, Math.floor(layers / 2), layers - 1])) {
          const layout = layoutOf(width, size, layers, open, true);
          const { attention, ffn } = layout.sublayers;
          const smallBoxes = (isIn: (layer: number) => boolean) =>
            layout.small.filter(({ layer }) => isIn(layer)).map(({ box }) => box);
          const path: Box[] = [
            ...(layout.words ? [layout.words] : []),
            layout.embeddings,
            ...smallBoxes((layer) => layer < open),
            ...[attention, ffn].flatMap(({ block, adapter, norm }) => [block, adapter, norm]),
            ...smallBoxes((layer) => layer > open),
            layout.head,
          ];
          const where = `${layers} layers, ${size}, ${width} px, layer ${open} open`;
          path.forEach((box, i) => {
            expect(box.width, where).toBeGreaterThan(2);
            expect(box.x, where).toBeGreaterThanOrEqual(0);
            expect(box.x + box.width, where).toBeLessThanOrEqual(layout.width);
            expect(box.y + box.height, where).toBeLessThanOrEqual(layout.height);
            const before = path[i - 1];
            if (!before) return;
            const sameRow = before.y < box.y + box.height && box.y < before.y + before.height;
            if (sameRow) expect(box.x, where).toBeGreaterThanOrEqual(before.x + before.width);
            else expect(box.y, where).toBeGreaterThan(before.y + before.height);
          });
          expect(layout.width, where).toBeCloseTo(width, 6);
        }
  },
);

test('the height does not depend on the layers: nothing moves when the encoder comes', () => {
  for (const width of widths) {
    const heights = [1, 4, 12].map((layers) => layoutOf(width, 'large', layers, 0).height);
    expect(new Set(heights).size).toBe(1);
  }
});

test('the large drawing has letters of at least 16 px from 1280 on, and a phone has the whole path', () => {
  expect(layoutOf(1240, 'large', 4, 0).font).toBe(16);
  expect(layoutOf(1728, 'large', 4, 0, true).font).toBeGreaterThan(20);
  expect(layoutOf(366, 'large', 12, 0).rows).toHaveLength(2);
});

test('a waist is to scale', () => {
  expect(waistOf(128, 16, 256)).toBe(8);
  expect(waistOf(128, 256, 256)).toBe(128);
  expect(waistOf(128, 1, 256)).toBe(1.5);
});
