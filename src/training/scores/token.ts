import { argMax, type Scores, score } from '../metrics.ts';

/** Scores of tagged words. */
export interface TokenScores extends Scores {
  /** F1 of whole entities, in tags of the forms B-X, I-X and O; null where the tags are of another form. */
  entityF1: number | null;
}

/** Words whose logits were compared, in the order of their rows. */
export interface TaggedAnswers {
  logits: readonly (readonly number[])[];
  targets: readonly number[];
  /** Number of such words in each row. */
  rows: readonly number[];
}

/** Whether tags name parts of entities: O, and B- or I- before a type. */
export const nameEntities = (tags: readonly string[]): boolean =>
  tags.some((tag) => /^B-./.test(tag)) && tags.every((tag) => /^(O|[BI]-.+)$/.test(tag));

/**
 * The entities of a sentence, as `from:to:type`. One begins at B-X, and at an I-X behind another type or O, as in CoNLL's
 * evaluation; words that were cut off are not there.
 */
export function entitiesOf(tags: readonly string[]): string[] {
  const found: string[] = [];
  // The type of the entity that is open, and where it began; '' where none is.
  let [open, from] = ['', 0];
  for (const [at, tag] of [...tags, 'O'].entries()) {
    const [place, type] = [tag.slice(0, 1), tag.slice(2)];
    if (place === 'I' && open === type) continue;
    if (open !== '') found.push(`${from}:${at}:${open}`);
    [open, from] = [place === 'O' ? '' : type, at];
  }
  return found;
}

/** F1 of entities whose extent and type are both right. */
function entityF1(predicted: readonly (readonly string[])[], true_: readonly (readonly string[])[]): number {
  let [hits, given, there] = [0, 0, 0];
  predicted.forEach((tags, row) => {
    const [ours, theirs] = [entitiesOf(tags), new Set(entitiesOf(true_[row] ?? []))];
    hits += ours.filter((entity) => theirs.has(entity)).length;
    given += ours.length;
    there += theirs.size;
  });
  return given + there === 0 ? 0 : (2 * hits) / (given + there);
}

/** @param tags names of the classes */
export function tokenScores({ logits, targets, rows }: TaggedAnswers, tags: readonly string[]): TokenScores {
  const words = score(logits, targets, tags.length);
  if (!nameEntities(tags)) return { ...words, entityF1: null };
  const named = (classes: readonly number[]) => {
    let from = 0;
    return rows.map((count) => {
      const row = classes.slice(from, from + count);
      from += count;
      return row.map((at) => tags[at] ?? 'O');
    });
  };
  return { ...words, entityF1: entityF1(named(logits.map(argMax)), named(targets)) };
}
