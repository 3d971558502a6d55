import { useTranslation } from 'react-i18next';
import { usePage } from '../use-page.ts';

/** What trains, in words: the GPU's own name or, of onnxruntime, how many threads it has; '' while there is nothing. */
export function useDeviceName(): string {
  const device = usePage((state) => state.device);
  const { t } = useTranslation();
  if (!device?.available) return '';
  return device.threads === null ? device.name : t('device.threadCount', { count: device.threads });
}
