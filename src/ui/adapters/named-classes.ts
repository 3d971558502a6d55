import { formatCount } from '../format.ts';

/** Classes named; of more, only how many there are. */
const mostNamed = 20;

/** The first classes by name, and how many there are. */
export const namedClasses = (labels: readonly string[]): string =>
  labels.length <= mostNamed
    ? labels.join(', ')
    : `${labels.slice(0, mostNamed).join(', ')}, … (${formatCount(labels.length)})`;
