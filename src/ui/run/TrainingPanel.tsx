import { NumberInput, Select, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TermId } from '../../store/glossary/terms.ts';
import { changeRun } from '../../store/run/actions.ts';
import { withChoice, withValidationShare } from '../../store/run/settings.ts';
import { hasValidation } from '../../training/run.ts';
import { choices, patienceRange, schedules, trainingFields } from '../../training/run-fields.ts';
import { formatShare } from '../format.ts';
import { Term } from '../glossary/Term.tsx';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';

const trainingKeys = Object.keys(trainingFields) as (keyof typeof trainingFields)[];

/** Fields whose names the glossary explains. */
const terms: Partial<Record<keyof typeof trainingFields, TermId>> = {
  learningRate: 'learningRate',
  epochs: 'epoch',
  batchSize: 'batch',
  warmup: 'warmup',
};

/** Shares that are offered; a run file's own is among them. */
const sharesFor = (share = 0): number[] => [...new Set([0, 0.1, 0.2, 0.3, share])].sort((a, b) => a - b);

/** Settings of the training. */
export function TrainingPanel() {
  const schedule = usePage(({ run }) => run.training.schedule);
  const locked = useLocked('training');
  const { t } = useTranslation();
  return (
    <section aria-labelledby="training-title">
      <Title order={2} id="training-title">
        {t('run.training.title')}
      </Title>
      <div className="fields">
        {trainingKeys.map((key) => (
          <TrainingField key={key} name={key} />
        ))}
        <Select
          size="xs"
          label={t('run.training.schedule')}
          disabled={locked}
          allowDeselect={false}
          value={schedule}
          onChange={(value) =>
            value && changeRun((run) => ({ ...run, training: { ...run.training, schedule: value as typeof schedule } }))
          }
          data={schedules.map((value) => ({ value, label: t(`run.training.schedules.${value}`) }))}
        />
        <ChoiceFields />
      </div>
    </section>
  );
}

/** Rows set aside to choose on, and what is chosen on them. */
function ChoiceFields() {
  const run = usePage((state) => state.run);
  const locked = useLocked('training');
  const { t } = useTranslation();
  const chooses = hasValidation(run);
  const { choose, patience } = run.training;
  return (
    <>
      <Select
        size="xs"
        label={<Term id="validation">{t('run.training.validation')}</Term>}
        title={t('run.training.validationHelp')}
        disabled={locked}
        allowDeselect={false}
        value={String(run.data.validationShare ?? 0)}
        onChange={(value) => value !== null && changeRun((before) => withValidationShare(before, Number(value)))}
        data={sharesFor(run.data.validationShare).map((share) => ({
          value: String(share),
          label: share === 0 ? t('run.training.noValidation') : formatShare(share),
        }))}
      />
      <Select
        size="xs"
        label={t('run.training.choose')}
        title={t('run.training.chooseHelp')}
        disabled={locked || !chooses}
        allowDeselect={false}
        value={choose}
        onChange={(value) => value && changeRun((before) => withChoice(before, { choose: value as typeof choose }))}
        data={choices.map((value) => ({ value, label: t(`run.training.choices.${value}`) }))}
      />
      <NumberInput
        size="xs"
        label={t('run.training.patience')}
        title={t('run.training.patienceHelp')}
        placeholder={t('run.training.noPatience')}
        disabled={locked || !chooses}
        min={patienceRange.min}
        max={patienceRange.max}
        allowDecimal={false}
        clampBehavior="blur"
        value={patience ?? ''}
        onChange={(next) => {
          if (next === '') changeRun((before) => withChoice(before, { patience: undefined }));
          else if (typeof next === 'number' && next >= patienceRange.min && next <= patienceRange.max)
            changeRun((before) => withChoice(before, { patience: next }));
        }}
      />
    </>
  );
}

function TrainingField({ name }: { name: keyof typeof trainingFields }) {
  const { min, max, step = 1, integer = false } = trainingFields[name];
  const term = terms[name];
  const value = usePage(({ run }) => run.training[name]);
  const locked = useLocked('training');
  const { t } = useTranslation();
  return (
    <NumberInput
      size="xs"
      label={term ? <Term id={term}>{t(`run.training.${name}`)}</Term> : t(`run.training.${name}`)}
      title={t(`run.training.${name}Help`)}
      disabled={locked}
      min={min}
      max={max}
      step={step}
      decimalScale={6}
      allowDecimal={!integer}
      clampBehavior="blur"
      value={value}
      onChange={(next) => {
        if (typeof next === 'number' && next >= min && next <= max)
          changeRun((run) => ({ ...run, training: { ...run.training, [name]: next } }));
      }}
    />
  );
}
