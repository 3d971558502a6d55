import { Alert, Button, Group, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { isOfOwn } from '../../store/dataset/state.ts';
import { backupStore, packDamaged } from '../../store/device/backup.ts';
import { discardDamaged, storageStore } from '../../store/storage.ts';
import { saveArchive } from '../save-file.ts';

const stores = ['runs', 'adapters', 'tensors', 'states'] as const;

/** What could not be read, as sentences. */
function sentences(names: readonly string[], t: TFunction): string[] {
  const counted = stores.map((store) => ({
    store,
    count: names.filter((name) => name.startsWith(`${store}/`)).length,
  }));
  const others = names.filter((name) => !stores.some((store) => name.startsWith(`${store}/`)));
  const ofOwn = others.filter((name) => isOfOwn(name.replace(/^notes\//, '')));
  const notes = others.length - ofOwn.length;
  return [
    ...counted.flatMap(({ store, count }) => (count > 0 ? [t(`device.backup.damaged.${store}`, { count })] : [])),
    ...(ofOwn.length > 0 ? [t('device.backup.damaged.rows')] : []),
    ...(notes > 0 ? [t('device.backup.damaged.notes', { count: notes })] : []),
  ];
}

/** Notice of records that could not be read and were set aside. */
export function DamagedNotice() {
  const names = useStore(storageStore, (state) => state.damaged);
  const { work, problem } = useStore(backupStore);
  const { t } = useTranslation();
  const say = useMessage();
  if (names.length === 0) return null;
  const save = async () => {
    const packed = await packDamaged(names);
    if (packed) saveArchive(packed);
  };
  return (
    <Alert color="yellow" p="xs" role="status" data-testid="damaged">
      <Text size="sm">{[...sentences(names, t), t('device.backup.damaged.help')].join(' ')}</Text>
      <Group gap="xs" mt={4}>
        <Button size="compact-sm" variant="default" loading={work !== null} onClick={save}>
          {t('device.backup.damaged.save')}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => void discardDamaged(names)}>
          {t('device.backup.damaged.discard')}
        </Button>
      </Group>
      {problem && <Text size="xs">{say(problem)}</Text>}
    </Alert>
  );
}
