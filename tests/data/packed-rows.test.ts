import { expect, test } from 'vitest';
import { packedRowsSchema, packRows, piecesOf, RowCollector, rowsInPiece } from '../../src/data/rows/packed-rows.ts';

const rows = Array.from({ length: 2 * rowsInPiece + 3 }, (_, i) => ({
  text: `text ${i}`,
  label: i % 3 ? 'a' : 'b',
  line: i + 2,
}));

test('rows come back from their pieces as they were, each label held once', () => {
  const collector = new RowCollector();
  const pieces = [...piecesOf(rows)];
  expect(pieces.map(({ length }) => length)).toEqual([rowsInPiece, rowsInPiece, 3]);
  for (const piece of pieces) {
    const packed = structuredClone(packRows(piece));
    expect(packed.labels).toHaveLength(2);
    expect(packedRowsSchema.safeParse(packed).success).toBe(true);
    collector.add(packed);
  }
  expect(collector.rows).toEqual(rows);
});

test('no rows make no piece', () => {
  expect([...piecesOf([])]).toEqual([]);
});

const sound = packRows(rows.slice(0, 4));
test.each([
  ['a label that is not there', { ...sound, classes: Uint32Array.of(0, 1, 2, 0) }],
  ['too few classes', { ...sound, classes: Uint32Array.of(0) }],
  ['too few lines', { ...sound, lines: new Uint32Array(3) }],
  ['numbers for texts', { ...sound, texts: [1, 2, 3, 4] }],
  ['more rows than a piece has', packRows(rows.slice(0, rowsInPiece + 1))],
  ['nothing', undefined],
])('%s is no piece', (_, piece) => {
  expect(packedRowsSchema.safeParse(piece).success).toBe(false);
});
