import { createStore } from 'zustand/vanilla';
import { isBuiltInEncoder, speakOtherLanguages } from '../../data/built-in/tasks.ts';
import { mostlyUnknown } from '../../data/checks/mostly-unknown.ts';
import type { Texts } from '../../data/rows/texts.ts';
import type { Piece } from '../../data/tokenizer/tokenizer.ts';
import { rowLength as rowLengthOn, taskName } from '../../training/run.ts';
import type { TokenChecks } from '../../workers/trainer/api.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { type PageState, pageStore } from '../page/state.ts';
import { changeRun } from '../run/actions.ts';
import { showError } from '../trainer-errors.ts';

/** How texts are cut into tokens: shown for one text, checked for the task's rows. */

/** Part of the page that shows tokens: below the sentence box, or below a data row. */
export type TokenPlace = 'sentence' | 'row';

export interface TokensState {
  /** The last answer for each part of the page. */
  views: Readonly<Partial<Record<TokenPlace, { pieces: Piece[] }>>>;
  checks: TokenChecks | null;
}

export const tokensStore = createStore<TokensState>(() => ({ views: {}, checks: null }));
const { getState, setState } = tokensStore;

/** Tokens of a row at most, as the run and the encoder allow. */
export const rowLength = ({ run, encoder }: Pick<PageState, 'run' | 'encoder'>): number =>
  encoder ? rowLengthOn(run, encoder.config) : run.training.maxLength;

/** Characters of a text that are cut into tokens to be shown. */
const maxCharacters = 20_000;

export async function viewTokens(place: TokenPlace, { text, second }: Texts): Promise<void> {
  const length = rowLength(pageStore.getState());
  const shown = { text: text.slice(0, maxCharacters), second: second?.slice(0, maxCharacters) };
  try {
    const pieces = await callTrainer('viewTokens', { ...shown, length });
    if (pieces) setState({ views: { ...getState().views, [place]: { pieces } } });
  } catch (error) {
    showError('viewTokens', error);
  }
}

let checking = new AbortController();

/** Checks the task's rows, once they are here: how many are cut off, how much the encoder does not know. */
export async function checkTokens(): Promise<void> {
  checking.abort();
  checking = new AbortController();
  const { signal } = checking;
  const state = pageStore.getState();
  setState({ checks: null });
  const { run, encoder, task } = state;
  // The built-in encoders and tasks of one language fit together.
  const name = encoder?.name ?? '';
  if ('task' in run.data && isBuiltInEncoder(name) && !speakOtherLanguages(name, taskName(run))) return;
  if (!encoder || !task) return;
  try {
    const ask = { length: rowLength(state), positions: encoder.config.positions };
    setState({ checks: await callTrainer('checkTokens', ask, { signal }) });
  } catch (error) {
    if (!signal.aborted) showError('checkTokens', error);
  }
}

/** The share of unknown tokens where it is more than a fifth, else null. */
export function unknownAlarm({ checks }: TokensState): number | null {
  const share = checks?.findings.find(({ check }) => check === 'unknown-tokens')?.share ?? 0;
  return share > mostlyUnknown ? share : null;
}

export function cutAt(maxLength: number): void {
  changeRun((run) => ({ ...run, training: { ...run.training, maxLength } }));
}
