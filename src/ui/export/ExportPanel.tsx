import { Button, Checkbox, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { bringRows, described, type ExportKind, exportStore, pack, tensorBytes } from '../../store/export/state.ts';
import { formatBytes } from '../format.ts';
import { saveArchive } from '../save-file.ts';
import { usePage } from '../use-page.ts';
import classes from './ExportPanel.module.css';
import { LicenceSelect } from './LicenceSelect.tsx';
import { OnnxExport } from './OnnxExport.tsx';
import { useRunObstacle } from './use-run-obstacle.ts';

const folders = ['adapterhub', 'peft', 'plain'] as const satisfies readonly ExportKind[];

/** Everything that can be downloaded: what each file is for, how large it is, and why one cannot be had. */
export function ExportPanel() {
  const withRows = useStore(exportStore, (state) => state.withRows);
  const ofRun = useStore(exportStore, (state) => state.subject === null);
  const { t } = useTranslation();
  return (
    <div className={classes.formats}>
      <LicenceSelect />
      {folders.map((parcel) => (
        <ParcelRow key={parcel} parcel={parcel} />
      ))}
      <ParcelRow parcel="python" />
      <OnnxExport />
      <ParcelRow parcel="bundle" />
      {ofRun && (
        <Checkbox
          size="xs"
          label={t('export.rows')}
          checked={withRows}
          onChange={({ currentTarget }) => bringRows(currentTarget.checked)}
        />
      )}
    </div>
  );
}

/** Why an archive cannot be packed now, in words; null: it can. Undefined while it is not known. */
function useObstacle(parcel: ExportKind): string | null | undefined {
  const subject = useStore(exportStore, (state) => state.subject);
  const formats = useStore(exportStore, (state) => state.texts?.formats);
  const notNow = useRunObstacle();
  const here = usePage((page) => described(page, exportStore.getState()) !== null);
  const { t } = useTranslation();
  if (!here) return t('export.otherEncoder');
  if (parcel === 'python') return null;
  if (parcel === 'bundle' && subject !== null) return t('export.never.bundle');
  if (!formats) return undefined;
  if (parcel !== 'bundle' && parcel !== 'plain' && !formats.includes(parcel)) return t(`export.never.${parcel}`);
  return subject === null ? notNow : null;
}

/**
 * Size of an archive: a bundle holds the tensors and AdamW's two moments of each. For files that are fetched it shows
 * once they are there.
 */
const sizes = (parcel: ExportKind, bytes: number | null): number | null =>
  parcel === 'python' || bytes === null ? null : parcel === 'bundle' ? 3 * bytes : bytes;

function ParcelRow({ parcel }: { parcel: ExportKind }) {
  const obstacle = useObstacle(parcel);
  const packing = useStore(exportStore, (state) => state.packing);
  const packed = useStore(exportStore, (state) => (state.packed?.parcel === parcel ? state.packed : null));
  const tensors = tensorBytes(
    usePage((page) => page),
    exportStore.getState(),
  );
  const bytes = sizes(parcel, tensors);
  const { t } = useTranslation();
  const format = t(`export.formats.${parcel}`);
  const save = async () => {
    const file = await pack(parcel);
    if (file) saveArchive(file);
  };
  return (
    <section className={classes.format} aria-label={format}>
      <div>
        <Title order={3} size="h6">
          {format}
        </Title>
        <Text size="sm">{t(`export.what.${parcel}`)}</Text>
        <Text size="xs" c="dimmed" aria-live="polite">
          {packed
            ? t('export.saved', { size: formatBytes(packed.bytes) })
            : (obstacle ?? (bytes === null ? '' : t('export.about', { size: formatBytes(bytes) })))}
        </Text>
      </div>
      <Button
        size="xs"
        disabled={obstacle !== null || packing !== null}
        aria-label={t('export.downloadOne', { format })}
        onClick={() => void save()}
      >
        {t(packing === parcel ? 'export.packing' : 'export.download')}
      </Button>
    </section>
  );
}
