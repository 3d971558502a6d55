import {
  Alert,
  Button,
  Checkbox,
  CopyButton,
  Input,
  SegmentedControl,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Language } from '../../data/built-in/tasks.ts';
import { datasetStore, isOwn } from '../../store/dataset/state.ts';
import { type LessonId, lessonIds } from '../../store/lessons/origin.ts';
import { briefRun } from '../../store/share/brief.ts';
import {
  type Hideable,
  hideable,
  type LinkedData,
  type Lockable,
  linkTo,
  lockable,
  maxByLength,
} from '../../store/share/link.ts';
import { dataForLink } from '../../store/share/rows.ts';
import { taskName } from '../../training/run.ts';
import classes from '../classroom/Classroom.module.css';
import { QrCode } from '../classroom/QrCode.tsx';
import { formatBytes, formatCount } from '../format.ts';
import { usePage } from '../use-page.ts';

/** What the readers of a link may do with a part of the page. */
type Access = 'free' | 'locked' | 'hidden';

const isLockable = (part: Hideable): part is Lockable => lockable.some((other) => other === part);

/** A link to this configuration, or to a lesson with it: what it says, needs and locks. */
export function ShareForm() {
  const run = usePage((state) => state.run);
  const own = useStore(datasetStore, (state) => state.data);
  const [access, setAccess] = useState<Partial<Record<Hideable, Access>>>({});
  const [by, setBy] = useState('');
  const [language, setLanguage] = useState<Language | null>(null);
  const [lesson, setLesson] = useState<LessonId | null>(null);
  const [data, setData] = useState<LinkedData | null>(null);
  const [withRows, setWithRows] = useState(false);
  const [failure, setFailure] = useState<{ error: unknown } | null>(null);
  const { t } = useTranslation();
  useEffect(() => {
    let isCurrent = true;
    dataForLink(run, own).then(
      (made) => isCurrent && setData(made),
      (error: unknown) => isCurrent && setFailure({ error }),
    );
    return () => {
      isCurrent = false;
    };
  }, [run, own]);
  const brief = useMemo(() => briefRun(run), [run]);
  // A link without what it needs would be worse than none.
  if (failure) throw failure.error;
  const brought = data && { facts: data.facts, packed: withRows ? data.packed : null };
  const options = {
    lock: lockable.filter((part) => access[part] === 'locked'),
    hide: hideable.filter((part) => access[part] === 'hidden'),
    ...(language && { language }),
    ...(lesson && { lesson }),
    ...(by.trim() !== '' && { by: by.trim() }),
  };
  const link = linkTo(brief, options, location.href, brought ?? undefined);
  return (
    <Stack gap="sm">
      <Text size="sm">{t('share.about')}</Text>
      {isOwn(run) && (
        <Alert color="blue" p="xs" data-testid="share-rows">
          <Text size="sm">
            {data?.facts
              ? t('share.own', { name: taskName(run), rows: formatCount(data.facts.rows) })
              : t('share.ownMissing', { name: taskName(run) })}
          </Text>
          {data?.packed && (
            <Checkbox
              mt="xs"
              label={t('share.withRows', { size: formatBytes(data.packed.length) })}
              description={t('share.withRowsHelp')}
              checked={withRows}
              onChange={({ currentTarget }) => setWithRows(currentTarget.checked)}
            />
          )}
          {data && !data.packed && (
            <Text size="sm" mt="xs">
              {t('share.tooMany')}
            </Text>
          )}
        </Alert>
      )}
      <Select
        label={t('classroom.link.opens')}
        data={[
          { value: '', label: t('classroom.link.workbench') },
          ...lessonIds.map((id, i) => ({
            value: id,
            label: t('lessons.numbered', { number: i + 1, title: t(`lessons.${id}.title`) }),
          })),
        ]}
        value={lesson ?? ''}
        allowDeselect={false}
        onChange={(value) => setLesson(lessonIds.find((id) => id === value) ?? null)}
      />
      <Select
        label={t('classroom.link.language')}
        data={[
          { value: '', label: t('classroom.link.readers') },
          { value: 'en', label: 'English' },
          { value: 'zh', label: '中文' },
        ]}
        value={language ?? ''}
        allowDeselect={false}
        onChange={(value) => setLanguage(value === 'en' || value === 'zh' ? value : null)}
      />
      <Input.Wrapper label={t('classroom.link.parts')} description={t('classroom.link.partsHelp')} labelElement="div">
        <Stack gap={4} mt={4}>
          {hideable.map((part) => (
            <div key={part} className={classes.part}>
              <Text size="sm">{t(`share.parts.${part}`)}</Text>
              <SegmentedControl
                size="xs"
                aria-label={t(`share.parts.${part}`)}
                data={(['free', ...(isLockable(part) ? (['locked'] as const) : []), 'hidden'] as const).map(
                  (value) => ({
                    value,
                    label: t(`classroom.link.access.${value}`),
                  }),
                )}
                value={access[part] ?? 'free'}
                onChange={(value) => setAccess({ ...access, [part]: value as Access })}
              />
            </div>
          ))}
        </Stack>
      </Input.Wrapper>
      {options.lock.length > 0 && (
        <TextInput
          label={t('classroom.link.by')}
          description={t('classroom.link.byHelp')}
          maxLength={maxByLength}
          value={by}
          onChange={({ currentTarget }) => setBy(currentTarget.value)}
        />
      )}
      <Textarea label={t('share.link')} readOnly autosize maxRows={4} value={link} />
      <CopyButton value={link}>
        {({ copied, copy }) => <Button onClick={copy}>{t(copied ? 'share.copied' : 'share.copy')}</Button>}
      </CopyButton>
      <QrCode link={link} />
    </Stack>
  );
}
