import { expect, test, vi } from 'vitest';
import type { EncoderConfig } from '../../../src/model/encoder-config.ts';
import { replaceRows } from '../../../src/store/dataset/actions.ts';
import { initialState, pageStore } from '../../../src/store/page/state.ts';
import { eventually } from '../../support/eventually.ts';
import { answer, refuse, settled, verbs } from '../../support/fake-trainer.ts';
import { device, taskOf } from '../../support/reports.ts';

/** Own rows on their way into the worker, in pieces. */

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));

test('rows of which a piece did not arrive are not trained on, and are sent anew', async () => {
  const encoder = { name: initialState.run.model, config: {} as EncoderConfig, poolerCount: 0 };
  pageStore.setState({ ...initialState, device, encoder });
  const rows = Array.from({ length: 4500 }, (_, i) => ({ text: `t${i}`, label: i % 2 ? 'a' : 'b', line: i + 1 }));
  const pieces = () => verbs().filter((verb) => verb === 'addRows').length;
  replaceRows('mine.csv', rows);
  await eventually(() => expect(verbs()).toContain('loadRows'));
  expect(pieces()).toBe(3);
  await answer('addRows', undefined);
  await refuse('addRows', new RangeError('Data cannot be cloned, out of memory.'));
  await answer('addRows', undefined);
  await answer('loadRows', taskOf(pageStore.getState().run));
  await settled();
  expect(pageStore.getState()).toMatchObject({
    task: null,
    error: { message: 'Data cannot be cloned, out of memory.' },
  });
  expect(verbs()).not.toContain('configure');
  replaceRows('mine.csv', rows);
  await eventually(() => expect(pieces()).toBe(6));
});
