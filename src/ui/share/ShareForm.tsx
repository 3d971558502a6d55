import { Alert, Button, Checkbox, CopyButton, Stack, Text, Textarea } from '@mantine/core';
import { type ChangeEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { datasetStore, isOwn } from '../../store/dataset/state.ts';
import { type Hideable, hideable, type LinkedData, linkTo } from '../../store/share/link.ts';
import { dataForLink } from '../../store/share/rows.ts';
import { taskName } from '../../training/run.ts';
import { formatBytes, formatCount } from '../format.ts';
import { usePage } from '../use-page.ts';

/** A link to this configuration, with what it says and needs. */
export default function ShareForm() {
  const run = usePage((state) => state.run);
  const own = useStore(datasetStore, (state) => state.data);
  const [lock, setLock] = useState(false);
  const [hide, setHide] = useState<string[]>([]);
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
  // A link without what it needs would be worse than none.
  if (failure) throw failure.error;
  const brought = data && { facts: data.facts, packed: withRows ? data.packed : null };
  const link = linkTo(run, { lock, hide: hide as Hideable[] }, location.href, brought ?? undefined);
  const toggle = (set: (on: boolean) => void) => (event: ChangeEvent<HTMLInputElement>) =>
    set(event.currentTarget.checked);
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
              onChange={toggle(setWithRows)}
            />
          )}
          {data && !data.packed && (
            <Text size="sm" mt="xs">
              {t('share.tooMany')}
            </Text>
          )}
        </Alert>
      )}
      <Checkbox label={t('share.lock')} checked={lock} onChange={toggle(setLock)} />
      <Checkbox.Group label={t('share.hide')} value={hide} onChange={setHide}>
        <Stack gap={4} mt={4}>
          {hideable.map((part) => (
            <Checkbox key={part} value={part} label={t(`share.parts.${part}`)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Textarea label={t('share.link')} readOnly autosize maxRows={4} value={link} />
      <CopyButton value={link}>
        {({ copied, copy }) => <Button onClick={copy}>{t(copied ? 'share.copied' : 'share.copy')}</Button>}
      </CopyButton>
    </Stack>
  );
}
