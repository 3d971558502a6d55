import { Input, NumberInput, SegmentedControl, Select, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { frozenBytes } from '../../engine/memory-forecast.ts';
import { type FrozenBits, frozenBits } from '../../model/frozen-bits.ts';
import { type BottleneckMethod, type Method, methodFields, methodTypes } from '../../model/methods.ts';
import { activations, poolings } from '../../model/shapes.ts';
import { frozenBitsOn } from '../../store/page/selectors.ts';
import { changeRun } from '../../store/run/actions.ts';
import { withMethodType } from '../../store/run/settings.ts';
import { kindOf } from '../../training/run.ts';
import { LogSlider } from '../controls/LogSlider.tsx';
import { formatBytes } from '../format.ts';
import { LessonLink } from '../lessons/LessonLink.tsx';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';
import { CostFacts } from './CostFacts.tsx';

const setMethod = (method: Method) => changeRun((run) => ({ ...run, method }));

/** The method that trains, its bottleneck, and what that costs. */
export function MethodPanel() {
  const method = usePage(({ run }) => run.method);
  const pooling = usePage(({ run }) => run.pooling);
  const ofWords = usePage(({ run }) => kindOf(run) === 'token');
  const locked = useLocked('method');
  const { t } = useTranslation();
  return (
    <section aria-labelledby="method-title">
      <Title order={2} id="method-title">
        {t('run.method.title')}
      </Title>
      <Select
        label={t('run.method.label')}
        size="xs"
        disabled={locked}
        allowDeselect={false}
        value={method.type}
        onChange={(type) => type && changeRun((run) => withMethodType(run, type as Method['type']))}
        data={methodTypes.map((type) => ({ value: type, label: t(`run.method.names.${type}`) }))}
      />
      <Text size="xs" c="dimmed" my={4}>
        {t(`run.method.help.${method.type}`)}
      </Text>
      <LessonLink id="places" />
      {'bottleneck' in method && <BottleneckFields method={method} />}
      {method.type === 'lora' && <LoraFields method={method} />}
      <Select
        label={t('run.method.pooling')}
        // A head on every token reads no pooled state.
        description={ofWords ? t('kinds.pooling') : undefined}
        size="xs"
        mt={4}
        disabled={locked || ofWords}
        allowDeselect={false}
        value={pooling}
        onChange={(value) => value && changeRun((run) => ({ ...run, pooling: value as typeof pooling }))}
        data={poolings.map((value) => ({ value, label: t(`run.method.poolings.${value}`) }))}
      />
      <FrozenBitsField />
      <CostFacts />
    </section>
  );
}

function BottleneckFields({ method }: { method: BottleneckMethod }) {
  const hidden = usePage(({ encoder }) => encoder?.config.hidden ?? 256);
  const locked = useLocked('method');
  const { t } = useTranslation();
  const number = (key: 'dropout' | 'scaling') => (
    <NumberInput
      size="xs"
      label={t(`run.method.${key}`)}
      title={t(`run.method.${key}Help`)}
      disabled={locked}
      min={methodFields[key].min}
      max={methodFields[key].max}
      step={methodFields[key].step}
      clampBehavior="blur"
      value={method[key]}
      onChange={(value) => typeof value === 'number' && setMethod({ ...method, [key]: value })}
    />
  );
  return (
    <>
      <LogSlider
        label={t('run.method.bottleneck')}
        term="bottleneck"
        help={t('run.method.bottleneckHelp')}
        value={method.bottleneck}
        max={hidden}
        disabled={locked}
        onChange={(bottleneck) => setMethod({ ...method, bottleneck })}
      />
      <LessonLink id="bottleneck" />
      <div className="fields">
        <Select
          size="xs"
          label={t('run.method.activation')}
          disabled={locked}
          allowDeselect={false}
          value={method.activation}
          onChange={(value) => value && setMethod({ ...method, activation: value as BottleneckMethod['activation'] })}
          data={[...activations]}
        />
        {number('dropout')}
        {number('scaling')}
      </div>
    </>
  );
}

/** Bits of the encoder's frozen weights, and what they take here. */
function FrozenBitsField() {
  const bits = usePage(({ run }) => run.frozenBits);
  const config = usePage(({ encoder }) => encoder?.config ?? null);
  const device = usePage((state) => state.device);
  const locked = useLocked('method');
  const { t } = useTranslation();
  const stored = device?.available ? frozenBitsOn(device, { frozenBits: bits }) : 32;
  const sizes = config && {
    bits,
    size: formatBytes(frozenBytes(config, stored)),
    whole: formatBytes(frozenBytes(config, 32)),
  };
  const words =
    bits === 32 ? 'run.method.frozenWhole' : stored === bits ? 'run.method.frozenStored' : 'run.method.frozenRounded';
  return (
    <Input.Wrapper label={t('run.method.frozenBits')} size="xs" mt={4} title={t('run.method.frozenBitsHelp')}>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t('run.method.frozenBits')}
        disabled={locked}
        value={String(bits)}
        onChange={(value) => changeRun((run) => ({ ...run, frozenBits: Number(value) as FrozenBits }))}
        data={frozenBits.map((value) => ({ value: String(value), label: t('run.method.bits', { bits: value }) }))}
      />
      {sizes && device?.available && (
        <Text size="xs" c="dimmed" mt={2} data-testid="frozen-bytes">
          {t(words, sizes)}
        </Text>
      )}
    </Input.Wrapper>
  );
}

function LoraFields({ method }: { method: Extract<Method, { type: 'lora' }> }) {
  const hidden = usePage(({ encoder }) => encoder?.config.hidden ?? 256);
  const locked = useLocked('method');
  const { t } = useTranslation();
  return (
    <>
      <LogSlider
        label={t('run.method.rank')}
        term="lora"
        help={t('run.method.rankHelp')}
        value={method.rank}
        max={hidden}
        disabled={locked}
        onChange={(rank) => setMethod({ ...method, rank })}
      />
      <NumberInput
        size="xs"
        label={t('run.method.alpha')}
        title={t('run.method.alphaHelp')}
        disabled={locked}
        min={methodFields.alpha.min}
        max={methodFields.alpha.max}
        clampBehavior="blur"
        value={method.alpha}
        onChange={(value) => typeof value === 'number' && value > 0 && setMethod({ ...method, alpha: value })}
      />
    </>
  );
}
