import { useTranslation } from 'react-i18next';
import { builtInTasks } from '../data/built-in-tasks.ts';
import type { en } from '../i18n/en.ts';

type BuiltInName = keyof (typeof en)['task']['names'];

export const isBuiltIn = (name: string): name is BuiltInName => builtInTasks.some((task) => task.name === name);

/** What a task is called on the page: a built-in one by what it tells apart, a person's own by its name. */
export function useTaskTitle(): (name: string) => string {
  const { t } = useTranslation();
  return (name) => (isBuiltIn(name) ? t(`task.names.${name}`) : name);
}
