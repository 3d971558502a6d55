import type { Tokenizer } from '../../src/data/tokenizer/tokenizer.ts';
import type { LoadedEncoder, NamedTensors } from '../../src/engine/contract.ts';
import { countParameters } from '../../src/model/parameters.ts';
import { notCounted } from '../../src/model/shapes.ts';
import { outputsOf } from '../../src/model/task-kind.ts';
import { batchOfRows, evaluationBatches } from '../../src/training/batches.ts';
import { logitsOf, resultOf } from '../../src/training/evaluate.ts';
import { learningRateAt } from '../../src/training/schedule.ts';
import { type RecordedRun, recordedPlan, underOwnNames } from '../support/recorded-run.ts';
import { type VerifiedRow, verifiedRow } from './rows.ts';

/** Replays a recorded PyTorch run on an engine and compares every quantity. */

export interface Check {
  name: string;
  ours: string;
  theirs: string;
  difference: number;
  tolerance: number;
  ok: boolean;
}

export interface Verification {
  ok: boolean;
  losses: number[];
  gradNorms: number[];
  logitsBefore: number[][];
  logitsAfter: number[][];
  checks: Check[];
  /** Notes on what was left out on purpose. */
  notes: string[];
}

const tolerances = {
  /** Absolute. */
  loss: 5e-5,
  /** Relative to the recorded norm. */
  gradNorm: 2e-4,
  /** Relative to the tensor's largest entry, plus an absolute part. */
  gradient: 2e-4,
  gradientAbsolute: 1e-6,
  /** Absolute. */
  logit: 2e-4,
  /** Relative; both sides are float64. */
  learningRate: 1e-7,
  /** Relative to the length of the whole change: Adam moves near-zero gradients by noise; single entries say little. */
  finalChange: 2e-3,
};

/** NaN is never within tolerance. */
const check = (name: string, ours: string, theirs: string, difference: number, tolerance: number): Check => ({
  name,
  ours,
  theirs,
  difference,
  tolerance,
  ok: difference <= tolerance,
});

const short = (value: number | undefined) => (value === undefined ? 'none' : value.toPrecision(7));

/** One check for a list of numbers: the entry that is furthest off, relative to its own tolerance. */
function checkEach(
  name: string,
  ours: readonly number[],
  theirs: readonly number[],
  tolerance: (their: number) => number,
): Check {
  if (ours.length !== theirs.length)
    return check(name, `${ours.length} values`, `${theirs.length} values`, Number.POSITIVE_INFINITY, 0);
  let worst = 0;
  let excess = -1;
  theirs.forEach((their, i) => {
    const off = Math.abs((ours[i] ?? Number.NaN) - their) / tolerance(their);
    if (!(off <= excess)) {
      excess = off;
      worst = i;
    }
  });
  const [our, their] = [ours[worst] ?? Number.NaN, theirs[worst] ?? Number.NaN];
  return check(`${name} (worst: ${worst})`, short(our), short(their), Math.abs(our - their), tolerance(their));
}

const largest = (data: Iterable<number>): number => {
  let most = 0;
  for (const value of data) most = Math.max(most, Math.abs(value));
  return most;
};

const length = (data: Float32Array, from?: Float32Array): number => {
  let sum = 0;
  data.forEach((value, i) => {
    sum += (value - (from?.[i] ?? 0)) ** 2;
  });
  return Math.sqrt(sum);
};

/** Both maps must hold the same names with the same shapes. */
function checkNames(name: string, ours: NamedTensors, theirs: NamedTensors): Check {
  const text = (tensors: NamedTensors) => [...tensors].map(([key, { shape }]) => `${key} ${shape.join('x')}`).sort();
  const [our, their] = [text(ours), text(theirs)];
  const different = [...our.filter((line) => !their.includes(line)), ...their.filter((line) => !our.includes(line))];
  return check(
    name,
    `${our.length} tensors`,
    `${their.length} tensors${different[0] ? `, e.g. ${different[0]}` : ''}`,
    different.length,
    0,
  );
}

function checkGradients(ours: NamedTensors, theirs: NamedTensors): Check[] {
  return [...theirs].map(([name, { data }]) => {
    const our = ours.get(name)?.data ?? new Float32Array();
    const tolerance = tolerances.gradient * largest(data) + tolerances.gradientAbsolute;
    return checkEach(`gradient 0 ${name}`, [...our], [...data], () => tolerance);
  });
}

/** Attention key biases have a gradient of 0 in exact arithmetic and move by rounding noise: they are left out. */
const isKeyBias = (name: string) => name.endsWith('attention.self.key.bias');

function checkFinal(ours: NamedTensors, { initial, final, expected }: RecordedRun): Check[] {
  const noise = expected.f64?.max_abs_diff_to_f32?.final ?? {};
  return [...final]
    .filter(([name]) => !isKeyBias(name))
    .map(([name, { data }]) => {
      const our = ours.get(name)?.data ?? new Float32Array();
      const start = initial.get(name)?.data;
      const moved = length(data, start);
      const off = our.length === data.length ? length(our, data) : Number.POSITIVE_INFINITY;
      // Ten times float32's own error, were every entry off by the recorded maximum.
      const rounding = 10 * (noise[name] ?? 0) * Math.sqrt(data.length);
      return check(
        `final ${name}`,
        short(length(our, start)),
        short(moved),
        off,
        tolerances.finalChange * moved + rounding + 1e-7,
      );
    });
}

type Numbers = readonly (number | null)[];

