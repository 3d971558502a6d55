import { expect, test } from 'vitest';
import {
  embeddingBackward as referenceBackward,
  embeddingForward as referenceForward,
} from '../../src/reference/embedding.ts';
import { chainEqualIds, embeddingBackward, embeddingForward } from '../../src/webgpu/ops/embedding.ts';
import { expectClose, integers, normals } from '../support/numbers.ts';
import { kernelTolerance, oddSizes, opBench } from '../support/op-bench.ts';

const bench = opBench();

test.each(oddSizes)('embedding of %o', async (size) => {
  const [width, vocabulary, positions] = [33, 11, 40];
  const { examples, tokens } = size;
  const ids = integers(examples * tokens, 0, vocabulary, 1);
  const types = integers(examples * tokens, 0, 2, 6);
  const tables = {
    word: normals(vocabulary * width, 2),
    position: normals(positions * width, 3),
    tokenType: normals(2 * width, 4),
  };
  const dOut = normals(examples * tokens * width, 5);
  const out = bench.unwritten(dOut.length);
  const dWord = bench.zeros(tables.word.length);
  const dPosition = bench.zeros(tables.position.length);
  const dTokenType = bench.zeros(tables.tokenType.length);
  await bench.run(size, (recorder) => {
    const gpuIds = bench.tensor(ids);
    embeddingForward(recorder, 'forward', {
      width,
      ids: gpuIds,
      word: bench.tensor(tables.word),
      others: { position: bench.tensor(tables.position), tokenType: bench.tensor(tables.tokenType) },
      types: bench.tensor(types),
      out,
    });
    const nextSame = bench.tensor(chainEqualIds(ids));
    embeddingBackward(recorder, 'backward', {
      width,
      ids: gpuIds,
      nextSame,
      dOut: bench.tensor(dOut),
      dWord,
      dPosition,
      tokenType: { types: bench.tensor(types), entries: 2, dTable: dTokenType },
    });
  });
  const shape = { batch: examples, tokens, hidden: width };
  const expected = referenceBackward(dOut, ids, types, tables, shape);
  expectClose(await bench.read(out, dOut.length), referenceForward(ids, types, tables, shape), kernelTolerance, 'out');
  expectClose(await bench.read(dWord, tables.word.length), expected.dWord, kernelTolerance, 'dWord');
  expectClose(await bench.read(dTokenType, 2 * width), expected.dTokenType, kernelTolerance, 'dTokenType');
  expectClose(await bench.read(dPosition, tables.position.length), expected.dPosition, kernelTolerance, 'dPosition');
});

test('words alone', async () => {
  const [width, vocabulary] = [33, 11];
  const size = { examples: 3, tokens: 7 };
  const ids = integers(21, 0, vocabulary, 1);
  const word = normals(vocabulary * width, 2);
  const dOut = normals(21 * width, 3);
  const out = bench.unwritten(21 * width);
  const dWord = bench.zeros(word.length);
  await bench.run(size, (recorder) => {
    const shared = { width, ids: bench.tensor(ids) };
    embeddingForward(recorder, 'forward', { ...shared, word: bench.tensor(word), types: bench.zeros(21), out });
    const nextSame = bench.tensor(chainEqualIds(ids));
    embeddingBackward(recorder, 'backward', { ...shared, nextSame, dOut: bench.tensor(dOut), dWord });
  });
  const none = { position: new Float64Array(7 * width), tokenType: new Float64Array(width) };
  const [types, shape] = [new Uint32Array(21), { batch: 3, tokens: 7, hidden: width }];
  const expected = referenceForward(ids, types, { word, ...none }, shape);
  expectClose(await bench.read(out, 21 * width), expected, kernelTolerance, 'out');
  const backward = referenceBackward(dOut, ids, types, { word, ...none }, shape);
  expectClose(await bench.read(dWord, word.length), backward.dWord, kernelTolerance, 'dWord');
});

test('rows with equal ids are chained once each', () => {
  const last = 0x7fffffff;
  expect([...chainEqualIds(Uint32Array.of(5, 2, 5, 5, 2))]).toEqual([0x80000002, 0x80000004, 3, last, last]);
});
