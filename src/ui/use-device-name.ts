import { useTranslation } from 'react-i18next';
import type { PageState } from '../store/page.ts';
import { usePage } from './use-page.ts';

const nameOf = ({ device }: PageState) => (device?.available ? device.name : '');
const isProcessor = ({ device }: PageState) => device?.available === true && device.engine === 'wasm';

/** What the graphics card calls itself; of the processor, which goes by its threads, how many they are. */
export function useDeviceName(): string {
  const name = usePage(nameOf);
  const processor = usePage(isProcessor);
  const { t } = useTranslation();
  return processor ? t('engine.threads', { count: Number.parseInt(name, 10) }) : name;
}