function checkTokens(name: string, ours: readonly Numbers[], theirs: readonly Numbers[]): Check {
  const wrong = theirs.map((ids, row) => (ids.join() === ours[row]?.join() ? -1 : row)).filter((row) => row >= 0);
  const first = wrong[0] ?? 0;
  return check(
    `${name} (${theirs.length} rows)`,
    `${ours[first]?.slice(0, 8)} …`,
    `${theirs[first]?.slice(0, 8)} …`,
    wrong.length,
    0,
  );
}

/** Everything that the run recorded of its rows' tokens. */
function checkRows(rows: readonly VerifiedRow[], tokens: RecordedRun['tokens']): Check[] {
  const { input_ids, token_type_ids, word_ids, targets } = tokens;
  const counted = (labels: Numbers) => labels.map((label) => (label === notCounted ? -100 : label));
  const recorded: [name: string, theirs: readonly Numbers[] | undefined, ours: (row: VerifiedRow) => Numbers][] = [
    ['token ids', input_ids, ({ ids }) => ids],
    ['token types', token_type_ids, ({ types = [] }) => types],
    ['words', word_ids, ({ wordIds = [] }) => wordIds],
    ['targets', targets, ({ labels }) => counted(labels)],
  ];
  return recorded.flatMap(([name, theirs, ours]) => (theirs ? checkTokens(name, rows.map(ours), theirs) : []));
}

function checkCounts(encoder: LoadedEncoder, { run, expected }: RecordedRun): Check[] {
  const counts = countParameters(
    encoder.config,
    recordedPlan(run.method),
    outputsOf(run.task.kind, run.labels.length),
    encoder.poolerCount,
  );
  const ours: Record<string, number> = { ...counts, base_pooler: encoder.poolerCount };
  return Object.entries(expected.counts).map(([name, their]) =>
    check(`count ${name}`, String(ours[name]), String(their), Math.abs((ours[name] ?? Number.NaN) - their), 0),
  );
}

/**
 * Replays a run: its initial weights, its batches, its schedule.
 * @param onStep called after every step
 */
export async function verifyRun(
  original: RecordedRun,
  encoder: LoadedEncoder,
  tokenizer: Tokenizer,
  onStep: (step: number, loss: number) => void = () => {},
): Promise<Verification> {
  const recorded = underOwnNames(original, encoder.config.family);
  const { run, expected, tokens, initial, grad0 } = recorded;
  const { optimizer } = run;
  const { kind } = run.task;
  const classes = outputsOf(kind, run.labels.length);
  const engine = await encoder.createEngine({
    plan: recordedPlan(run.method),
    classes,
    kind,
    pooling: run.pooling,
    optimizer: {
      beta1: optimizer.betas[0],
      beta2: optimizer.betas[1],
      epsilon: optimizer.eps,
      weightDecay: optimizer.weight_decay,
      clip: optimizer.clip_norm,
    },
    seed: 0,
  });
  try {
    const rows = run.rows.map((row) => verifiedRow(row, run, tokenizer));
    const batchOf = (indices: readonly number[]) => {
      const some = indices.flatMap((index) => rows[index] ?? []);
      const labels = some.map((row) => row.labels);
      return batchOfRows(some, { kind, labels }, tokenizer.padId, encoder.config.positions);
    };
    const checks = [...checkRows(rows, tokens), ...checkCounts(encoder, recorded)];
    checks.push(checkNames('initial tensors', await engine.readTrainable(), initial));
    engine.writeTrainable(initial);

    const evalRows = run.eval_rows.flatMap((row) => rows[row] ?? []);
    const evalBatches = evaluationBatches(
      evalRows.map(({ ids }) => [...ids]),
      run.batch_size,
    );
    const evaluate = async () => {
      const logits = await resultOf(
        logitsOf(engine, evalBatches, (places) => batchOf(places.map((at) => run.eval_rows[at] ?? 0))),
      );
      // Of padding nothing was recorded.
      return kind === 'token' ? logits.map((row, i) => row.slice(0, (evalRows[i]?.ids.length ?? 0) * classes)) : logits;
    };
    const logitsBefore = await evaluate();
    const losses: number[] = [];
    const gradNorms: number[] = [];
    const rates: number[] = [];
    const schedule = { learningRate: optimizer.lr, schedule: optimizer.schedule, warmupSteps: optimizer.warmup_steps };
    for (const [step, rows] of run.batches.entries()) {
      const rate = learningRateAt(step, run.steps, schedule);
      const { loss, gradNorm } = await engine.step(batchOf(rows), rate);
      losses.push(loss);
      gradNorms.push(gradNorm);
      rates.push(rate);
      onStep(step, loss);
      if (step === 0) checks.push(...checkGradients(await engine.readGradients(), grad0));
    }
    const logitsAfter = await evaluate();
    const flat = (rows: number[][]) => rows.flat();
    checks.push(
      checkEach('learning rates', rates, expected.lrs, (rate) => tolerances.learningRate * Math.abs(rate) + 1e-12),
      checkEach('losses', losses, expected.losses, (loss) => tolerances.loss * Math.max(1, Math.abs(loss))),
      checkEach('gradient norms', gradNorms, expected.grad_norms, (norm) => tolerances.gradNorm * norm),
      checkEach('logits before', flat(logitsBefore), flat(expected.logits_before), () => tolerances.logit),
      checkEach('logits after', flat(logitsAfter), flat(expected.logits_after), () => tolerances.logit),
      ...checkFinal(await engine.readTrainable(), recorded),
    );
    const left = [...recorded.final.keys()].filter(isKeyBias).length;
    const notes = left
      ? [`${left} attention key biases are not compared: their gradient is rounding noise around 0.`]
      : [];
    return { ok: checks.every(({ ok }) => ok), losses, gradNorms, logitsBefore, logitsAfter, checks, notes };
  } finally {
    engine.destroy();
  }
}
