import { type PageState, pageStore } from './page.ts';
import { send } from './wire.ts';

/** Verbs of the sentence box. */

const { getState, setState } = pageStore;

/** Writes a sentence into the box; it is scored as soon as the writer pauses. */
export function writeSentence(sentence: string, example: PageState['example'] = null): void {
  setState({ sentence, example });
  predictSoon();
}

/** Puts another test sentence into the box. */
export function anotherExample(): void {
  const { task, example } = getState();
  if (!task) return;
  const at = task.examples.findIndex(({ text }) => text === example?.text);
  const next = task.examples[(at + 1) % task.examples.length];
  if (next) writeSentence(next.text, next);
}

const predictDelay = 200;
/** While training, the sentence is scored anew at most this often. */
const predictInterval = 1000;
let predictTimer: ReturnType<typeof setTimeout> | undefined;
let predictedAt = 0;

export function predictSoon(): void {
  clearTimeout(predictTimer);
  predictTimer = setTimeout(predict, predictDelay);
}

/** Scores the sentence anew, unless it was scored a moment ago. */
export function predictNowAndThen(): void {
  if (Date.now() - predictedAt >= predictInterval) predict();
}

function predict(): void {
  const { plan, sentence, answering } = getState();
  if ((!plan && answering.adapter === null) || sentence.trim() === '') return;
  predictedAt = Date.now();
  send({ type: 'predict', text: sentence, ...answering });
}
