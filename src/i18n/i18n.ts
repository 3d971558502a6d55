import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readText, writeText } from '../base/browser-storage.ts';
import { en } from './en.ts';
import type { LateTexts } from './late.ts';
import { learnSentences } from './messages.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en & LateTexts };
  }
}

type Language = 'en' | 'zh';
const storageKey = 'bottleneck.language';

/** The language chosen before, else the browser's, else English. */
function firstLanguage(): Language {
  const remembered = readText('localStorage', storageKey);
  if (remembered === 'en' || remembered === 'zh') return remembered;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Fetches the texts of a language that is not in the page's first script. */
async function learn(language: Language): Promise<void> {
  if (language === 'en' || i18next.hasResourceBundle(language, 'translation')) return;
  const { zh, errors } = await import('./zh.ts');
  i18next.addResourceBundle(language, 'translation', zh);
  learnSentences(language, errors);
}

/**
 * Prepares the texts.
 * @param asked the language that a link asks for; absent: the reader's
 * @returns the page's language
 */
export async function startI18n(asked?: Language): Promise<Language> {
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  });
  await i18next.use(initReactI18next).init({
    fallbackLng: 'en',
    lng: 'en',
    resources: { en: { translation: en } },
    // React escapes already.
    interpolation: { escapeValue: false },
  });
  const first = asked ?? firstLanguage();
  // English is better than no page.
  await learn(first).then(
    () => i18next.changeLanguage(first),
    () => undefined,
  );
  return i18next.language === 'zh' ? 'zh' : 'en';
}

/** Switches between English and Chinese, and remembers it. */
export async function switchLanguage(): Promise<void> {
  const next = i18next.language === 'zh' ? 'en' : 'zh';
  await learn(next);
  writeText('localStorage', storageKey, next);
  await i18next.changeLanguage(next);
}
