import { Button, PasswordInput, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { suggestedEncoders } from '../../hub/repositories.ts';
import {
  askSizes,
  encoderStore,
  fetchFound,
  isAddress,
  isHubName,
  lookUp,
  setHubAddress,
  setName,
  setToken,
} from '../../store/encoder/state.ts';
import { formatBytes } from '../format.ts';
import { useEncoderLocked } from '../use-locked.ts';
import classes from './EncoderChooser.module.css';
import { EncoderFacts } from './EncoderFacts.tsx';

/** An encoder by its name on the Hub: looked up first, fetched when a person says so. */
export function HubSection() {
  const name = useStore(encoderStore, (state) => state.name);
  const hubUrl = useStore(encoderStore, (state) => state.hubUrl);
  const busy = useStore(encoderStore, ({ work }) => work !== null);
  const locked = useEncoderLocked();
  const { t } = useTranslation();
  const text = name.trim();
  const wrong = text !== '' && !isHubName(text) ? t('encoder.hub.notAName', { text }) : null;
  return (
    <section className={classes.section} aria-labelledby="hub-title">
      <h3 id="hub-title">{t('encoder.hub.title')}</h3>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          void lookUp(text);
        }}
      >
        <TextInput
          size="xs"
          label={t('encoder.hub.name')}
          placeholder={t('encoder.hub.placeholder')}
          error={wrong}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Button
          type="submit"
          size="xs"
          variant="light"
          disabled={locked || busy || text === '' || wrong !== null || !isAddress(hubUrl)}
        >
          {t('encoder.hub.lookUp')}
        </Button>
      </form>
      <Found />
      <Text size="xs" c="dimmed">
        {t('encoder.hub.help')}
      </Text>
      <Suggestions />
      <Access />
    </section>
  );
}

/** The encoder that was looked up, as the Hub describes it. */
function Found() {
  const found = useStore(encoderStore, (state) => state.found);
  const { t } = useTranslation();
  if (!found) return null;
  const { repo, config, bytes } = found;
  return (
    <EncoderFacts
      title={t('encoder.found.title', { name: repo.name, commit: repo.commit.slice(0, 7) })}
      config={config}
      bytes={bytes}
      verb={t('encoder.found.fetch')}
      onTake={() => void fetchFound()}
    />
  );
}

function Suggestions() {
  const sizes = useStore(encoderStore, (state) => state.sizes);
  const hubUrl = useStore(encoderStore, (state) => state.hubUrl);
  const busy = useStore(encoderStore, ({ work }) => work !== null);
  const locked = useEncoderLocked();
  const { t } = useTranslation();
  const known = sizes === 'asked' ? null : sizes;
  const sizeOf = (bytes: number | null) => (bytes === null ? t('encoder.hub.unknownSize') : formatBytes(bytes));
  return (
    <details>
      <summary>{t('encoder.hub.suggestions')}</summary>
      {suggestedEncoders.map(({ name, language }) => (
        <div className={classes.row} key={name}>
          <button
            type="button"
            className={`link-like ${classes.name}`}
            disabled={locked || busy}
            onClick={() => void lookUp(name)}
          >
            {name}
          </button>
          <span className={classes.note}>{t(`encoder.hub.language.${language}`)}</span>
          {known && <span className={classes.note}>{sizeOf(known[name] ?? null)}</span>}
        </div>
      ))}
      {!known && (
        <Button
          size="compact-xs"
          variant="default"
          disabled={sizes === 'asked' || !isAddress(hubUrl)}
          onClick={() => void askSizes(suggestedEncoders.map(({ name }) => name))}
        >
          {t(sizes === 'asked' ? 'encoder.hub.asking' : 'encoder.hub.askSizes')}
        </Button>
      )}
    </details>
  );
}

/** A token for private models, and another Hub than the usual one. */
function Access() {
  const hubUrl = useStore(encoderStore, (state) => state.hubUrl);
  const token = useStore(encoderStore, (state) => state.token);
  const { t } = useTranslation();
  return (
    <details>
      <summary>{t('encoder.hub.access')}</summary>
      <PasswordInput
        size="xs"
        label={t('encoder.hub.token')}
        description={t('encoder.hub.tokenHelp')}
        autoComplete="off"
        maxLength={500}
        value={token}
        onChange={({ currentTarget }) => setToken(currentTarget.value)}
      />
      <TextInput
        size="xs"
        mt="xs"
        label={t('encoder.hub.address')}
        description={t('encoder.hub.addressHelp')}
        error={isAddress(hubUrl) ? null : t('encoder.hub.notAnAddress')}
        spellCheck={false}
        maxLength={200}
        value={hubUrl}
        onChange={({ currentTarget }) => setHubAddress(currentTarget.value.trim())}
      />
    </details>
  );
}
