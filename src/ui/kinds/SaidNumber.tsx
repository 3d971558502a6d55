import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Prediction } from '../../training/records/records.ts';
import { formatAnswer } from '../format.ts';
import { Term } from '../glossary/Term.tsx';
import classes from './Kinds.module.css';

/** The number that either side gives a text. */
export function SaidNumber({ prediction: { adapted, base } }: { prediction: Prediction }) {
  const { t } = useTranslation();
  return (
    <div data-testid="said-number">
      <Text size="xs">{t('run.tryIt.adapted')}</Text>
      <div className={`${classes.number} trained-text`} data-side="adapted">
        {formatAnswer(adapted[0])}
      </div>
      <Text size="xs">
        {base ? (
          <>
            <Term id="baseline">{t('run.tryIt.base')}</Term>{' '}
            <b className="frozen-text" data-side="base">
              {formatAnswer(base[0])}
            </b>
          </>
        ) : (
          t('run.tryIt.baseLater')
        )}
      </Text>
    </div>
  );
}
