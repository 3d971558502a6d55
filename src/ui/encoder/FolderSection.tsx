import { Button, Group, Text } from '@mantine/core';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FolderFile } from '../../base/file-set.ts';
import { lookAtFolder, takeFolder } from '../../store/encoder/folders.ts';
import { encoderStore } from '../../store/encoder/state.ts';
import { droppedFiles, encoderFolder, maxEncoderFiles, pickedFiles } from '../pick-files.ts';
import { useEncoderLocked } from '../use-locked.ts';
import classes from './EncoderChooser.module.css';
import { EncoderFacts } from './EncoderFacts.tsx';

/** An encoder's folder on this computer, picked or dropped. */
export function FolderSection() {
  const busy = useStore(encoderStore, ({ work }) => work !== null);
  const locked = useEncoderLocked();
  const [problem, setProblem] = useState<string | null>(null);
  const folderField = useRef<HTMLInputElement>(null);
  const filesField = useRef<HTMLInputElement>(null);
  const { t } = useTranslation();
  const take = (files: FolderFile[]) => {
    const loose = t('encoder.folder.dropped');
    const found = encoderFolder(files, loose);
    if (files.length > maxEncoderFiles) setProblem(t('encoder.folder.tooMany', { most: maxEncoderFiles }));
    else if (!found) setProblem(t('encoder.folder.noConfig', { name: files[0]?.path.split('/')[0] ?? loose }));
    else {
      setProblem(null);
      void lookAtFolder(found.name, found.files);
    }
  };
  const takeField = (field: HTMLInputElement) => {
    if (field.files && field.files.length > 0) take(pickedFiles(field.files));
    // The same folder can be chosen again.
    field.value = '';
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    if (!locked && !busy) void droppedFiles(event.dataTransfer.items).then(take);
  };
  return (
    // Dropping is a shortcut: the buttons do the same by keyboard.
    <section
      className={classes.section}
      aria-labelledby="folder-title"
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <h3 id="folder-title">{t('encoder.folder.title')}</h3>
      <Text size="sm">{t('encoder.folder.about')}</Text>
      <Group gap="xs" my="xs">
        <input
          ref={folderField}
          type="file"
          hidden
          data-testid="folder"
          {...{ webkitdirectory: '' }}
          onChange={({ currentTarget }) => takeField(currentTarget)}
        />
        <input
          ref={filesField}
          type="file"
          hidden
          multiple
          data-testid="files"
          onChange={({ currentTarget }) => takeField(currentTarget)}
        />
        <Button size="xs" variant="light" disabled={locked || busy} onClick={() => folderField.current?.click()}>
          {t('encoder.folder.pick')}
        </Button>
        <Button size="xs" variant="light" disabled={locked || busy} onClick={() => filesField.current?.click()}>
          {t('encoder.folder.pickFiles')}
        </Button>
        <Text size="xs" c="dimmed">
          {t('encoder.folder.drop')}
        </Text>
      </Group>
      {problem && (
        <Text size="sm" c="red" role="alert">
          {problem}
        </Text>
      )}
      <Found />
    </section>
  );
}

/** The encoder that the folder's config.json describes. */
function Found() {
  const found = useStore(encoderStore, ({ folder }) => folder);
  const { t } = useTranslation();
  if (!found) return null;
  const { name, files, config, bytes } = found;
  return (
    <EncoderFacts
      title={name}
      config={config}
      bytes={bytes}
      verb={t('encoder.folder.use')}
      onTake={() => takeFolder(name, files)}
    />
  );
}
