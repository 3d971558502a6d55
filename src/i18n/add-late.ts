import i18next from 'i18next';
import { late } from './late.ts';

/** Adds the late texts, before whatever imports this file is drawn. */
i18next.addResourceBundle('en', 'translation', late, true);
