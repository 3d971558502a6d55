import { createStore } from 'zustand/vanilla';

/** Where the run on the page comes from: a lesson's experiment or, everywhere else, the playground. */

export const lessonIds = ['freeze', 'bottleneck', 'identity', 'places', 'quality', 'cost', 'forgetting'] as const;
export type LessonId = (typeof lessonIds)[number];
export type Origin = 'playground' | LessonId;

export const originStore = createStore<{ origin: Origin }>(() => ({ origin: 'playground' }));

export const originNow = (): Origin => originStore.getState().origin;

/** The run on the page, and those queued after it, are of a lesson, or are no longer. */
export const comeFrom = (origin: Origin): void => originStore.setState({ origin });

/** Records of earlier versions do not say: they count as the playground's. */
export const originOf = ({ origin = 'playground' }: { origin?: Origin | undefined }): Origin => origin;
