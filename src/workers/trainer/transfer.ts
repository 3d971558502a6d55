import { msg } from '../../base/message.ts';
import type { Dataset, Example } from '../../data/dataset.ts';
import type { Row } from '../../data/rows/row.ts';
import { textsOf } from '../../data/rows/texts.ts';
import { BundleError, checkBundle, dataFacts, datasetOfBundle } from '../../files/bundle.ts';
import { encoderChecksum } from '../../files/checksum.ts';
import type { EncoderFiles } from '../../files/encoder-files.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { type Bundle, wholeRows } from '../../training/records/saved-run.ts';
import { kindOf, type Run, taskName } from '../../training/run.ts';
import type { Session } from '../../training/session.ts';
import type { TaskRows } from './api.ts';
import { datasetFrom } from './task-rows.ts';

/**
 * A run that is transferred from one browser to another: read with everything it stands on, and checked before it is
 * resumed.
 */

/** The encoder that a run stands on. `files`: unrounded, however the run rounds them. */
export interface Stands {
  config: EncoderConfig;
  files: () => Promise<Pick<EncoderFiles, 'config' | 'weights'>>;
}

async function checksumOf({ files }: Stands): Promise<string> {
  const { config, weights } = await files();
  return encoderChecksum(config, weights);
}

/** A run's state, with everything that it needs to go on elsewhere; it must not be training. */
export async function readRunOf(
  session: Session,
  encoder: Stands,
  { withRows }: { withRows: boolean },
): Promise<Omit<Bundle, 'history'>> {
  const { run, labels, dataset } = session;
  const rows = wholeRows(dataset);
  return {
    run,
    labels,
    encoder: { config: encoder.config, sha256: await checksumOf(encoder) },
    data: await dataFacts(dataset, kindOf(run)),
    state: await session.state(),
    ...(withRows ? { rows } : {}),
  };
}

/** The rows that a bundle was trained on. `brought`: they came with it. */
export interface BundleRows {
  rows: TaskRows;
  dataset: Dataset<TaskKind>;
  brought: boolean;
}

interface RowsHere {
  /** A built-in task's rows, by its name. */
  builtIn: (name: string) => Promise<TaskRows>;
  /** The person's own rows of the run's name, if there are any. */
  own: TaskRows | null;
}

/** An example as a row that reads as the same one again. @param labels names of the classes */
function rowOf<K extends TaskKind>(
  kind: K,
  labels: readonly string[],
  { words = [], label, ...example }: Example<K>,
  line: number,
): Row {
  const texts = textsOf(example);
  const names = [label].flat().map((at) => labels[at] ?? '');
  if (kind === 'token') return { ...texts, label: names.join(' '), tagged: { words: [...words], tags: names }, line };
  const [first = ''] = names;
  const written = kind === 'multi-label' ? JSON.stringify(names) : kind === 'regression' ? String(label) : first;
  return { ...texts, label: written, line };
}

/** The rows that are here, if they are the same, else those that the bundle brings. */
async function rowsFor(bundle: Bundle, run: Run, sha256: string, { builtIn, own }: RowsHere): Promise<BundleRows> {
  const name = taskName(run);
  const isBuiltIn = 'task' in run.data;
  const here = isBuiltIn ? await builtIn(name) : own;
  if (here) {
    const dataset = datasetFrom(here, run);
    const differ = await checkBundle(bundle, sha256, dataset).catch((error: unknown) => error);
    if (!differ) return { rows: here, dataset, brought: false };
    if (isBuiltIn || !bundle.rows) throw differ;
  }
  if (!bundle.rows)
    throw new BundleError(msg`The bundle brings no rows. Import ${name} first, then open the bundle again.`);
  const dataset = datasetOfBundle(name, bundle, bundle.rows);
  await checkBundle(bundle, sha256, dataset);
  const kind = kindOf(run);
  const named = (rows: Dataset<TaskKind>['train']) =>
    rows.map((example, i) => rowOf(kind, bundle.labels, example, i + 1));
  const { train, validation, test } = bundle.rows;
  const rows = {
    name,
    kind,
    train: named(train),
    ...(validation ? { validation: named(validation) } : {}),
    test: named(test),
  };
  return { rows, dataset, brought: true };
}

/**
 * Checks whether a bundle's run can go on here.
 * @throws BundleError for another encoder or other rows
 */
export async function rowsOfBundle(
  bundle: Bundle,
  run: Run,
  encoder: Stands & { name: string },
  here: RowsHere,
): Promise<BundleRows> {
  if (run.model !== encoder.name)
    throw new BundleError(
      msg`The bundle's run stands on the encoder ${run.model}, and ${encoder.name} is loaded. Load that one, then open the bundle again.`,
    );
  const { config } = encoder;
  // Older bundles do not say the family. It is in the weights' names and layout, which the checksum covers.
  const other = (Object.keys(config) as (keyof typeof config)[]).find(
    (key) => key !== 'family' && JSON.stringify(config[key]) !== JSON.stringify(bundle.encoder.config[key]),
  );
  if (other) throw new BundleError(msg`The bundle's encoder has another ${other} than ${run.model} here.`);
  return rowsFor(bundle, run, await checksumOf(encoder), here);
}
