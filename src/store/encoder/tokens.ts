import { createStore } from 'zustand/vanilla';
import { builtInEncoders } from '../../data/built-in/tasks.ts';
import { mostlyUnknown } from '../../data/checks/mostly-unknown.ts';
import { rowLength as rowLengthOn } from '../../training/run.ts';
import type { Report, TokenPiece, TokenPlace } from '../../worker/protocol.ts';
import { type PageState, pageStore } from '../page/state.ts';
import { changeRun } from '../run/actions.ts';
import { send } from '../trainer.ts';

/** How texts are cut into tokens, where someone looks. */

export interface TokensState {
  /** The last answer of each place. */
  views: Readonly<Partial<Record<TokenPlace, { text: string; pieces: TokenPiece[] }>>>;
  checks: Extract<Report, { type: 'token-checks' }> | null;
}

export const tokensStore = createStore<TokensState>(() => ({ views: {}, checks: null }));
const { getState, setState } = tokensStore;

/** Tokens of a row at most, as the run and the encoder allow. */
export const rowLength = ({ run, encoder }: Pick<PageState, 'run' | 'encoder'>): number =>
  encoder ? rowLengthOn(run, encoder.config) : run.training.maxLength;

/** Characters that are cut into tokens to be looked at. */
const mostCharacters = 20_000;

export function viewTokens(place: TokenPlace, text: string): void {
  const length = rowLength(pageStore.getState());
  send({ type: 'view-tokens', place, text: text.slice(0, mostCharacters), length });
}

export function hearTokens({ place, text, pieces }: Extract<Report, { type: 'tokens' }>): void {
  setState({ views: { ...getState().views, [place]: { text, pieces } } });
}

/** Looks through the task's rows, once they are here: how many are cut off, how much the encoder does not know. */
export function checkTokens(): void {
  const state = pageStore.getState();
  setState({ checks: null });
  // What is built in fits together.
  if ('task' in state.run.data && builtInEncoders.includes(state.encoder?.name ?? '')) return;
  if (state.encoder && state.task)
    send({ type: 'check-tokens', length: rowLength(state), positions: state.encoder.config.positions });
}

export function hearTokenChecks(checks: Extract<Report, { type: 'token-checks' }>): void {
  // Other rows are on their way, or are here by now.
  if (checks.task === pageStore.getState().task?.name) setState({ checks });
}

/** The share of unknown tokens where it is more than a fifth, else null. */
export function unknownAlarm({ checks }: TokensState): number | null {
  const share = checks?.findings.find(({ check }) => check === 'unknown-tokens')?.share ?? 0;
  return share > mostlyUnknown ? share : null;
}

export function cutAt(maxLength: number): void {
  changeRun((run) => ({ ...run, training: { ...run.training, maxLength } }));
}
