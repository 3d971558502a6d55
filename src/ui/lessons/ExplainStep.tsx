import { Button, Group, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { LessonId } from '../../store/lessons/origin.ts';
import { explain, lessonsStore, maxWords } from '../../store/lessons/state.ts';

/** A sentence of the learner's own, before the lesson says what its author thinks. */
export function ExplainStep({ id }: { id: LessonId }) {
  const kept = useStore(lessonsStore, (state) => state.explained[id] ?? '');
  const [draft, setDraft] = useState(kept);
  const { t } = useTranslation();
  return (
    <>
      <Textarea
        size="sm"
        label={t('lessons.explain.label')}
        placeholder={t('lessons.explain.placeholder')}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={maxWords}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
      />
      <Group gap="xs">
        <Button
          size="compact-sm"
          disabled={draft.trim() === '' || draft === kept}
          onClick={() => explain(id, draft.trim())}
        >
          {t('lessons.explain.keep')}
        </Button>
        <Text size="xs" c="dimmed">
          {t('lessons.explain.kept')}
        </Text>
      </Group>
    </>
  );
}
