import { frozenBits } from '../../src/model/frozen-bits.ts';
import { CommandError } from '../support/command.ts';
import type { Bench } from './page.ts';

/** Flags of commands that run a step of a given shape. */
export interface StepFlags {
  /** L,H,A,F,B,S,m */
  shape: string;
  train: string;
  /** Layers with adapters. */
  layers?: string | undefined;
  steps?: string;
  warmup?: string;
  dense?: boolean;
  tile?: string | undefined;
  /** Bits of the frozen weights. */
  bits?: string | undefined;
}

function numbers(text: string, name: string): number[] {
  const list = text.split(',').map(Number);
  if (list.some((n) => !Number.isInteger(n) || n < 0))
    throw new CommandError(`--${name} ${text}: whole numbers are needed. See --help.`);
  return list;
}

const count = (text: string, name: string) => numbers(text, name)[0] ?? 0;

/** @throws CommandError */
export function benchOptions({
  shape,
  train,
  layers,
  steps = '10',
  warmup = '2',
  dense = false,
  tile,
  bits = '32',
}: StepFlags): Bench {
  const [depth, hidden, heads, intermediate, examples, tokens, bottleneck, ...more] = numbers(shape, 'shape');
  if (bottleneck === undefined || more.length > 0)
    throw new CommandError(`--shape ${shape}: seven numbers are needed. See --help.`);
  if (!['adapters', 'full', 'head'].includes(train))
    throw new CommandError(`--train ${train}: adapters, full or head.`);
  const frozen = frozenBits.find((known) => String(known) === bits);
  if (frozen === undefined) throw new CommandError(`--bits ${bits}: ${frozenBits.join(', ')}.`);
  return {
    layers: depth,
    hidden,
    heads,
    intermediate,
    examples,
    tokens,
    bottleneck,
    train,
    ...(layers ? { adapted: numbers(layers, 'layers') } : {}),
    steps: count(steps, 'steps'),
    warmup: count(warmup, 'warmup'),
    dense,
    ...(tile ? { tile } : {}),
    frozenBits: frozen,
  } as Bench;
}

/** The words of a flag that takes several. */
export const several = (text: string): string[] => text.split(' ').filter(Boolean);
