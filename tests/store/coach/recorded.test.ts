import { describe, expect, test } from 'vitest';
import encoderSmall from '../../../public/models/encoder-small/config.json' with { type: 'json' };
import minilm from '../../../public/models/minilm-l3/config.json' with { type: 'json' };
import { readEncoderConfig } from '../../../src/model/encoder-config.ts';
import { adviceFor } from '../../../src/store/coach/advice.ts';
import { initialState, type PageState } from '../../../src/store/page/state.ts';
import { readRun, taskName } from '../../../src/training/run.ts';
import recorded from './recorded-runs.json' with { type: 'json' };

/**
 * What the coach says after every step of real runs: each built-in task with its defaults and the one-minute task with every
 * method's (names that begin with "default"), and runs that were made to fail ("bad"). The histories are `npm run train`'s,
 * on onnxruntime-web, numbers cut to three digits; rates and norms of a run on the page are the same.
 */

const configs: Record<string, unknown> = { 'minilm-l3': minilm, 'encoder-small': encoderSmall };

const head = { learningRate: 0.01, batchSize: 16, epochs: 4, plannedEpochs: 4, steps: 500, validation: null };

type Recorded = (typeof recorded)[number];

/** The page after each step of a recorded run, and at its end. */
function* pagesOf({
  run: json,
  labels,
  losses: ofLosses,
  gradNorms: ofNorms,
  epochs,
  baseline,
  confusion,
}: Recorded): Generator<PageState> {
  const run = readRun(json);
  const [losses, gradNorms] = [ofLosses, ofNorms].map((list) => list.split(' ').map(Number)) as [number[], number[]];
  const stepsPerEpoch = losses.length / run.training.epochs;
  const steps = losses.map((loss, step) => ({
    step,
    loss,
    learningRate: run.training.learningRate,
    gradNorm: gradNorms[step] ?? 0,
    milliseconds: 1,
  }));
  const records = epochs.map(([trainLoss = 0, loss = 0, accuracy = 0], i) => ({
    epoch: i + 1,
    trainLoss,
    test: { loss, accuracy, macroF1: accuracy },
  }));
  const rows = confusion.flat().reduce((sum, count) => sum + count, 0);
  const page: PageState = {
    ...initialState,
    encoder: { name: run.model, config: readEncoderConfig(configs[run.model]), poolerCount: 0 },
    run,
    task: { name: taskName(run), trainRows: 1, testRows: rows, labels, examples: [] },
    plan: { totalSteps: losses.length, stepsPerEpoch },
    phase: 'training',
  };
  for (const at of steps.keys()) {
    const ended = Math.floor((at + 1) / stepsPerEpoch);
    yield { ...page, steps: steps.slice(0, at + 1), epochs: records.slice(0, ended) };
  }
  yield {
    ...page,
    phase: 'done',
    steps,
    epochs: records,
    baselines: { sameBudget: null, best: { ...head, test: { loss: 0, accuracy: baseline, macroF1: baseline } } },
    outcome: { labels, rows, confusion, baseConfusion: confusion, fixed: 0, broken: 0, flipped: [] },
  };
}

const named = (start: string) => recorded.filter(({ name }) => name.startsWith(start));
const saidOf = (run: Recorded) => [...pagesOf(run)].map((page) => adviceFor(page)?.trouble ?? null);

describe('the coach', () => {
  test.each(named('default'))('never scolds a default: $name', (run) => {
    expect(saidOf(run).filter((trouble) => trouble !== null)).toEqual([]);
  });

  test.each(named('bad'))('sees within ten steps that a run diverges, and stands by it: $name', (run) => {
    const msg = saidOf(run);
    expect(msg.slice(0, 10)).toContain('diverging');
    expect(msg.at(-1)).toBe('diverging');
  });

  test('sees a rate that is far too low once the warm-up is long over', () => {
    const [slow] = named('slow');
    expect(slow && new Set(saidOf(slow))).toEqual(new Set([null, 'slow']));
  });

  test('says nothing against a run of four steps that all went well', () => {
    const [short] = named('short');
    expect(short && new Set(saidOf(short))).toEqual(new Set([null]));
  });
});
