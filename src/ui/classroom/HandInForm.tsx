import { Button, CopyButton, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { adaptersStore } from '../../store/adapters/state.ts';
import { type HandIn, handInLink, maxNameLength, writeHandIn } from '../../store/classroom/hand-in.ts';
import { adaptersToHandIn, makeHandIn } from '../../store/classroom/handing-in.ts';
import { lessonsStore } from '../../store/lessons/state.ts';
import { runsStore } from '../../store/runs/state.ts';
import { kindOf } from '../../training/run.ts';
import { formatBytes } from '../format.ts';
import { useRunName } from '../runs/use-run-name.ts';
import { saveFile } from '../save-file.ts';
import { usePage } from '../use-page.ts';
import { QrCode } from './QrCode.tsx';

/** What a learner hands in: what was said in the lessons, and one adapter; as a file, or as a link. */
export function HandInForm() {
  const all = useStore(adaptersStore, ({ kept }) => kept);
  const model = usePage(({ encoder }) => encoder?.name);
  const adapters = useMemo(() => adaptersToHandIn(all, model), [all, model]);
  const others = all.some(({ run }) => kindOf(run) !== 'single-label');
  const [chosen, setChosen] = useState<string | null>(null);
  const [name, setName] = useState('');
  const nameOf = useRunName(adapters);
  const { t } = useTranslation();
  const adapter = chosen === '' ? null : (adapters.find(({ id }) => id === chosen) ?? adapters[0] ?? null);
  const made = useMade(adapter?.id ?? null);
  const handIn = useMemo(() => made && { ...made, name: name.trim() }, [made, name]);
  const link = useMemo(() => handIn && handInLink(handIn, location.href), [handIn]);
  const file = useMemo(() => handIn && writeHandIn(handIn), [handIn]);
  return (
    <Stack gap="sm">
      <Text size="sm">{t('classroom.handIn.about')}</Text>
      <TextInput
        label={t('classroom.handIn.name')}
        description={t('classroom.handIn.nameHelp')}
        maxLength={maxNameLength}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Select
        label={t('classroom.handIn.adapter')}
        data={[
          ...adapters.map((other) => ({ value: other.id, label: nameOf(other) })),
          { value: '', label: t('classroom.handIn.none') },
        ]}
        value={adapter?.id ?? ''}
        allowDeselect={false}
        onChange={setChosen}
      />
      {others && (
        <Text size="xs" c="dimmed">
          {t('kinds.ofClass')}
        </Text>
      )}
      {made?.trained && !made.trained.tensors && <Text size="sm">{t('classroom.handIn.tooMany')}</Text>}
      <Button
        disabled={!file}
        onClick={() => file && saveFile(fileNameOf(name), file, 'application/json')}
        data-testid="save-hand-in"
      >
        {t('classroom.handIn.save', { size: formatBytes(file?.length ?? 0) })}
      </Button>
      {handIn && link === null && <Text size="sm">{t('classroom.handIn.noLink')}</Text>}
      {link && (
        <>
          <Textarea
            label={t('classroom.handIn.link', { size: formatBytes(link.length) })}
            description={t('classroom.handIn.linkHelp')}
            readOnly
            autosize
            maxRows={3}
            value={link}
          />
          <CopyButton value={link}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {t(copied ? 'share.copied' : 'share.copy')}
              </Button>
            )}
          </CopyButton>
          <QrCode link={link} />
        </>
      )}
    </Stack>
  );
}

/** The hand-in with an adapter, made anew when the lessons or the runs change; null until it is made. */
function useMade(adapter: string | null): HandIn | null {
  const said = useStore(lessonsStore);
  const runs = useStore(runsStore, (state) => state.runs);
  const [made, setMade] = useState<HandIn | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was said and trained is read where it is made
  useEffect(() => {
    let isCurrent = true;
    setMade(null);
    void makeHandIn('', adapter).then((handIn) => isCurrent && setMade(handIn));
    return () => {
      isCurrent = false;
    };
  }, [adapter, said, runs]);
  return made;
}

/** A file's name with the learner's in it, as far as file systems take its characters. */
function fileNameOf(name: string): string {
  const safe = name
    .trim()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return `bottleneck-hand-in${safe && `-${safe}`}.json`;
}
