import { expect, test } from 'vitest';
import { scorings } from '../../src/training/scores/kinds.ts';
import { multiLabelScores } from '../../src/training/scores/multi-label.ts';
import { ranks, regressionScores } from '../../src/training/scores/regression.ts';
import { entitiesOf, nameEntities } from '../../src/training/scores/token.ts';
import { logits, targets } from '../support/several-labels.ts';

/** What scikit-learn 1.9.1 and scipy 1.17.1 give for the same answers. */

test('several labels, as scikit-learn counts them', () => {
  const { loss, microF1, macroF1, exact } = multiLabelScores(logits, targets);
  expect(loss).toBeCloseTo(0.5547357527177005, 12);
  expect(microF1).toBeCloseTo(0.7142857142857143, 12);
  expect(macroF1).toBeCloseTo(0.7, 12);
  expect(exact).toBeCloseTo(0.4, 12);
  expect(multiLabelScores([[-1, -1]], [[0, 0]])).toMatchObject({ microF1: 0, macroF1: 0, exact: 1 });
});

test('numbers, as scipy correlates them', () => {
  const { loss, pearson, spearman } = regressionScores([1.5, 2, 2, -1, 4, 3.5, 0], [1, 2, 3, 0, 3, 5, 0]);
  expect(loss).toBeCloseTo(0.7857142857142857, 12);
  expect(pearson).toBeCloseTo(0.873725486875079, 12);
  expect(spearman).toBeCloseTo(0.9082951062292476, 12);
  expect(ranks([3, 1, 3, 2])).toEqual([3.5, 1, 3.5, 2]);
  expect(regressionScores([2, 2], [1, 3])).toEqual({ loss: 1, pearson: null, spearman: null });
});

test('entities, as CoNLL counts them', () => {
  expect(entitiesOf(['B-PER', 'I-PER', 'O', 'I-LOC', 'B-LOC', 'I-ORG'])).toEqual([
    '0:2:PER',
    '3:4:LOC',
    '4:5:LOC',
    '5:6:ORG',
  ]);
  expect(nameEntities(['B-PER', 'I-PER', 'O'])).toBe(true);
  expect(nameEntities(['NOUN', 'VERB'])).toBe(false);
  const tags = ['B-X', 'I-X', 'O'];
  const one = (at: number) => tags.map((_, i) => Number(i === at));
  // Two sentences: the entity that ends the first does not go on in the second.
  const answers = {
    logits: [one(0), one(1), one(1), one(2)],
    targets: [[0], [1], [0], [2]],
    rows: [2, 2],
  };
  expect(scorings.token.score(answers, tags)).toMatchObject({ accuracy: 0.75, entityF1: 1 });
  expect(scorings.token.score({ ...answers, rows: [4] }, tags).entityF1).toBe(0);
  expect(scorings.token.score(answers, ['NOUN', 'VERB', 'X']).entityF1).toBeNull();
});
