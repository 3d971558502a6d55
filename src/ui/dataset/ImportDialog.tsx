import { Alert, Anchor, Button, Checkbox, FileButton, Group, Modal, Progress, Text, Textarea } from '@mantine/core';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { toEnglish } from '../../base/message.ts';
import { useMessage } from '../../i18n/messages.ts';
import {
  cancelImport,
  chooseUnlabelled,
  closeImport,
  importStore,
  isChosen,
  isWhole,
  lookAt,
  takeCommas,
  takeLabelled,
  takeMended,
  takeRows,
} from '../../store/dataset/import.ts';
import { formatShare } from '../format.ts';
import { AnswerSelect } from '../kinds/AnswerFields.tsx';
import { ImportPreview, LayoutFields } from './ImportPreview.tsx';

const lookAtFile = (file: File | null | undefined) => file && void lookAt({ name: file.name, blob: file });

/** From a file to rows: choose it, correct what was guessed, import. */
export function ImportDialog() {
  const purpose = useStore(importStore, (state) => state.purpose);
  const { t } = useTranslation();
  const title = t(purpose === 'test' ? 'dataset.import.testTitle' : 'dataset.import.title');
  return (
    <Modal
      opened={purpose !== null}
      onClose={closeImport}
      size="lg"
      title={title}
      closeButtonProps={{ 'aria-label': t('page.close') }}
    >
      {purpose === 'rows' && (
        <Anchor size="sm" href="#/cards" onClick={closeImport}>
          {t('cards.typed')}
        </Anchor>
      )}
      <FileSource />
      <ImportNews />
      <LayoutFields />
      <AnswerSelect />
      <ImportPreview />
      <TakeRows />
    </Modal>
  );
}

function FileSource() {
  const [pasted, setPasted] = useState('');
  const { t } = useTranslation();
  const drop = (event: DragEvent) => {
    event.preventDefault();
    lookAtFile(event.dataTransfer.files[0]);
  };
  return (
    // Dropping is a shortcut: the button and the text field do the same by keyboard.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <Text size="sm">
        {t('dataset.import.drop')} {t('kinds.import.drop')}
      </Text>
      <FileButton onChange={lookAtFile}>
        {(props) => (
          <Button {...props} size="xs" my="xs">
            {t('dataset.import.pick')}
          </Button>
        )}
      </FileButton>
      <Textarea
        size="xs"
        label={t('dataset.import.paste')}
        rows={2}
        value={pasted}
        onChange={({ currentTarget }) => setPasted(currentTarget.value)}
      />
      {pasted.trim() !== '' && (
        <Button
          size="xs"
          variant="light"
          mt="xs"
          onClick={() => void lookAt({ name: 'pasted.txt', blob: new Blob([pasted]) }, { encoding: 'utf-8' })}
        >
          {t('dataset.import.takePaste')}
        </Button>
      )}
    </div>
  );
}

/** Progress of the reading, or why it ended. */
function ImportNews() {
  const progress = useStore(importStore, (state) => state.progress);
  const error = useStore(importStore, (state) => state.error);
  const errorOfLabel = useStore(importStore, (state) => state.errorOfLabel);
  const errorOfComma = useStore(importStore, (state) => state.errorOfComma);
  const errorOfSpans = useStore(importStore, (state) => state.errorOfSpans);
  const kind = useStore(importStore, ({ labelling }) => labelling.kind);
  const say = useMessage();
  const { t } = useTranslation();
  const text = t('dataset.import.reading', { share: formatShare(progress ?? 0, 2) });
  return (
    <>
      {error && (
        <Alert color="red" my="xs" role="alert">
          {say(error)}
          {errorOfSpans && (
            <Text size="xs" mt="xs">
              {t('kinds.import.mending')}
            </Text>
          )}
          {errorOfLabel && (
            <Group gap="xs" mt="xs">
              {errorOfComma && (
                <Button size="compact-sm" onClick={takeCommas}>
                  {t('kinds.import.takeComma')}
                </Button>
              )}
              {errorOfSpans && (
                <Button size="compact-sm" onClick={takeMended}>
                  {t('kinds.import.takeMended')}
                </Button>
              )}
              <Button size="compact-sm" onClick={takeLabelled}>
                {t(kind === 'single-label' ? 'dataset.import.takeLabelled' : 'kinds.import.takeReadable')}
              </Button>
            </Group>
          )}
        </Alert>
      )}
      {progress !== null && (
        <Group my="xs">
          <Progress flex={1} value={100 * progress} aria-label={text} />
          <Button size="compact-xs" variant="default" onClick={cancelImport}>
            {t('dataset.import.cancel')}
          </Button>
        </Group>
      )}
    </>
  );
}

function TakeRows() {
  const { inspection, mapping, progress, unlabelled, labelling } = useStore(importStore);
  const say = useMessage();
  const { t } = useTranslation();
  if (!inspection) return null;
  const { guess, notes, parts } = inspection;
  return (
    <>
      {notes.map((note) => (
        <Text key={toEnglish(note)} size="xs" c="dimmed">
          {say(note)}
        </Text>
      ))}
      {parts.test && (
        <Text size="xs" c="dimmed">
          {t('dataset.import.ownTest')}
        </Text>
      )}
      <Checkbox
        size="xs"
        my="xs"
        label={t(labelling.kind === 'single-label' ? 'dataset.import.skip' : 'kinds.import.skip')}
        checked={unlabelled === 'skip'}
        onChange={({ currentTarget }) => chooseUnlabelled(currentTarget.checked ? 'skip' : 'refuse')}
      />
      {!mapping && <Alert color="yellow">{t('dataset.import.oneColumn')}</Alert>}
      {mapping && !isChosen(mapping) && guess.reason && labelling.kind === 'single-label' && (
        <Alert color="yellow">{say(guess.reason)}</Alert>
      )}
      <Button disabled={!isWhole({ mapping, labelling }) || progress !== null} onClick={() => void takeRows()}>
        {t('dataset.import.take')}
      </Button>
    </>
  );
}
