import { msg } from '../../base/message.ts';
import { byteTokens } from './byte-pairs.ts';
import { type Model, TokenizerError } from './settings.ts';
import { pointAt, unitsOf } from './unicode/characters.ts';

/** Penalty of an unknown character below the least likely piece. */
const unknownPenalty = 10;

const isEntry = (entry: unknown): entry is [string, number] =>
  Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number';

/**
 * SentencePiece's unigram model as the Rust library has it: the most likely way to cut a text into pieces (Viterbi).
 * @param entries [piece, log probability] by id
 * @throws TokenizerError
 */
export function unigramOf(entries: readonly unknown[], unknown: number | undefined, byteFallback: boolean): Model {
  const wrong = entries.findIndex((entry) => !isEntry(entry));
  if (wrong >= 0)
    throw new TokenizerError(msg`tokenizer.json: ${`model.vocab.${wrong}`}: ${msg`it is not a piece with a score`}`);
  const vocab = entries.filter(isEntry);
  if (unknown === undefined || unknown >= vocab.length)
    throw new TokenizerError(msg`tokenizer.json: ${'model Unigram'} has no unk_id within its vocabulary.`);
  const ids = new Map(vocab.map(([piece], id) => [piece, id]));
  /** The longest piece, in UTF-16 units, by its first unit. */
  const longest = new Map<number, number>();
  let least = Number.POSITIVE_INFINITY;
  for (const [piece, score] of vocab) {
    const first = piece.charCodeAt(0);
    longest.set(first, Math.max(longest.get(first) ?? 0, piece.length));
    least = Math.min(least, score);
  }
  const unknownScore = least - unknownPenalty;

  /** The best segmentation: the start of each piece, by its end, and its id. */
  const best = (text: string): { starts: Int32Array; found: Int32Array } => {
    const scores = new Float64Array(text.length + 1);
    const starts = new Int32Array(text.length + 1).fill(-1);
    const found = new Int32Array(text.length + 1);
    const offer = (from: number, to: number, score: number, id: number) => {
      const total = score + (scores[from] ?? 0);
      if ((starts[to] ?? -1) >= 0 && total <= (scores[to] ?? 0)) return;
      scores[to] = total;
      starts[to] = from;
      found[to] = id;
    };
    for (let from = 0; from < text.length; ) {
      const one = unitsOf(pointAt(text, from));
      const most = Math.min(text.length, from + (longest.get(text.charCodeAt(from)) ?? 0));
      let hasOne = false;
      for (let to = from + one; to <= most; to++) {
        const id = ids.get(text.slice(from, to));
        if (id === undefined) continue;
        offer(from, to, vocab[id]?.[1] ?? 0, id);
        hasOne ||= to === from + one;
      }
      if (!hasOne) offer(from, from + one, unknownScore, unknown);
      from += one;
    }
    return { starts, found };
  };

  const encode = (text: string): number[] => {
    const { starts, found } = best(text);
    const pieces: string[] = [];
    // Neighbouring unknown characters are one piece.
    let fused = '';
    for (let to = text.length; to > 0; ) {
      const from = starts[to] ?? 0;
      const piece = text.slice(from, to);
      if (found[to] === unknown) fused = piece + fused;
      else {
        if (fused) pieces.push(fused);
        fused = '';
        pieces.push(piece);
      }
      to = from;
    }
    if (fused) pieces.push(fused);
    return pieces.reverse().flatMap((piece) => {
      const id = ids.get(piece);
      return id !== undefined
        ? [id]
        : ((byteFallback ? byteTokens(piece, (token) => ids.get(token)) : null) ?? [unknown]);
    });
  };
  return {
    encode,
    idOf: (token) => ids.get(token),
    tokenOf: (id) => vocab[id]?.[0],
    size: ids.size,
    largest: vocab.length - 1,
    unknown,
  };
}
