import {
  type ConvertCSSVariablesInput,
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  type MantineThemeOverride,
  mergeMantineTheme,
} from '@mantine/core';
import type { Plugin } from 'vite';

/** Mantine writes a theme's variables into a style element while the page runs; a strict policy allows only a file. */

const name = 'virtual:theme.css';

/** What a theme changes: the rest is in Mantine's own style sheet. */
function changes(theme: MantineThemeOverride): ConvertCSSVariablesInput {
  const usual = defaultCssVariablesResolver(DEFAULT_THEME);
  const all = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
  const changed = (part: 'variables' | 'light' | 'dark') => {
    const before = new Map(Object.entries(usual[part]));
    return Object.fromEntries(Object.entries(all[part]).filter(([variable, value]) => before.get(variable) !== value));
  };
  return { variables: changed('variables'), light: changed('light'), dark: changed('dark') };
}

/** Offers `virtual:theme.css`. */
export const themePlugin = (theme: MantineThemeOverride): Plugin => ({
  name: 'theme',
  resolveId: (id) => (id === name ? id : null),
  load: (id) => (id === name ? convertCssVariables(changes(theme)) : null),
});
