import { PersonError, said } from '../base/message.ts';
import type { Dataset } from '../data/dataset.ts';
import { BundleError, checkBundle, dataFacts, datasetOfBundle } from '../files/bundle.ts';
import { encoderChecksum } from '../files/checksum.ts';
import { type Bundle, wholeRows } from '../training/records/saved-run.ts';
import { type Run, readRun, taskName } from '../training/run.ts';
import { Session } from '../training/session.ts';
import { moveTo, neededEncoder, type OpenEncoder, readFiles } from './place.ts';
import type { Request } from './protocol.ts';
import { datasetFrom, rowsOfTask, summaryOf, type TaskRows, takeTask } from './tasks.ts';
import { tell } from './tell.ts';
import { currentSession, dropSession, planOf, takeSession } from './training-loop.ts';

/** A run that is carried from one browser to another: told with all that it stands on, and taken up again. */

async function checksumOf(encoder: OpenEncoder): Promise<string> {
  const { weights, loaded, frozenBits } = encoder;
  // Of the files' own weights, however the run rounds them.
  const known = weights && loaded && frozenBits === 32 ? { config: loaded.config, weights } : await readFiles(encoder);
  return encoderChecksum(known.config, known.weights);
}

/** Tells where the run stands; it must not be training. */
export async function tellRun({ withRows }: Extract<Request, { type: 'read-run' }>): Promise<void> {
  const session = currentSession();
  const encoder = neededEncoder();
  if (!session) throw new PersonError('No run is set up.');
  const { run, labels, dataset } = session;
  const rows = wholeRows(dataset);
  const saved: Omit<Bundle, 'history'> = {
    run,
    labels,
    encoder: { config: encoder.loaded.config, sha256: await checksumOf(encoder) },
    data: await dataFacts(dataset),
    state: await session.state(),
    ...(withRows ? { rows } : {}),
  };
  tell({ type: 'run-read', saved });
}

/** The rows that a bundle was trained on: those that are here, if they are the same, else those that it brings. */
async function rowsFor(
  bundle: Bundle,
  run: Run,
  sha256: string,
  own: TaskRows | null,
): Promise<{ rows: TaskRows; dataset: Dataset; brought: boolean }> {
  const name = taskName(run);
  const builtIn = 'task' in run.data;
  const here = builtIn ? await rowsOfTask(name) : own;
  if (here) {
    const dataset = datasetFrom(here, run);
    const differ = await checkBundle(bundle, sha256, dataset).catch((error: unknown) => error);
    if (!differ) return { rows: here, dataset, brought: false };
    if (builtIn || !bundle.rows) throw differ;
  }
  if (!bundle.rows)
    throw new BundleError(said`The bundle brings no rows. Import ${name} first, then open the bundle again.`);
  const dataset = datasetOfBundle(name, bundle, bundle.rows);
  await checkBundle(bundle, sha256, dataset);
  const named = (rows: Dataset['train']) =>
    rows.map(({ text, label }, i) => ({ text, label: bundle.labels[label] ?? '', line: i + 1 }));
  const { train, validation, test } = bundle.rows;
  const rows = {
    name,
    train: named(train),
    ...(validation ? { validation: named(validation) } : {}),
    test: named(test),
  };
  return { rows, dataset, brought: true };
}

/**
 * Takes up the run of a bundle. The run that was there before stays until everything has been checked and the new one stands.
 * @throws BundleError for another encoder or other rows
 */
export async function resume({ bundle, own }: Extract<Request, { type: 'resume' }>): Promise<void> {
  const run = readRun(bundle.run);
  const encoder = neededEncoder();
  if (run.model !== encoder.name)
    throw new BundleError(
      said`The bundle's run stands on the encoder ${run.model}, and ${encoder.name} is loaded. Load that one, then open the bundle again.`,
    );
  const { config } = encoder.loaded;
  // Older bundles do not say the family. It is in the weights' names and layout, which the checksum covers.
  const other = (Object.keys(config) as (keyof typeof config)[]).find(
    (key) => key !== 'family' && config[key] !== bundle.encoder.config[key],
  );
  if (other) throw new BundleError(said`The bundle's encoder has another ${other} than ${run.model} here.`);
  const { rows, dataset, brought } = await rowsFor(bundle, run, await checksumOf(encoder), own);
  await moveTo(run);
  const { loaded, tokenizer } = neededEncoder();
  const parts = { encoder: loaded, tokenizer, dataset, run, now: () => performance.now() };
  const session = await Session.create(parts, bundle.state);
  await dropSession();
  takeSession(session, neededEncoder());
  takeTask(rows);
  tell({
    type: 'resumed',
    task: { ...summaryOf(rows), labels: [...bundle.labels] },
    rows: brought ? rows : null,
    outcome: session.outcome(),
    ...planOf(session),
  });
}
