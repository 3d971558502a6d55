import { useTranslation } from 'react-i18next';
import { isBuiltIn } from '../runs/run-words.ts';

/** The title of a task on the page: a built-in one's by what it tells apart, a person's own by its name. */
export function useTaskTitle(): (name: string) => string {
  const { t } = useTranslation();
  return (name) => (isBuiltIn(name) ? t(`dataset.task.names.${name}`) : name);
}
