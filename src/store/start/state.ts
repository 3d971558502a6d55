import { createStore } from 'zustand/vanilla';
import { builtInTask, type Language, languages, usualEncoders } from '../../data/built-in/tasks.ts';
import { textsOf } from '../../data/rows/texts.ts';
import { hasClasses } from '../../training/records/records.ts';
import { type Run, readRun } from '../../training/run.ts';
import { canTrainAgain, isBusy, stepsDone } from '../page/selectors.ts';
import { type PageState, pageStore } from '../page/state.ts';
import { rememberVisit } from '../page/view.ts';
import { openRun, trainAgain } from '../run/actions.ts';
import { isSameButEngine } from '../run/settings.ts';
import { trainWhenReady } from '../run/train-when-ready.ts';
import { writeSentence } from '../run/try-it.ts';
import { runTitle } from '../runs/naming.ts';

/** The first minute: a run short enough to be waited for on two cores without a card, and long enough to learn. */

const tasks: Readonly<Record<Language, string>> = { en: 'wordnet_demo', zh: 'verse_demo' };

/**
 * Shorter than the tasks' own runs, at a higher rate: fewer epochs, and rows cut where most of them have ended. Every run
 * still measures its frozen baseline, as any run does.
 */
function startRun(language: Language): Run {
  const task = builtInTask(tasks[language]).name;
  const run = readRun({
    name: task,
    model: usualEncoders[language].name,
    data: { task, limit: 240, testLimit: 160 },
    method: { type: 'houlsby', bottleneck: 16 },
    training: { epochs: 5, maxLength: 24, learningRate: 0.004 },
  });
  return { ...run, name: runTitle(run) };
}

/** The run of the first minute, in each language of the page. */
export const startRuns: Readonly<Record<Language, Run>> = { en: startRun('en'), zh: startRun('zh') };

/** The language whose first minute a run is; null: it is another run. */
export const startLanguage = ({ run }: Pick<PageState, 'run'>): Language | null =>
  languages.find((language) => isSameButEngine(run, startRuns[language])) ?? null;

/** Whether the first minute has been asked for, and waits for the encoder, the rows or the engine. */
export const teachingStore = createStore<{ waits: boolean }>(() => ({ waits: false }));

const { getState } = pageStore;

/** Sets the first minute up in another language of the page, as long as it has not begun. */
export function speakAtStart(language: Language): void {
  const page = getState();
  const own = startLanguage(page);
  if (own !== null && own !== language && !isBusy(page) && stepsDone(page) === 0) openRun(startRuns[language]);
}

/** Trains the first minute: as soon as it can be, on, or once more. Another run, which is not under way, gives way to it. */
export function teach(language: Language): void {
  rememberVisit();
  const page = getState();
  if (isBusy(page)) return;
  if (startLanguage(page) === null) openRun(startRuns[language]);
  else if (canTrainAgain(page)) {
    void trainAgain();
    return;
  }
  teachingStore.setState({ waits: true });
  trainWhenReady(
    (now) => startLanguage(now) !== null,
    () => teachingStore.setState({ waits: false }),
  );
}

/** Puts a sentence into the box that the frozen side gets wrong and the adapters get right. */
export function tryFixed(): void {
  const { outcome, sentence, task } = getState();
  const flipped = outcome && hasClasses(outcome) ? outcome.flipped : [];
  const fixed = flipped.filter(({ adapted, label }) => adapted === label);
  const at = fixed.findIndex(({ text }) => text === sentence);
  const next = fixed[(at + 1) % fixed.length];
  if (next) writeSentence(next.text, { ...textsOf(next), label: task?.labels[next.label] ?? '' });
}
