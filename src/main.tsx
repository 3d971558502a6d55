import '@mantine/core/styles.css';
import './ui/styles/theme.css';
import './ui/styles/layout.css';
import './ui/styles/print.css';
import { createTheme, MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { startI18n } from './i18n/i18n.ts';
import { isolatePage } from './isolation.ts';
import { openPage } from './store/page/open.ts';
import { App } from './ui/App.tsx';

const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: 8,
  defaultRadius: 'md',
  respectReducedMotion: true,
  // A dialog's head is a <header>, and would be taken for the page's.
  components: { Modal: { defaultProps: { attributes: { header: { role: 'none' } } } } },
});

await isolatePage(document.baseURI);
await startI18n();
openPage(document.baseURI);
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <MantineProvider theme={theme} defaultColorScheme="auto">
    <App />
  </MantineProvider>,
);
