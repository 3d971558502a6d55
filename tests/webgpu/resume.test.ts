import { expect, test } from 'vitest';
import { checkBundle, dataFacts, readBundle, writeBundle } from '../../src/files/bundle.ts';
import { encoderChecksum } from '../../src/files/checksum.ts';
import { type Bundle, noHistory } from '../../src/training/records/saved-run.ts';
import { Session, type SessionEvent } from '../../src/training/session.ts';
import { withTinyEncoder } from '../support/golden.ts';
import { wordsDataset, wordsRun } from '../support/words.ts';

const tiny = withTinyEncoder();
const run = wordsRun();

const open = (state?: Bundle['state']) =>
  Session.create(
    { encoder: tiny.encoder, tokenizer: tiny.files.tokenizer, dataset: wordsDataset, run, now: () => 0 },
    state,
  );

async function rest(events: AsyncGenerator<SessionEvent>): Promise<SessionEvent[]> {
  const list: SessionEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

/** What must be equal: every number that the run reports. */
const records = (events: SessionEvent[]) => events.flatMap((event) => ('record' in event ? [event.record] : []));

const stops: [string, (event: SessionEvent, events: SessionEvent[]) => boolean][] = [
  ['in the first epoch', (event) => event.type === 'step' && event.record.step === 2],
  ['after the first epoch, before the baseline', (event) => event.type === 'epoch'],
  ['while the baseline trains', (event) => event.type === 'baseline'],
  ['in the second epoch', (event) => event.type === 'step' && event.record.step === 7],
  ['at the end', (event) => event.type === 'phase' && event.phase === 'done'],
];

test.each(stops)('a bundle saved %s goes on with the numbers of a run that was never stopped', async (when, stop) => {
  const first = await open();
  const sha256 = await encoderChecksum(tiny.files.config, tiny.files.weights);
  const before: SessionEvent[] = [];
  const events = first.events();
  for (let next = await events.next(); !next.done; next = await events.next()) {
    before.push(next.value);
    if (stop(next.value, before)) break;
  }
  const bundle: Bundle = {
    run,
    labels: wordsDataset.labels,
    encoder: { config: tiny.files.config, sha256 },
    data: await dataFacts(wordsDataset),
    history: noHistory(),
    state: await first.state(),
    ...(when === 'at the end' ? { rows: { train: wordsDataset.train, test: wordsDataset.test } } : {}),
  };
  const archive = writeBundle(bundle);
  const expected = records(await rest(events));
  const outcome = first.outcome();

  const opened = readBundle(archive, 'run.zip');
  expect(opened).toEqual(bundle);
  await checkBundle(opened, sha256, wordsDataset);
  const second = await open(opened.state);
  const actual = records(await rest(second.events()));
  // A baseline that was under way begins again; its numbers are the same from the start.
  expect(when.startsWith('while') ? actual.slice(-expected.length) : actual).toEqual(expected);
  expect(second.outcome()).toEqual(outcome);
  first.destroy();
  second.destroy();
});

test('no state is given out while steps are under way', async () => {
  const session = await open();
  session.ahead = 2;
  const events = session.events();
  await events.next();
  await events.next();
  expect(session.busy).toBe(true);
  await expect(session.state()).rejects.toThrow('under way');
  await rest(events);
  session.destroy();
});
