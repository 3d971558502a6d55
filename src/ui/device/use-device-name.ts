import { useTranslation } from 'react-i18next';
import { usePage } from '../use-page.ts';

/**
 * The name of the device that trains: the GPU's own or, for onnxruntime, how many threads it has; '' while there is
 * none.
 */
export function useDeviceName(): string {
  const device = usePage((state) => state.device);
  const { t } = useTranslation();
  if (!device?.available) return '';
  return device.threads === null ? device.name : t('device.threadCount', { count: device.threads });
}
