import { z } from 'zod';
import { precompiled } from './precompiled.ts';
import { assertGrowth, type Component, componentOf, settingsOf, unknownComponent } from './settings.ts';
import { isOf, lowerCase, mapPoints, type NormalForm, normalForm, stripped } from './unicode/characters.ts';
import { patternOf, patternSchema, replaced } from './unicode/patterns.ts';

/** The normalisers of tokenizer.json, each as the Rust library (0.22) computes it. */

export type Normalizer = (text: string) => string;

const slot = 'normalizer';

/** The CJK blocks that BERT sets apart. */
const chinese: readonly [first: number, last: number][] = [
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xf900, 0xfaff],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b81f],
  [0x2b920, 0x2ceaf],
  [0x2f800, 0x2fa1f],
];
const isChinese = (point: number) =>
  point >= 0x3400 && chinese.some(([first, last]) => point >= first && point <= last);

function bertNormalizer(component: Component): Normalizer {
  const { clean_text, handle_chinese_chars, strip_accents, lowercase } = settingsOf(slot, component, {
    clean_text: z.boolean().default(true),
    handle_chinese_chars: z.boolean().default(true),
    strip_accents: z.boolean().nullish(),
    lowercase: z.boolean().default(true),
  });
  const [isControl, isSpace, isNonspacing] = [isOf('control'), isOf('space'), isOf('nonspacing')];
  const cleaned = (character: string, point: number) =>
    point === 0 || isControl(point) ? '' : isSpace(point) ? ' ' : character;
  const spaced = (character: string, point: number) => (isChinese(point) ? ` ${character} ` : character);
  return (text) => {
    // Printable ASCII has neither controls nor accents.
    if (/^[ -~]*$/.test(text)) return lowercase ? text.toLowerCase() : text;
    let result = text;
    if (clean_text) result = mapPoints(result, cleaned);
    if (handle_chinese_chars) result = mapPoints(result, spaced);
    if (strip_accents ?? lowercase)
      result = mapPoints(normalForm(result, 'NFD'), (character, point) => (isNonspacing(point) ? '' : character));
    return lowercase ? lowerCase(result) : result;
  };
}

/** Characters that Google's neural machine translation leaves out, and those that it takes for white space. */
const nmtDropped = (point: number) =>
  (point >= 1 && point <= 8) || point === 0xb || (point >= 0xe && point <= 0x1f) || [0x7f, 0x8f, 0x9f].includes(point);
const nmtSpace = new Set([
  0x9, 0xa, 0xc, 0xd, 0x1680, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x2581, 0xfeff, 0xfffd,
]);
const nmt: Normalizer = (text) =>
  mapPoints(text, (character, point) => (nmtDropped(point) ? '' : nmtSpace.has(point) ? ' ' : character));

/** Bytes as GPT-2 writes them: printable ones as themselves, the others as letters from U+0100 on. */
export const byteLetters: readonly string[] = (() => {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCharCode(isPrintable ? byte : next++);
  });
})();

const utf8 = new TextEncoder();
export const inBytes = (text: string): string =>
  Array.from(utf8.encode(text), (byte) => byteLetters[byte] ?? '').join('');

const isMark = isOf('mark');
const withoutMarks: Normalizer = (text) => mapPoints(text, (character, point) => (isMark(point) ? '' : character));

const form = (name: NormalForm) => (component: Component) => {
  settingsOf(slot, component, {});
  return (text: string) => normalForm(text, name);
};

const plain = (normalizer: Normalizer) => (component: Component) => {
  settingsOf(slot, component, {});
  return normalizer;
};

const kinds: Record<string, (component: Component) => Normalizer> = {
  BertNormalizer: bertNormalizer,
  NFC: form('NFC'),
  NFD: form('NFD'),
  NFKC: form('NFKC'),
  NFKD: form('NFKD'),
  Nmt: plain(nmt),
  Lowercase: plain(lowerCase),
  StripAccents: plain(withoutMarks),
  ByteLevel: plain(inBytes),
  Strip: (component) => {
    const settings = settingsOf(slot, component, { strip_left: z.boolean(), strip_right: z.boolean() });
    return (text) => stripped(text, settings.strip_left, settings.strip_right);
  },
  Prepend: (component) => {
    const { prepend } = settingsOf(slot, component, { prepend: z.string() });
    return (text) => (text === '' ? '' : prepend + text);
  },
  Replace: (component) => {
    const { pattern, content } = settingsOf(slot, component, { pattern: patternSchema, content: z.string() });
    const find = patternOf(pattern);
    return (text) => replaced(text, find, content);
  },
  Precompiled: (component) => {
    const { precompiled_charsmap } = settingsOf(slot, component, { precompiled_charsmap: z.string().nullish() });
    return precompiled_charsmap ? precompiled(precompiled_charsmap) : (text) => text;
  },
  Sequence: (component) => {
    const { normalizers } = settingsOf(slot, component, { normalizers: z.array(z.unknown()).max(100) });
    const all = normalizers.map((json) => normalizerOf(json));
    return (text) =>
      all.reduce((result, normalize) => {
        const next = normalize(result);
        assertGrowth(slot, text.length, next.length);
        return next;
      }, text);
  },
};

/** @throws TokenizerError naming the component or the setting that is not computed */
export function normalizerOf(json: unknown): Normalizer {
  const component = componentOf(slot, json);
  if (!component) return (text) => text;
  const make = Object.hasOwn(kinds, component.type) ? kinds[component.type] : undefined;
  if (!make) throw unknownComponent(slot, component.type);
  return make(component);
}
