import {
  ActionIcon,
  Badge,
  Button,
  Text,
  Title,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { switchLanguage } from '../../i18n/i18n.ts';
import { attempt } from '../../store/page/attempt.ts';
import { listedViews, viewStore } from '../../store/page/view.ts';
import { useDeviceName } from '../device/use-device-name.ts';
import { today } from '../format.ts';
import { useRunName } from '../runs/use-run-name.ts';
import { ShareButton } from '../share/ShareButton.tsx';
import { usePage } from '../use-page.ts';
import classes from './Header.module.css';
import { RequestsButton } from './RequestsButton.tsx';
import { Shortcuts } from './Shortcuts.tsx';

/** Name, run, engine; language and colour scheme. */
export function Header() {
  const run = usePage((state) => state.run);
  const nameOf = useRunName();
  const { t } = useTranslation();
  return (
    <header className={classes.header}>
      <Title order={1} title={t('page.tagline')}>
        {t('page.title')}
      </Title>
      <Text size="sm" fw={600} className={classes.runName} truncate>
        {nameOf({ name: run.name, run })}
      </Text>
      <span className={classes.printed}>{today()}</span>
      <div className="grow" />
      <ViewLinks />
      <EngineBadge />
      <RequestsButton />
      <ShareButton />
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={() => attempt(switchLanguage)}
        title={t('page.languageLabel')}
      >
        {t('page.language')}
      </Button>
      <ColorSchemeButton />
      <Shortcuts />
    </header>
  );
}

function ViewLinks() {
  const open = useStore(viewStore, (state) => state.view);
  const { t } = useTranslation();
  return (
    <nav className={classes.views} aria-label={t('page.views.label')}>
      {listedViews.map((view) => (
        <a key={view} href={`#/${view}`} aria-current={view === open ? 'page' : undefined}>
          {t(`page.views.${view}`)}
        </a>
      ))}
    </nav>
  );
}

function EngineBadge() {
  const device = usePage((state) => state.device);
  const name = useDeviceName();
  const { t } = useTranslation();
  if (!device)
    return (
      <Badge className={classes.engine} variant="light">
        {t('device.engine.opening')}
      </Badge>
    );
  if (!device.available)
    return (
      <Badge className={classes.engine} variant="light" color="red">
        {t('device.engine.none')}
      </Badge>
    );
  const { engine, software } = device;
  const badge = (
    <Badge
      className={classes.engine}
      variant="light"
      color={software ? 'orange' : 'teal'}
      c="var(--mantine-color-text)"
      tt="none"
      tabIndex={software ? 0 : undefined}
    >
      {t(engine === 'wasm' ? 'device.engine.wasm' : software ? 'device.engine.software' : 'device.engine.webgpu')}
      <span className={classes.deviceName}> – {name}</span>
    </Badge>
  );
  if (!software) return badge;
  return (
    <Tooltip
      label={t('device.engine.softwareHint')}
      multiline
      w={260}
      events={{ hover: true, focus: true, touch: true }}
    >
      {badge}
    </Tooltip>
  );
}

function ColorSchemeButton() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const isDark = useComputedColorScheme('light') === 'dark';
  return (
    <ActionIcon
      variant="subtle"
      aria-label={t('page.colorScheme')}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
        <circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M9 2a7 7 0 0 1 0 14z" fill="currentColor" />
      </svg>
    </ActionIcon>
  );
}
