import embedding from '../../../shaders/embedding.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { secondSlot } from '../products/slots.ts';
import { flatGrid, type Recorder, record } from './recorder.ts';

const groupSize = 32;

/** Input 2 of the forward is the table of words, stored in 32 bits or fewer; of the backward it is something else. */
function joined(table: Pick<Slice, 'packed'>, width: number) {
  const { source, constants } = secondSlot(table, width);
  return { source: step + source + embedding, constants: { ...constants, WIDTH: width } };
}

interface EmbeddingForward {
  width: number;
  /** (B, T) */
  ids: Slice;
  /** (V, width) */
  word: Slice;
  /** The other two tables; absent: the words stand alone. */
  others?: { position: Slice; tokenType: Slice } | undefined;
  /** Token types. (B, T) */
  types: Slice;
  /** (B, T, width) */
  out: Slice;
}

/** out = word[id] + position[t] + tokenType[type], as far as there are these tables */
export function embeddingForward(recorder: Recorder, label: string, op: EmbeddingForward): void {
  const { source, constants } = joined(op.word, op.width);
  // What the entry point names but does not read.
  const none = op.word;
  record(recorder, {
    label,
    source,
    constants: { ...constants, WORDS_ALONE: op.others === undefined },
    entry: 'forward',
    slices: [
      ['read', op.ids],
      ['read', op.word],
      ['read', op.others?.position ?? none],
      ['read', op.others?.tokenType ?? none],
      ['read', op.types],
      ['write', op.out],
    ],
    grid: ({ examples, tokens }) => flatGrid(examples * tokens * Math.ceil(op.width / 4), groupSize),
  });
}

interface EmbeddingBackward {
  width: number;
  ids: Slice;
  /** Chains of equal ids, as `chainEqualIds` makes them. (B, T) */
  nextSame: Slice;
  /** (B, T, width) */
  dOut: Slice;
  /** Added to. (V, width) */
  dWord: Slice;
  /** Added to, if there. (positions, width) */
  dPosition?: Slice | undefined;
  /** Token types (B, T), and the gradient of their table, added to (entries, width); absent where there are none. */
  tokenType?: { types: Slice; entries: number; dTable: Slice } | undefined;
}

/** forward: out = word[id] + position[t] + tokenType[type] */
export function embeddingBackward(recorder: Recorder, label: string, op: EmbeddingBackward): void {
  const { width, ids, nextSame, dOut } = op;
  const { source, constants } = joined({}, width);
  record(recorder, {
    label: `${label}/d-word`,
    source,
    entry: 'backward_word',
    constants,
    slices: [
      ['read', ids],
      ['read', nextSame],
      ['read', dOut],
      ['write', op.dWord],
    ],
    grid: ({ examples, tokens }) => flatGrid(examples * tokens * width, groupSize),
  });
  if (op.dPosition)
    record(recorder, {
      label: `${label}/d-position`,
      source,
      entry: 'backward_position',
      constants,
      slices: [
        ['read', ids],
        ['read', nextSame],
        ['read', dOut],
        ['write', op.dPosition],
      ],
      grid: ({ tokens }) => flatGrid(tokens * width, groupSize),
    });
  if (!op.tokenType) return;
  const { types, entries, dTable } = op.tokenType;
  record(recorder, {
    label: `${label}/d-token-type`,
    source,
    entry: 'backward_type',
    constants: { ...constants, TYPES: entries },
    slices: [
      ['read', types],
      ['read', nextSame],
      ['read', dOut],
      ['write', dTable],
    ],
    grid: () => flatGrid(entries * width, groupSize),
  });
}

const first = 0x80000000;
const last = 0x7fffffff;

/**
 * For every row the next row with the same id (0x7fffffff: none), bit 31 set at the first of each chain. (rows) -> (rows)
 */
export function chainEqualIds(ids: Uint32Array): Uint32Array {
  const chain = new Uint32Array(ids.length).fill(last);
  const previous = new Map<number, number>();
  ids.forEach((id, row) => {
    const before = previous.get(id);
    if (before === undefined) chain[row] = (first | last) >>> 0;
    else chain[before] = (((chain[before] ?? 0) & first) | row) >>> 0;
    previous.set(id, row);
  });
  return chain;
}
