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

/** A test row that one side gets right and the other wrong; classes as indices. */
export interface FlippedRow {
  text: string;
  label: number;
  base: number;
  adapted: number;
  /** Probability that the adapted encoder gives its answer. */
  confidence: number;
}

/** What became of the test rows. Matrices count by (true class, answer). (C, C) */
export interface Outcome {
  labels: string[];
  rows: number;
  confusion: number[][];
  /** Of the frozen baseline; null until its head has been trained. */
  baseConfusion: number[][] | null;
  /** Rows that only the adapted encoder gets right. */
  fixed: number;
  /** Rows that only the baseline gets right. */
  broken: number;
  /** Some of them, the fixed ones first. */
  flipped: FlippedRow[];
}

/** What the run is doing. */
export type Phase = 'ready' | 'training' | 'baseline' | 'evaluating' | 'paused' | 'done' | 'failed';

/** Why an engine trains: it was asked for, there is a GPU, there is none, or only one that runs on the processor. */
export type EngineReason = 'asked-for' | 'gpu' | 'no-gpu' | 'software-gpu';
