import { checkTokens, fittingLength } from '../data/checks/checks.ts';
import { openedEncoder } from './place.ts';
import type { Request, TokenFinding } from './protocol.ts';
import { loadedRows } from './tasks.ts';
import { tell } from './tell.ts';

/** What the encoder's tokenizer makes of a text, and of the task's rows. */

export function viewTokens({ place, text, length }: Extract<Request, { type: 'view-tokens' }>): void {
  const encoder = openedEncoder();
  if (!encoder) return;
  tell({ type: 'tokens', place, text, pieces: encoder.tokenizer.view(text, length) });
}

export function tellTokenChecks({ length, positions }: Extract<Request, { type: 'check-tokens' }>): void {
  const [encoder, rows] = [openedEncoder(), loadedRows()];
  if (!encoder || !rows) return;
  const findings = checkTokens(rows, encoder.tokenizer, length).flatMap(
    ({ check, count, share = 0, examples }): TokenFinding[] =>
      check === 'cut-off' || check === 'unknown-tokens'
        ? [{ check, count, share, examples: examples.map(({ row }) => row.text) }]
        : [],
  );
  const fitting = fittingLength([...rows.train, ...rows.test], encoder.tokenizer, positions);
  tell({ type: 'token-checks', task: rows.name, length, findings, fitting });
}
