import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { EncoderConfig } from '../../../src/model/encoder-config.ts';
import { adviceFor } from '../../../src/store/coach/advice.ts';
import { preFlightOf } from '../../../src/store/encoder/memory-forecast.ts';
import { lessons } from '../../../src/store/lessons/experiments.ts';
import { trainSetUp } from '../../../src/store/lessons/run-experiment.ts';
import { costOf, planOf } from '../../../src/store/page/selectors.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import { computedMemoryOf } from '../../../src/store/run/memory.ts';
import { predictedStep } from '../../../src/store/run/step-cost.ts';
import type { RunRecord } from '../../../src/store/runs/records.ts';
import { reopenRun, runsStore } from '../../../src/store/runs/state.ts';
import { linkTo, openLink } from '../../../src/store/share/link.ts';
import type { Run } from '../../../src/training/run.ts';
import { device } from '../../support/reports.ts';

/** A run whose encoder is still on its way names layers that the loaded one, of two layers, lacks. */

vi.mock('../../src/store/wire.ts', () => ({ send: () => {} }));

const sizes = { layers: 2, hidden: 64, heads: 2, intermediate: 128, vocabulary: 99, positions: 64 };
const config: EncoderConfig = { ...sizes, family: 'bert', tokenTypes: 2, layerNormEpsilon: 1e-12 };
const deep: Run = { ...firstRun, method: { ...firstRun.method, layers: [0, 3] } as Run['method'] };
const record = { id: 'deep', name: 'deep', run: deep, status: 'done', device: device.name } as RunRecord;

beforeEach(() => {
  const encoder = { name: 'my encoder', config, poolerCount: 0 };
  pageStore.setState({ ...initialState, encoder, device }, true);
  runsStore.setState({ runs: [record] });
});

/** Everything that the page asks of the method before it draws. */
function expectNoPlan(layers: number[]): void {
  const page = pageStore.getState();
  expect(page.run.method).toMatchObject({ layers });
  expect(planOf(page)).toBeNull();
  expect(costOf(page, page.run.method)).toBeNull();
  expect(preFlightOf(page, config)).toBeNull();
  expect(page.encoder && computedMemoryOf({ ...page, encoder: page.encoder }, page.run.method)).toBeNull();
  expect(adviceFor(page)).toBeNull();
  const timed = { ...record, run: page.run, stepsDone: 1, milliseconds: 1 };
  expect(predictedStep(page, [timed], page.run.method)).toBeNull();
}

describe('without a plan, and nothing throws', () => {
  test('in the lesson on places', () => {
    const [lastLayer] = lessons.places.setUps;
    if (lastLayer) trainSetUp('places', lastLayer);
    expectNoPlan([2]);
  });

  test('where a kept run is opened again', async () => {
    await reopenRun(record.id);
    expectNoPlan([0, 3]);
  });

  test('where a link is opened', () => {
    const run = openLink(linkTo(deep, { lock: false, hide: [] }, 'http://here.example/'));
    pageStore.setState({ run: run as Run });
    expectNoPlan([0, 3]);
  });
});

test('the same run has its plan once its own encoder is there', () => {
  const encoder = { name: firstRun.model, config: { ...config, layers: 4 }, poolerCount: 0 };
  pageStore.setState({ encoder, run: deep });
  const page = pageStore.getState();
  expect(planOf(page)?.adapters.map(({ layer }) => layer)).toEqual([0, 0, 3, 3]);
  expect(planOf(page)).toBe(planOf(page));
});
