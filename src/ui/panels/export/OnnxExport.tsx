import { Alert, Button, Progress, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useSay } from '../../../i18n/say.ts';
import { agrees, type OnnxPrecision, onnxExportStore, startOnnxExport } from '../../../store/onnx-export.ts';
import type { OnnxResult } from '../../../worker/protocol.ts';
import { Facts } from '../../controls/Facts.tsx';
import { formatBytes, formatShare } from '../../format.ts';
import { saveFile } from '../../save-file.ts';
import { usePage } from '../../use-page.ts';

const precisions: OnnxPrecision[] = ['float32', 'float16'];

/** Names of runs are free text; names of files are not. */
const fileNameOf = ({ name }: OnnxResult) => `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.onnx`;
const save = (result: OnnxResult) => saveFile(fileNameOf(result), result.file, 'application/octet-stream');

/** The run as one ONNX file: made, loaded again, compared with the engine, saved. */
export function OnnxExport() {
  const ready = usePage(({ plan, phase }) => plan !== null && (phase === 'paused' || phase === 'done'));
  const { progress, result, problem } = useStore(onnxExportStore);
  const say = useSay();
  const [precision, setPrecision] = useState<OnnxPrecision>('float32');
  const { t } = useTranslation();
  return (
    <section aria-labelledby="onnx-title">
      <Text component="h3" id="onnx-title" fw={600} size="sm" mt="md">
        {t('onnx.title')}
      </Text>
      <Stack gap="xs" mb="md">
        <Text size="sm">{t('onnx.help')}</Text>
        <div className="controls">
          <SegmentedControl
            size="xs"
            aria-label={t('onnx.weights')}
            data={precisions.map((value) => ({ value, label: t(`onnx.precision.${value}`) }))}
            value={precision}
            onChange={(value) => setPrecision(value as OnnxPrecision)}
            disabled={progress !== null}
          />
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => startOnnxExport(precision, save)}
            disabled={!ready || progress !== null}
          >
            {t('onnx.button')}
          </Button>
          {!ready && !progress && (
            <Text size="sm" c="dimmed">
              {t('onnx.notYet')}
            </Text>
          )}
        </div>
        {progress && <OnnxProgress />}
        {problem && (
          <Alert color="red">
            <Text size="sm">{say(problem)}</Text>
            <Text size="sm">{t('onnx.failed')}</Text>
          </Alert>
        )}
        {result && <OnnxOutcome result={result} />}
      </Stack>
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
      <Text size="sm">{t(`onnx.stages.${stage}`, { done, of })}</Text>
      <Progress aria-label={t('onnx.button')} value={of ? (100 * done) / of : 100} animated={of === null} />
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
          [t('onnx.difference', { rows }), largestDifference.toExponential(1)],
          [t('onnx.same'), formatShare(samePredictions)],
          [t('onnx.size'), formatBytes(file.size)],
        ]}
      />
      {good ? (
        <Text size="sm" role="status">
          {t('onnx.saved', { name: fileNameOf(result) })}
        </Text>
      ) : (
        <Alert color="red">{t('onnx.disagrees')}</Alert>
      )}
      <div className="controls">
        <Button size="compact-sm" variant="light" onClick={() => save(result)}>
          {t(good ? 'onnx.again' : 'onnx.anyway')}
        </Button>
      </div>
    </>
  );
}
