import type { Texts } from '../../../src/data/rows/texts.ts';
import type { Tokenizer } from '../../../src/data/tokenizer/tokenizer.ts';
import type { Engine } from '../../../src/engine/contract.ts';
import { resultOf } from '../../../src/training/evaluate.ts';
import { TokenisedRows } from '../../../src/training/tokenised-rows.ts';

/** Texts in a batch. */
const atOnce = 16;

/** An engine's logits of texts, in their order. (texts, C) @param cut `maxLength`: tokens of a text at most */
export function logitsOfTexts(
  engine: Engine,
  texts: readonly (string | Texts)[],
  cut: { tokenizer: Tokenizer; maxLength: number },
): Promise<number[][]> {
  const rows = texts.map((text) => (typeof text === 'string' ? { text } : text));
  return resultOf(new TokenisedRows(rows, { ...cut, atOnce }).logits(engine));
}
