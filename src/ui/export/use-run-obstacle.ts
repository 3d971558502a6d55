import { useTranslation } from 'react-i18next';
import { isBusy } from '../../store/page/selectors.ts';
import { usePage } from '../use-page.ts';

/** Why the run cannot be exported now, in words; null: it can. */
export function useRunObstacle(): string | null {
  const busy = usePage(isBusy);
  const stands = usePage(({ phase, steps }) => steps.length > 0 && (phase === 'paused' || phase === 'done'));
  const { t } = useTranslation();
  if (busy) return t('export.busy');
  return stands ? null : t('export.notTrained');
}
