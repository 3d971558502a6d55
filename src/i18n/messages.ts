import { useTranslation } from 'react-i18next';
import { filled, type Message, toEnglish } from '../base/message.ts';

/** The sentences of errors in the language of the page, by their English pattern; one without a translation stays English. */
const sentences = new Map<string, ReadonlyMap<string, string>>();

export function learnSentences(language: string, translations: Readonly<Record<string, string>>): void {
  sentences.set(language, new Map(Object.entries(translations)));
}

/** A message in a language that has been fetched; English otherwise. */
export function say(words: Message, language: string): string {
  const known = sentences.get(language);
  if (!known) return toEnglish(words);
  if (typeof words === 'string') return known.get(words) ?? words;
  const { pattern, values } = words;
  return filled(
    known.get(pattern) ?? pattern,
    values.map((value) => (typeof value === 'object' ? say(value, language) : String(value))),
  );
}

/** A function that puts messages into the language of the page; the component is drawn anew when that changes. */
export function useMessage(): (words: Message) => string {
  const { i18n } = useTranslation();
  return (words) => say(words, i18n.language);
}
