import { type Message, toEnglish } from '../../base/message.ts';
import { languageOf, usualEncoders } from '../../data/built-in/tasks.ts';
import { type Run, taskName } from '../../training/run.ts';
import type { EncoderFacts } from '../../workers/trainer/api.ts';
import { forgetLoaded } from '../adapters/state.ts';
import { firstRuns, pageStore } from '../page/state.ts';
import { changeRun, configure } from '../run/actions.ts';
import { onEncoder } from '../run/settings.ts';
import { encoderLoaded, readChosen, rememberChosen, requireEncoder, takeBuiltIn } from './state.ts';

/** The encoder in the worker, and the run on it. */

const { getState, setState } = pageStore;

/** The built-in encoder that a run can do with: of its task's language, where that is known. */
export const encoderInstead = (run: Run): string => usualEncoders[languageOf(taskName(run)) ?? 'en'].name;

/** Takes the encoder that is loaded, or else the page's own, instead of the one that the run names. */
export function switchToLoaded(): void {
  const { encoder, run } = getState();
  if (!encoder) {
    takeBuiltIn(encoderInstead(run));
    return;
  }
  setState({ missingEncoder: null });
  void requireEncoder(encoder.name);
  changeRun((run) => onEncoder(run, encoder.name, encoder.config));
}

/** The encoder that was asked for is there. The run moves to it where a person chose it; a run that waited for it is set up. */
function adoptEncoder({ name, config }: EncoderFacts): void {
  setState({ missingEncoder: null });
  void rememberChosen(name);
  if (getState().run.model === name) void configure();
  else changeRun((run) => onEncoder(run, name, config));
}

/** An encoder cannot be used. Without any, the page takes its own. */
function goWithout(refused: Message): void {
  const { encoder, run } = getState();
  setState({ encoderProgress: null });
  if (encoder) {
    if (run.model !== encoder.name) setState({ missingEncoder: run.model });
    return;
  }
  const first = encoderInstead(run);
  if (run.model === first) {
    setState({ error: { during: 'loadEncoder', message: toEnglish(refused), words: refused } });
    return;
  }
  setState({ run: { ...run, model: first } });
  takeBuiltIn(first);
}

encoderLoaded.listen((loaded) => {
  if ('refused' in loaded) return goWithout(loaded.refused);
  forgetLoaded();
  if (loaded.isWanted) adoptEncoder(loaded.encoder);
});

/** Loads the first run's encoder: a link's, else the one of the last visit, else the built-in one. */
export async function openFirstEncoder(linked: Run | null): Promise<void> {
  const chosen = linked ? null : await readChosen();
  const { run } = getState();
  // Meanwhile the last visit's own rows may have opened their run.
  if (chosen && Object.values(firstRuns).includes(run)) setState({ run: { ...run, model: chosen } });
  await requireEncoder(getState().run.model);
}
