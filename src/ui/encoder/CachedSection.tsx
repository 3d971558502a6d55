import { Button, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  type CachedEncoder,
  deleteKept,
  encoderCacheStore,
  loadKept,
  persistKept,
} from '../../store/encoder/cached.ts';
import { encoderStore, takeKept } from '../../store/encoder/state.ts';
import { formatBytes } from '../format.ts';
import { useEncoderLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';
import classes from './EncoderChooser.module.css';

/** Cached encoders of the Hub and of folders: use one, delete it, ask for persistent storage. */
export function CachedSection() {
  const repos = useStore(encoderCacheStore, (state) => state.repos);
  const work = useStore(encoderStore, (state) => state.work);
  const keeping = useStore(encoderStore, (state) => state.keeping);
  const { t } = useTranslation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the cache changes as work begins and ends
  useEffect(() => void loadKept(), [work, keeping]);
  return (
    <section className={classes.section} aria-labelledby="kept-title">
      <h3 id="kept-title">{t('encoder.cached.title')}</h3>
      {repos.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('encoder.cached.empty')}
        </Text>
      )}
      {repos.map((repo) => (
        <KeptRow key={repo.name} repo={repo} />
      ))}
      {repos.length > 0 && <Space />}
    </section>
  );
}

function KeptRow({ repo: { name, title, bytes, files, models } }: { repo: CachedEncoder }) {
  const current = usePage(({ encoder }) => encoder?.name);
  const busy = useStore(encoderStore, ({ work }) => work !== null);
  const locked = useEncoderLocked();
  const { t } = useTranslation();
  const size = formatBytes(bytes);
  return (
    <div className={classes.row}>
      <span className={classes.name}>{title}</span>
      <span className={classes.note}>
        {models.length > 0 || name.startsWith('datasets/')
          ? t('encoder.cached.size', { size, count: files })
          : t('encoder.cached.unfinished', { size })}
      </span>
      {models.map((model) =>
        current === model ? (
          <span className={classes.note} key={model}>
            {t('encoder.dialog.inUse')}
          </span>
        ) : (
          <Button
            key={model}
            size="compact-xs"
            variant="light"
            disabled={locked || busy}
            aria-label={t('encoder.dialog.useOne', { name: model })}
            onClick={() => void takeKept(model)}
          >
            {models.length > 1 ? model : t('encoder.dialog.use')}
          </Button>
        ),
      )}
      <Button
        size="compact-xs"
        variant="default"
        disabled={busy}
        aria-label={t('encoder.cached.deleteOne', { name: title })}
        onClick={() => void deleteKept(name)}
      >
        {t('encoder.cached.delete')}
      </Button>
    </div>
  );
}

function Space() {
  const storage = useStore(encoderCacheStore, (state) => state.storage);
  const refused = useStore(encoderCacheStore, (state) => state.refused);
  const { t } = useTranslation();
  if (!storage) return null;
  const { used, quota, persisted } = storage;
  return (
    <div className={classes.row}>
      <Text size="xs" c="dimmed" className={classes.name}>
        {used !== null && quota !== null
          ? t('encoder.cached.space', { used: formatBytes(used), quota: formatBytes(quota) })
          : ''}
        {t('runs.frontier.sentences')}
        {t(persisted ? 'encoder.cached.persisted' : refused ? 'encoder.cached.refused' : 'encoder.cached.notPersisted')}
      </Text>
      {!persisted && (
        <Button size="compact-xs" variant="default" onClick={() => void persistKept()}>
          {t('encoder.cached.persist')}
        </Button>
      )}
    </div>
  );
}
