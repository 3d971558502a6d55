import { msg } from '../../base/message.ts';
import { TokenizerError } from './settings.ts';

/**
 * SentencePiece's compiled character map: a double-array trie over UTF-8 (Darts) whose values are offsets into a list
 * of replacements that end with a zero byte. As the crate spm_precompiled reads it.
 */

const utf8 = new TextEncoder();
const text = new TextDecoder();

const offsetOf = (unit: number) => (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
const labelOf = (unit: number) => unit & (0x80000000 | 0xff);
const hasLeaf = (unit: number) => ((unit >>> 8) & 1) === 1;
const placeOf = (unit: number) => unit & 0x7fffffff;

function damaged(): TokenizerError {
  return new TokenizerError(msg`tokenizer.json: the character map of the normalizer Precompiled is damaged.`);
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    throw damaged();
  }
}

/** Longest grapheme in bytes that is replaced as a whole; in a longer one, characters are replaced one by one. */
const maxGraphemeLength = 5;

/**
 * @param charsmap base64
 * @throws TokenizerError where its sizes do not fit
 */
export function precompiled(charsmap: string): (text: string) => string {
  const bytes = bytesOf(charsmap);
  if (bytes.length < 4) throw damaged();
  const view = new DataView(bytes.buffer);
  const trieBytes = view.getUint32(0, true);
  if (trieBytes % 4 !== 0 || 4 + trieBytes > bytes.length) throw damaged();
  const units = Uint32Array.from({ length: trieBytes / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  const replacements = bytes.subarray(4 + trieBytes);

  /** Replacement of the shortest known beginning of a string; null where none is known. */
  const replacement = (key: string): string | null => {
    let node = offsetOf(units[0] ?? 0);
    for (const byte of utf8.encode(key)) {
      if (byte === 0) return null;
      node ^= byte;
      const unit = units[node] ?? 0;
      if (labelOf(unit) !== byte) return null;
      node ^= offsetOf(unit);
      if (!hasLeaf(unit)) continue;
      const from = placeOf(units[node] ?? 0);
      const to = replacements.indexOf(0, from);
      return text.decode(replacements.subarray(from, to < 0 ? undefined : to));
    }
    return null;
  };

  const known = new Map<string, string>();
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const changed = (grapheme: string): string => {
    const whole = utf8.encode(grapheme).length <= maxGraphemeLength ? replacement(grapheme) : null;
    return whole ?? Array.from(grapheme, (character) => replacement(character) ?? character).join('');
  };
  return (given) => {
    let result = '';
    for (const { segment } of segmenter.segment(given)) {
      let part = known.get(segment);
      if (part === undefined) {
        part = changed(segment);
        if (known.size < 50_000) known.set(segment, part);
      }
      result += part;
    }
    return result;
  };
}
