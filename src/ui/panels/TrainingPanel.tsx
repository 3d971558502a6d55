import { NumberInput, Select, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type NumberField, trainingFields, withChoice, withValidationShare } from '../../store/fields.ts';
import { changeRun } from '../../store/run.ts';
import { hasValidation } from '../../training/run.ts';
import { formatShare } from '../format.ts';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';

const schedules = ['linear', 'cosine', 'constant'] as const;
const choices = ['last', 'best-epoch'] as const;

/** Shares that are offered; a run file's own is among them. */
const sharesFor = (share = 0): number[] => [...new Set([0, 0.1, 0.2, 0.3, share])].sort((a, b) => a - b);

/** How it trains. */
export function TrainingPanel() {
  const schedule = usePage(({ run }) => run.training.schedule);
  const locked = useLocked();
  const { t } = useTranslation();
  return (
    <section aria-labelledby="training-title">
      <Title order={2} id="training-title">
        {t('training.title')}
      </Title>
      <div className="fields">
        {trainingFields.map((field) => (
          <TrainingField key={field.key} field={field} />
        ))}
        <Select
          size="xs"
          label={t('training.schedule')}
          disabled={locked}
          allowDeselect={false}
          value={schedule}
          onChange={(value) =>
            value && changeRun((run) => ({ ...run, training: { ...run.training, schedule: value as typeof schedule } }))
          }
          data={schedules.map((value) => ({ value, label: t(`training.schedules.${value}`) }))}
        />
        <ChoiceFields />
      </div>
    </section>
  );
}

/** Rows set aside to choose on, and what is chosen on them. */
function ChoiceFields() {
  const run = usePage((state) => state.run);
  const locked = useLocked();
  const { t } = useTranslation();
  const chooses = hasValidation(run);
  const { choose, patience } = run.training;
  return (
    <>
      <Select
        size="xs"
        label={t('training.validation')}
        title={t('training.validationHelp')}
        disabled={locked}
        allowDeselect={false}
        value={String(run.data.validationShare ?? 0)}
        onChange={(value) => value !== null && changeRun((before) => withValidationShare(before, Number(value)))}
        data={sharesFor(run.data.validationShare).map((share) => ({
          value: String(share),
          label: share === 0 ? t('training.noValidation') : formatShare(share),
        }))}
      />
      <Select
        size="xs"
        label={t('training.choose')}
        title={t('training.chooseHelp')}
        disabled={locked || !chooses}
        allowDeselect={false}
        value={choose}
        onChange={(value) => value && changeRun((before) => withChoice(before, { choose: value as typeof choose }))}
        data={choices.map((value) => ({ value, label: t(`training.choices.${value}`) }))}
      />
      <NumberInput
        size="xs"
        label={t('training.patience')}
        title={t('training.patienceHelp')}
        placeholder={t('training.noPatience')}
        disabled={locked || !chooses}
        min={1}
        max={1000}
        allowDecimal={false}
        clampBehavior="blur"
        value={patience ?? ''}
        onChange={(next) => {
          if (next === '') changeRun((before) => withChoice(before, { patience: undefined }));
          else if (typeof next === 'number' && next >= 1 && next <= 1000)
            changeRun((before) => withChoice(before, { patience: next }));
        }}
      />
    </>
  );
}

function TrainingField({ field: { key, min, max, step } }: { field: NumberField }) {
  const value = usePage(({ run }) => run.training[key]);
  const locked = useLocked();
  const { t } = useTranslation();
  return (
    <NumberInput
      size="xs"
      label={t(`training.${key}`)}
      title={t(`training.${key}Help`)}
      disabled={locked}
      min={min}
      max={max}
      step={step}
      decimalScale={6}
      allowDecimal={step < 1}
      clampBehavior="blur"
      value={value}
      onChange={(next) => {
        if (typeof next === 'number' && next >= min && next <= max)
          changeRun((run) => ({ ...run, training: { ...run.training, [key]: next } }));
      }}
    />
  );
}
