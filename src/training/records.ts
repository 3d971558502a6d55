/** What a run reports of itself: plain data, shared by the loop, the wire, the page and metrics.json. */
import type { Scores } from './metrics.ts';

export interface StepRecord {
  /** From 0. */
  step: number;
  loss: number;
  learningRate: number;
  gradNorm: number;
  milliseconds: number;
}

export interface EpochRecord {
  /** From 1. */
  epoch: number;
  trainLoss: number;
  test: Scores;
}

export interface Prediction {
  text: string;
  tokens: string[];
  labels: string[];
  /** Probabilities of the frozen encoder with its own trained head; null until that head has been trained. */
  base: number[] | null;
  /** Probabilities of the adapted encoder as it is now. */
  adapted: number[];
}

/** What the run is doing. */
export type Phase = 'ready' | 'training' | 'baseline' | 'evaluating' | 'paused' | 'done' | 'failed';

/** Why an engine trains: it was asked for, there is a GPU, there is none, or only one that runs on the processor. */
export type EngineReason = 'asked-for' | 'gpu' | 'no-gpu' | 'software-gpu';
