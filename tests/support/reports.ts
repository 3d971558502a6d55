import { type Run, taskName } from '../../src/training/run.ts';
import type { Report, TaskSummary } from '../../src/worker/protocol.ts';

/** Reports of the worker as tests of the page's state need them: whole, with nothing in them that matters. */

type Of<T extends Report['type']> = Extract<Report, { type: T }>;

export const memory = { frozen: 1, trainable: 2, optimizer: 3, activations: 4, scratch: 5, cache: 6 };

export const device = {
  type: 'device',
  available: true,
  engine: 'wasm',
  why: 'asked-for',
  name: '',
  threads: 2,
  software: false,
  refused: 0,
  limits: { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 },
} as const satisfies Of<'device'>;

export const taskOf = (run: Run): TaskSummary => ({
  name: taskName(run),
  trainRows: 1,
  testRows: 1,
  labels: ['a', 'b'],
  examples: [],
});

/** Nothing but a phase, and what a test adds. */
export const progress = (phase: Of<'progress'>['phase'], added: Partial<Of<'progress'>> = {}): Of<'progress'> => ({
  type: 'progress',
  phase,
  steps: [],
  epochs: [],
  final: null,
  baseline: [],
  baselines: null,
  outcome: null,
  latency: null,
  memory,
  ...added,
});
