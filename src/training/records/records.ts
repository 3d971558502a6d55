/** Records that a run reports: plain data, shared by the loop, the worker's messages, the page and metrics.json. */
import type { Texts } from '../../data/rows/texts.ts';
import type { Scores } from '../metrics.ts';

export interface StepRecord {
  /** From 0. */
  step: number;
  loss: number;
  learningRate: number;
  gradNorm: number;
  milliseconds: number;
}

/** Rows that are scored: where a run has validation rows, its epochs are scored on them, else on its test rows. */
export type ScoredRows = 'validation' | 'test';

/** An epoch, scored either on the validation rows or, in a run without any, on the test rows. */
export type EpochRecord<S = Scores> = {
  /** From 1. */
  epoch: number;
  /** Mean over the epoch's rows, each before its step. */
  trainLoss: number;
} & ({ validation: S; test?: undefined } | { test: S; validation?: undefined });

export const scoresOf = <S>({ validation, test }: EpochRecord<S>): S => (validation ?? test) as S;

/** The end of a run. */
export interface FinalRecord<S = Scores> {
  /** The epoch whose weights remain: the last one, or the one that was best on the validation rows. */
  epoch: number;
  /** Test scores of those weights. With validation rows, the test rows are read here for the first and only time. */
  test: S;
}

/** A head trained on the frozen encoder, and how it was trained. */
export interface HeadRecord<S = Scores> {
  /** Null where a run of an earlier version does not say. */
  learningRate: number | null;
  batchSize: number;
  /** Epochs after which its weights were taken. */
  epochs: number;
  /** Epochs that its schedule was laid out for. */
  plannedEpochs: number;
  /** Updates up to there. Null where a run of an earlier version does not say. */
  steps: number | null;
  /** Null in a run without validation rows. */
  validation: S | null;
  /** Null until the test rows are read: with validation rows, at the run's end. */
  test: S | null;
}

/** The frozen baseline, trained twice: adapters are measured against the better of the two. */
export interface FrozenBaselines<S = Scores> {
  /** Trained exactly as the run is: same epochs, batches, rates, choice. Null in runs of versions that had none. */
  sameBudget: HeadRecord<S> | null;
  /** At the learning rate and the number of epochs that serve it best, chosen on rows that are not tested on. */
  best: HeadRecord<S>;
}

export interface Prediction extends Texts {
  tokens: string[];
  labels: string[];
  /** Probabilities of the frozen encoder with its own head, trained as serves it best; null until that head has been trained. */
  base: number[] | null;
  /** Probabilities of the adapted encoder as it is now. */
  adapted: number[];
}

/** A scored row that one side gets right and the other wrong; classes as indices. */
export interface FlippedRow extends Texts {
  label: number;
  base: number;
  adapted: number;
  /** Probability that the adapted encoder gives its answer. */
  confidence: number;
}

/** Evaluation on the rows that are scored. Matrices count by (true class, predicted class). (C, C) */
export interface Evaluation {
  labels: string[];
  /** Absent in records of versions that had test rows only. */
  on?: ScoredRows | undefined;
  rows: number;
  confusion: number[][];
  /** Confusion of the frozen baseline at its best; null until its head has been trained. */
  baseConfusion: number[][] | null;
  /** Rows that only the adapted encoder gets right. */
  fixed: number;
  /** Rows that only the baseline gets right. */
  broken: number;
  /** Some of them, the fixed ones first. */
  flipped: FlippedRow[];
}

/** The phase that a run is in. */
export type Phase = 'ready' | 'training' | 'baseline' | 'evaluating' | 'paused' | 'done' | 'failed';

/** Reason for an engine: it was chosen, there is a GPU, there is none, or only one that runs on the processor. */
export type EngineReason = 'asked-for' | 'gpu' | 'no-gpu' | 'software-gpu' | 'gpu-failed';
