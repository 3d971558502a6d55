/** Records that a run reports: plain data, shared by the loop, the worker's messages, the page and metrics.json. */
import type { Texts } from '../../data/rows/texts.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import type { ScoresOf } from '../scores/scores.ts';

/** Scores of whatever kind: which, a run's own kind says. */
export type AnyScores = ScoresOf[TaskKind];

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
export type EpochRecord<S = AnyScores> = {
  /** From 1. */
  epoch: number;
  /** Mean over the epoch's rows, each before its step. */
  trainLoss: number;
} & ({ validation: S; test?: undefined } | { test: S; validation?: undefined });

export const scoresOf = <S>({ validation, test }: EpochRecord<S>): S => (validation ?? test) as S;

/** The end of a run. */
export interface FinalRecord<S = AnyScores> {
  /** The epoch whose weights remain: the last one, or the one that was best on the validation rows. */
  epoch: number;
  /** Test scores of those weights. With validation rows, the test rows are read here for the first and only time. */
  test: S;
}

/** A head trained on the frozen encoder, and how it was trained. */
export interface HeadRecord<S = AnyScores> {
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
export interface FrozenBaselines<S = AnyScores> {
  /** Trained exactly as the run is: same epochs, batches, rates, choice. Null in runs of versions that had none. */
  sameBudget: HeadRecord<S> | null;
  /** At the learning rate and the number of epochs that serve it best, chosen on rows that are not tested on. */
  best: HeadRecord<S>;
}

/** A word with what is said of its tag. */
export interface TaggedWord {
  word: string;
  /** Probabilities of the tags; null where the word was cut off, and for the baseline until its head has been trained. */
  adapted: number[] | null;
  base: number[] | null;
}

export interface Prediction extends Texts {
  /** Absent: one class a text. */
  kind?: TaskKind | undefined;
  tokens: string[];
  labels: string[];
  /**
   * What the frozen encoder says with its own head, trained as serves it best; null until that head has been trained.
   * Probabilities of the classes, which of several labels are each by itself; or one number; empty where words are tagged.
   */
  base: number[] | null;
  /** The same of the adapted encoder as it is now. */
  adapted: number[];
  /** Where words are tagged: each of them. */
  words?: TaggedWord[] | undefined;
}

/** What an evaluation of any kind says. */
interface EvaluationFacts {
  labels: string[];
  /** Absent in records of versions that had test rows only. */
  on?: ScoredRows | undefined;
  rows: number;
  /** Rows, or words, that only the adapted encoder gets right; of numbers those that it comes closer to. */
  fixed: number;
  /** Those that only the baseline gets right, or comes closer to. */
  broken: number;
}

/** A scored row, or word, that one side gets right and the other wrong; classes as indices. */
export interface FlippedRow extends Texts {
  /** The word in question, where words are tagged. */
  word?: string | undefined;
  label: number;
  base: number;
  adapted: number;
  /** Probability that the adapted encoder gives its answer. */
  confidence: number;
}

/** Evaluation where each row, or word, has one class. Matrices count by (true class, predicted class). (C, C) */
export interface ClassEvaluation extends EvaluationFacts {
  /** Absent: one class a row. */
  kind?: 'single-label' | 'token' | undefined;
  confusion: number[][];
  /** Confusion of the frozen baseline at its best; null until its head has been trained. */
  baseConfusion: number[][] | null;
  /** Some of the flipped rows, the fixed ones first. */
  flipped: FlippedRow[];
}

/** What each threshold gives, one entry a threshold. */
export interface ThresholdCounts {
  /** How often each label is given, and how often rightly. (labels, thresholds) */
  given: number[][];
  hits: number[][];
  /** Rows whose labels are all right. (thresholds) */
  exact: number[];
}

/** A row whose labels one side has all right and the other not; labels as indices. */
export interface FlippedLabels extends Texts {
  label: number[];
  base: number[];
  adapted: number[];
}

/** Evaluation where a row has any number of labels, each given where its probability is above a threshold. */
export interface MultiLabelEvaluation extends EvaluationFacts {
  kind: 'multi-label';
  /** Rows that have each label. */
  there: number[];
  thresholds: number[];
  adapted: ThresholdCounts;
  /** Null until the baseline's head has been trained. */
  base: ThresholdCounts | null;
  flipped: FlippedLabels[];
}

/** A row's number, and what both sides say. */
export interface NumberPoint {
  target: number;
  adapted: number;
  /** Null until the baseline's head has been trained. */
  base: number | null;
}

/** A row whose number one side comes closer to than the other. */
export interface FlippedNumber extends Texts {
  label: number;
  base: number;
  adapted: number;
}

export interface RegressionEvaluation extends EvaluationFacts {
  kind: 'regression';
  /** Some of the rows, evenly from all of them. */
  points: NumberPoint[];
  flipped: FlippedNumber[];
}

/** Evaluation on the rows that are scored. */
export type Evaluation = ClassEvaluation | MultiLabelEvaluation | RegressionEvaluation;

/** Whether each row, or word, has one class. */
export const hasClasses = (evaluation: Evaluation): evaluation is ClassEvaluation => 'confusion' in evaluation;

/** The phase that a run is in. */
export type Phase = 'ready' | 'training' | 'baseline' | 'evaluating' | 'paused' | 'done' | 'failed';

/** Reason for an engine: it was chosen, there is a GPU, there is none, or only one that runs on the processor. */
export type EngineReason = 'asked-for' | 'gpu' | 'no-gpu' | 'software-gpu' | 'gpu-failed';
