import { NumberInput, Select, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type NumberField, trainingFields } from '../../store/fields.ts';
import { changeRun } from '../../store/run.ts';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';

const schedules = ['linear', 'cosine', 'constant'] as const;

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
      </div>
    </section>
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
