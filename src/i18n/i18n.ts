import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import { zh } from './zh.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

const storageKey = 'bottleneck.language';

/** The language chosen before, else the browser's, else English. */
function firstLanguage(): 'en' | 'zh' {
  const remembered = localStorage.getItem(storageKey);
  if (remembered === 'en' || remembered === 'zh') return remembered;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Prepares the texts. */
export async function startI18n(): Promise<void> {
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  });
  await i18next.use(initReactI18next).init({
    lng: firstLanguage(),
    fallbackLng: 'en',
    resources: { en: { translation: en }, zh: { translation: zh } },
    // React escapes already.
    interpolation: { escapeValue: false },
  });
}

/** Switches between English and Chinese, and remembers it. */
export async function switchLanguage(): Promise<void> {
  const next = i18next.language === 'zh' ? 'en' : 'zh';
  localStorage.setItem(storageKey, next);
  await i18next.changeLanguage(next);
}
