import { NumberInput, Select, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type BottleneckMethod, type Method, methodTypes } from '../../model/methods.ts';
import { activations } from '../../model/shapes.ts';
import { withMethodType } from '../../store/fields.ts';
import { changeRun } from '../../store/run.ts';
import { LessonLink } from '../controls/LessonLink.tsx';
import { LogSlider } from '../controls/LogSlider.tsx';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';
import { CostFacts } from './CostFacts.tsx';

const setMethod = (method: Method) => changeRun((run) => ({ ...run, method }));

/** What trains: the method, its bottleneck, and what that costs. */
export function MethodPanel() {
  const method = usePage(({ run }) => run.method);
  const pooling = usePage(({ run }) => run.pooling);
  const locked = useLocked();
  const { t } = useTranslation();
  return (
    <section aria-labelledby="method-title">
      <Title order={2} id="method-title">
        {t('method.title')}
      </Title>
      <Select
        label={t('method.label')}
        size="xs"
        disabled={locked}
        allowDeselect={false}
        value={method.type}
        onChange={(type) => type && changeRun((run) => withMethodType(run, type as Method['type']))}
        data={methodTypes.map((type) => ({ value: type, label: t(`method.names.${type}`) }))}
      />
      <Text size="xs" c="dimmed" my={4}>
        {t(`method.help.${method.type}`)}
      </Text>
      <LessonLink id="places" />
      {'bottleneck' in method && <BottleneckFields method={method} />}
      {method.type === 'lora' && <LoraFields method={method} />}
      <Select
        label={t('method.pooling')}
        size="xs"
        mt={4}
        disabled={locked}
        allowDeselect={false}
        value={pooling}
        onChange={(value) => value && changeRun((run) => ({ ...run, pooling: value as typeof pooling }))}
        data={(['mean', 'cls'] as const).map((value) => ({ value, label: t(`method.poolings.${value}`) }))}
      />
      <CostFacts />
    </section>
  );
}

function BottleneckFields({ method }: { method: BottleneckMethod }) {
  const hidden = usePage(({ encoder }) => encoder?.config.hidden ?? 256);
  const locked = useLocked();
  const { t } = useTranslation();
  const number = (key: 'dropout' | 'scaling', max: number, step: number) => (
    <NumberInput
      size="xs"
      label={t(`method.${key}`)}
      title={t(`method.${key}Help`)}
      disabled={locked}
      min={key === 'scaling' ? 0.1 : 0}
      max={max}
      step={step}
      clampBehavior="blur"
      value={method[key]}
      onChange={(value) => typeof value === 'number' && setMethod({ ...method, [key]: value })}
    />
  );
  return (
    <>
      <LogSlider
        label={t('method.bottleneck')}
        help={t('method.bottleneckHelp')}
        value={method.bottleneck}
        max={hidden}
        disabled={locked}
        onChange={(bottleneck) => setMethod({ ...method, bottleneck })}
      />
      <LessonLink id="bottleneck" />
      <div className="fields">
        <Select
          size="xs"
          label={t('method.activation')}
          disabled={locked}
          allowDeselect={false}
          value={method.activation}
          onChange={(value) => value && setMethod({ ...method, activation: value as BottleneckMethod['activation'] })}
          data={[...activations]}
        />
        {number('dropout', 0.9, 0.05)}
        {number('scaling', 100, 0.5)}
      </div>
    </>
  );
}

function LoraFields({ method }: { method: Extract<Method, { type: 'lora' }> }) {
  const hidden = usePage(({ encoder }) => encoder?.config.hidden ?? 256);
  const locked = useLocked();
  const { t } = useTranslation();
  return (
    <>
      <LogSlider
        label={t('method.rank')}
        help={t('method.rankHelp')}
        value={method.rank}
        max={hidden}
        disabled={locked}
        onChange={(rank) => setMethod({ ...method, rank })}
      />
      <NumberInput
        size="xs"
        label={t('method.alpha')}
        title={t('method.alphaHelp')}
        disabled={locked}
        min={0.1}
        max={1024}
        clampBehavior="blur"
        value={method.alpha}
        onChange={(value) => typeof value === 'number' && value > 0 && setMethod({ ...method, alpha: value })}
      />
    </>
  );
}
