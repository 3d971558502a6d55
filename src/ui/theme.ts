import { createTheme } from '@mantine/core';

/** The look of the page's elements. Its CSS variables are written by commands/site/theme.ts, when the page is built. */
export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: 8,
  defaultRadius: 'md',
  respectReducedMotion: true,
  components: {
    Modal: {
      defaultProps: {
        // A dialog's head is a <header>, and would be taken for the page's.
        attributes: { header: { role: 'none' } },
        // The page is as high as its window. The lock is a style element, which the page's policy refuses.
        lockScroll: false,
      },
    },
  },
});
