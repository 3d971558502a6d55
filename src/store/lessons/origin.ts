import { createStore } from 'zustand/vanilla';

/** Origin of the run on the page: a lesson's experiment or, everywhere else, the playground. */

export const lessonIds = ['freeze', 'bottleneck', 'identity', 'places', 'quality', 'cost', 'forgetting'] as const;
export type LessonId = (typeof lessonIds)[number];
export type Origin = 'playground' | LessonId;

export const originStore = createStore<{ origin: Origin }>(() => ({ origin: 'playground' }));

export const originNow = (): Origin => originStore.getState().origin;

/** Sets the origin of the run on the page, and of those queued after it. */
export const comeFrom = (origin: Origin): void => originStore.setState({ origin });

/** The origin of a record; those of earlier versions do not say, and count as the playground's. */
export const originOf = ({ origin = 'playground' }: { origin?: Origin | undefined }): Origin => origin;
