import { Alert, Button, Progress, SegmentedControl, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { agrees, type OnnxPrecision, onnxExportStore, startOnnxExport } from '../../store/export/onnx.ts';
import { exportStore } from '../../store/export/state.ts';
import { costOf } from '../../store/page/selectors.ts';
import type { OnnxResult } from '../../workers/trainer/api.ts';
import { Facts } from '../controls/Facts.tsx';
import { formatBytes, formatShare } from '../format.ts';
import { saveFile } from '../save-file.ts';
import { usePage } from '../use-page.ts';
import classes from './ExportPanel.module.css';
import { useRunObstacle } from './use-run-obstacle.ts';

const precisions: OnnxPrecision[] = ['float32', 'float16'];
const bytesOf = { float32: 4, float16: 2 } satisfies Record<OnnxPrecision, number>;

/** Names of runs are free text; names of files are not. */
const fileNameOf = ({ name }: OnnxResult) => `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.onnx`;
const save = (result: OnnxResult) => saveFile(fileNameOf(result), result.file, 'application/octet-stream');

/** The run as one ONNX file: made, loaded again, compared with the engine, saved. */
export function OnnxExport() {
  const kept = useStore(exportStore, (state) => state.subject !== null);
  const notNow = useRunObstacle();
  const { progress, problem, result } = useStore(onnxExportStore);
  const numbers = usePage((page) => costOf(page, page.run.method)?.total ?? 0);
  const [precision, setPrecision] = useState<OnnxPrecision>('float32');
  const say = useMessage();
  const { t } = useTranslation();
  // The engine has the run alone, and the file is compared with the engine.
  const obstacle = kept ? t('export.onnx.never') : notNow;
  const format = t('export.onnx.title');
  return (
    <section className={classes.format} aria-label={format}>
      <div className="grow">
        <Title order={3} size="h6">
          {format}
        </Title>
        <Text size="sm">{t('export.onnx.help')}</Text>
        <Text size="xs" c="dimmed">
          {obstacle ?? t('export.about', { size: formatBytes(bytesOf[precision] * numbers) })}
        </Text>
        {!kept && (
          <>
            <SegmentedControl
              size="xs"
              mt={4}
              aria-label={t('export.onnx.weights')}
              data={precisions.map((value) => ({ value, label: t(`export.onnx.precision.${value}`) }))}
              value={precision}
              onChange={(value) => setPrecision(value as OnnxPrecision)}
              disabled={progress !== null}
            />
            <OnnxProgress />
            {problem && (
              <Alert color="red" mt="xs">
                <Text size="sm">{say(problem)}</Text>
                <Text size="sm">{t('export.onnx.failed')}</Text>
              </Alert>
            )}
            {result && <OnnxOutcome result={result} />}
          </>
        )}
      </div>
      <Button
        size="xs"
        disabled={obstacle !== null || progress !== null}
        aria-label={t('export.downloadOne', { format })}
        onClick={() => startOnnxExport(precision, save)}
      >
        {t(progress ? 'export.packing' : 'export.download')}
      </Button>
    </section>
  );
}

function OnnxProgress() {
  const progress = useStore(onnxExportStore, (state) => state.progress);
  const { t } = useTranslation();
  if (!progress) return null;
  const { stage, done, of } = progress;
  return (
    <div role="status">
      <Text size="sm">{t(`export.onnx.stages.${stage}`, { done, of })}</Text>
      <Progress aria-label={t('export.onnx.title')} value={of ? (100 * done) / of : 100} animated={of === null} />
    </div>
  );
}

function OnnxOutcome({ result }: { result: OnnxResult }) {
  const { t } = useTranslation();
  const { file, rows, largestDifference, samePredictions } = result;
  const good = agrees(result);
  return (
    <>
      <Facts
        facts={[
          [t('export.onnx.difference', { rows }), largestDifference.toExponential(1)],
          [t('export.onnx.same'), formatShare(samePredictions)],
          [t('export.onnx.size'), formatBytes(file.size)],
        ]}
      />
      {good ? (
        <Text size="sm" role="status">
          {t('export.onnx.saved', { name: fileNameOf(result) })}
        </Text>
      ) : (
        <Alert color="red">{t('export.onnx.disagrees')}</Alert>
      )}
      <div className="controls">
        <Button size="compact-sm" variant="light" onClick={() => save(result)}>
          {t(good ? 'export.onnx.again' : 'export.onnx.anyway')}
        </Button>
      </div>
    </>
  );
}
