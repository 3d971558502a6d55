import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/message.ts';
import { diceOf } from '../support/fuzz/mutate.ts';
import { readers } from '../support/fuzz/readers.ts';

/**
 * 10,000 damaged inputs for every reader of what comes from outside. Each is read, or refused by an error of ours; soon; with
 * memory in proportion; and nothing else is touched. Another seed: FUZZ_SEED=2; one input: FUZZ_SEED and FUZZ_ONLY=number.
 */

const inputs = Number(process.env.FUZZ_INPUTS ?? 10_000);
const seed = Number(process.env.FUZZ_SEED ?? 1);
const only = process.env.FUZZ_ONLY === undefined ? null : Number(process.env.FUZZ_ONLY);
/** Milliseconds that an input may take. */
const longest = 1000;
/** Bytes of buffers that a small input may claim: deflate alone makes a thousand times its size. */
const mostClaimed = 2 ** 25;

/** Names that a prototype has by itself: others would be in every object. */
const prototypes = [Object, Array, Function, String, Number, Map, Uint8Array, Error].map(({ prototype }) => prototype);
const namesOnPrototypes = () => prototypes.map((each) => Reflect.ownKeys(each).length).join();

async function outcome(read: () => unknown): Promise<'read' | 'refused'> {
  try {
    await read();
    return 'read';
  } catch (error) {
    if (error instanceof UserError) return 'refused';
    throw error;
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

describe.each(readers)('$name', ({ name, sound, input, read }) => {
  const readIt = (given: unknown) => outcome(() => read(given as never));

  test(`${inputs} damaged inputs`, async () => {
    // Nothing that is damaged would come far where a sound one is refused.
    for (const each of sound) expect(await readIt(each), 'a sound sample').toBe('read');
    const before = namesOnPrototypes();
    const faults: string[] = [];
    const counts = { read: 0, refused: 0 };
    let [slowest, claimed, held] = [0, 0, process.memoryUsage().arrayBuffers];
    for (let i = only ?? 0; i < (only === null ? inputs : only + 1); i++) {
      const given = input(diceOf(seed * 1_000_000 + i));
      const fault = (words: string) => faults.push(`input ${i}: ${words}`);
      let took = await timed(async () => {
        try {
          counts[await readIt(given)]++;
        } catch (error) {
          fault(error instanceof Error ? (error.stack?.split('\n').slice(0, 4).join(' ') ?? '') : String(error));
        }
      });
      const holds = process.memoryUsage().arrayBuffers;
      const more = holds - held;
      held = holds;
      // A busy machine is slow once; a slow reader is so again.
      if (took > longest) took = Math.min(took, await timed(() => readIt(given).catch(() => undefined)));
      if (took > longest) fault(`${took.toFixed(0)} ms`);
      if (more > mostClaimed) fault(`${(more / 2 ** 20).toFixed(0)} MiB of buffers`);
      if (faults.length > 20) break;
      [slowest, claimed] = [Math.max(slowest, took), Math.max(claimed, more)];
    }
    // biome-ignore lint/suspicious/noConsole: the seed and the counts are this test's record
    console.log(
      `${name}: seed ${seed}, ${counts.read} read, ${counts.refused} refused, slowest ${slowest.toFixed(0)} ms, most ${(claimed / 2 ** 20).toFixed(1)} MiB`,
    );
    expect(faults).toEqual([]);
    expect(namesOnPrototypes()).toBe(before);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    // Some of the damage is harmless: where nothing is read, the damage is too coarse to come far.
    if (only === null) expect(counts.read).toBeGreaterThan(inputs / 1000);
  });
});
