import type { EncoderConfig } from '../../src/model/encoder-config.ts';
import type { SessionState } from '../../src/training/records/saved-run.ts';
import { type Run, taskName } from '../../src/training/run.ts';
import type { DeviceEvent, RunSize, TaskSummary, TrainerEvent } from '../../src/workers/trainer/api.ts';

/** Reports and answers of the worker as tests of the page's state need them: whole, with nothing in them that matters. */

type ProgressEvent = Extract<TrainerEvent, { type: 'progress' }>;

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
} as const satisfies DeviceEvent;

export const taskOf = (run: Run): TaskSummary => ({
  name: taskName(run),
  trainRows: 1,
  testRows: 1,
  labels: ['a', 'b'],
  examples: [],
});

/** Steps and memory of a run that is set up. */
export const size: RunSize = { totalSteps: 4, stepsPerEpoch: 2, memory, sharedHeap: null };

/** An encoder too small for anything but a test. */
export const config: EncoderConfig = {
  family: 'bert',
  layers: 1,
  hidden: 4,
  heads: 1,
  intermediate: 4,
  vocabulary: 9,
  positions: 64,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
};

/** The state of a run after its first step. */
export const sessionState: SessionState = {
  step: 1,
  epochs: 0,
  lossSum: 1,
  trainable: new Map(),
  optimizer: { updates: 1, firstMoments: new Map(), secondMoments: new Map() },
  finished: false,
  best: null,
  logits: [],
  baseline: null,
};

/** Nothing but a phase, and what a test adds. */
export const progress = (
  runId: string | null,
  phase: ProgressEvent['phase'],
  added: Partial<ProgressEvent> = {},
): ProgressEvent => ({
  type: 'progress',
  runId: runId ?? 'none is set up',
  phase,
  steps: [],
  epochs: [],
  final: null,
  baseline: [],
  baselines: null,
  outcome: null,
  latency: null,
  memory,
  sharedHeap: null,
  failure: null,
  ...added,
});
