import { formatCount } from '../format.ts';

/** Classes named; of more, only how many there are. */
const maxNamed = 20;

/** The first classes by name, and how many there are. */
export const namedClasses = (labels: readonly string[]): string =>
  labels.length <= maxNamed
    ? labels.join(', ')
    : `${labels.slice(0, maxNamed).join(', ')}, … (${formatCount(labels.length)})`;
