import { useTranslation } from 'react-i18next';
import { filled, inEnglish, type Words } from '../base/message.ts';

/** The sentences of errors in the language of the page, by their English pattern; one without a translation stays English. */
const sentences = new Map<string, ReadonlyMap<string, string>>();

export function learnSentences(language: string, said: Readonly<Record<string, string>>): void {
  sentences.set(language, new Map(Object.entries(said)));
}

export function say(words: Words, language: string): string {
  const known = sentences.get(language);
  if (!known) return inEnglish(words);
  if (typeof words === 'string') return known.get(words) ?? words;
  const { pattern, values } = words;
  return filled(
    known.get(pattern) ?? pattern,
    values.map((value) => (typeof value === 'object' ? say(value, language) : String(value))),
  );
}

/** Says words in the language of the page, anew when that changes. */
export function useSay(): (words: Words) => string {
  const { i18n } = useTranslation();
  return (words) => say(words, i18n.language);
}
