import './trusted-types.ts';
import '@mantine/core/styles.css';
import 'virtual:theme.css';
import './ui/styles/theme.css';
import './ui/styles/layout.css';
import './ui/styles/print.css';
import { MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { startI18n } from './i18n/i18n.ts';
import { isolatePage } from './isolation.ts';
import { openPage } from './store/page/open.ts';
import { keepPage } from './store/page/service-worker.ts';
import { linkStore, openLink } from './store/share/link.ts';
import { App } from './ui/App.tsx';
import { theme } from './ui/theme.ts';

await isolatePage(document.baseURI);
const linked = openLink(location.href);
openPage(document.baseURI, await startI18n(linkStore.getState().language), linked);
if (import.meta.env.PROD) void keepPage(document.baseURI);
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  // Its variables are in virtual:theme.css, and the page uses none of its classes for screen sizes.
  <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
    <App />
  </MantineProvider>,
);
