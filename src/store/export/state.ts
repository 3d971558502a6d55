import { createStore } from 'zustand/vanilla';
import { type Message, messageOf, UserError } from '../../base/message.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import { testScoresOf } from '../../training/records/standing.ts';
import type { Described, Texts } from '../../workers/archive/api.ts';
import { describeRun, packBundle, packExport, packPython } from '../../workers/archive/client.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { adaptersStore } from '../adapters/state.ts';
import { costOf, isBusy } from '../page/selectors.ts';
import { type PageState, pageStore } from '../page/state.ts';
import { stopQueue } from '../queue/state.ts';
import type { SavedAdapter } from '../runs/records.ts';
import { runsStore } from '../runs/state.ts';
import { get } from '../storage.ts';

/** Export of what was trained: folders that Python loads, a bundle that another browser goes on with, code. */

export type ExportFormat = Texts['formats'][number];
/** Kinds of export, each a zip archive. */
export type ExportKind = ExportFormat | 'python' | 'bundle';

/** Licences that a model card can name, under the Hub's names. */
export const licences = [
  'apache-2.0',
  'mit',
  'bsd-3-clause',
  'cc0-1.0',
  'cc-by-4.0',
  'cc-by-sa-4.0',
  'cc-by-nc-4.0',
  'openrail',
  'other',
] as const;

export interface ExportState {
  /** Subject of the export: a saved adapter, by its id, or the run (null); undefined: nothing is exported now. */
  subject: string | null | undefined;
  licence: string | null;
  /** Whether a bundle brings its rows. */
  withRows: boolean;
  texts: Texts | null;
  packing: ExportKind | null;
  /** The archive packed last, and how large it is. */
  packed: { parcel: ExportKind; bytes: number } | null;
  problem: Message | null;
}

const closed = { subject: undefined, texts: null, packing: null, packed: null, problem: null };
export const exportStore = createStore<ExportState>(() => ({ ...closed, licence: null, withRows: true }));
const { getState, setState } = exportStore;

export function openExport(subject: string | null): void {
  setState({ ...closed, subject });
  void describe();
}

export const closeExport = (): void => setState(closed);

export function chooseLicence(licence: string | null): void {
  setState({ licence });
  void describe();
}

export const bringRows = (withRows: boolean): void => setState({ withRows });

const keptAdapter = (subject: string): SavedAdapter | undefined =>
  adaptersStore.getState().kept.find(({ id }) => id === subject);

/** The export without its tensors; null where its encoder is not the one that is loaded. */
export function described(page: PageState, { subject, licence }: ExportState): Described | null {
  const { encoder, task } = page;
  if (!encoder || subject === undefined) return null;
  const license = licence ?? undefined;
  if (subject === null) {
    const scores = testScoresOf(page);
    const baseline = page.baselines;
    return { run: page.run, labels: task?.labels ?? [], encoder: encoder.config, scores, baseline, license };
  }
  const kept = keptAdapter(subject);
  if (kept?.run.model !== encoder.name) return null;
  const { run, labels } = kept;
  const record = runsStore.getState().runs.find(({ id }) => id === subject);
  const scores = record ? testScoresOf(record) : null;
  const baseline = record?.baselines ?? null;
  return { run, labels, encoder: encoder.config, scores, baseline, license };
}

/** Bytes of the exported tensors; null before the encoder is there. */
export function tensorBytes(page: PageState, { subject }: ExportState): number | null {
  if (typeof subject === 'string') return keptAdapter(subject)?.bytes ?? null;
  return costOf(page, page.run.method)?.fileBytes ?? null;
}

async function describe(): Promise<void> {
  const { subject, licence } = getState();
  const parts = described(pageStore.getState(), getState());
  if (!parts) return;
  const still = () => getState().subject === subject && getState().licence === licence;
  try {
    const texts = await describeRun(parts);
    if (still()) setState({ texts });
  } catch (error) {
    if (still()) setState({ problem: messageOf(error) });
  }
}

/** The name of the file that an archive is saved as: the run's, as every system takes it. */
export const archiveName = ({ run }: Pick<Described, 'run'>, parcel: ExportKind): string =>
  `${run.name.replace(/[^\p{L}\p{N}_-]+/gu, '-')}-${parcel}.zip`;

async function tensorsOf(subject: string | null): Promise<NamedTensors> {
  if (subject === null) {
    const adapter = await callTrainer('readAdapter', null);
    if (!adapter) throw new UserError('No run is set up.');
    return adapter.tensors;
  }
  const tensors = await get('tensors', subject);
  if (!tensors) throw new UserError('The tensors of this adapter are no longer in the browser’s storage.');
  return tensors;
}

/** An archive, and the name of its file. */
export interface Packed {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

async function bundleOf(withRows: boolean): Promise<Uint8Array<ArrayBuffer>> {
  // The records as they are now: a queue may have gone on when the answer is here.
  const { steps, epochs, final, baseline, baselines } = pageStore.getState();
  const saved = await callTrainer('readRun', { withRows });
  // A baseline that is only half trained begins anew, so its records do, too.
  const frozen = saved.state.baseline ? { baseline: [...baseline], baselines } : { baseline: [], baselines: null };
  return packBundle({ ...saved, history: { steps: [...steps], epochs: [...epochs], final, ...frozen } });
}

/**
 * Packs the run as it stands, its rows included, whether or not it can be chosen on the page; one that trains is paused.
 * @throws UserError
 */
export async function packRun(): Promise<Packed> {
  if (isBusy(pageStore.getState())) {
    const rests = new Promise<void>((resolve) => {
      const stop = pageStore.subscribe((page) => {
        if (isBusy(page)) return;
        stop();
        resolve();
      });
    });
    stopQueue();
    await rests;
  }
  return { name: archiveName(pageStore.getState(), 'bundle'), bytes: await bundleOf(true) };
}

/** Packs one archive, ready to be saved; null with a problem to show where it cannot be. */
export async function pack(parcel: ExportKind): Promise<Packed | null> {
  const { subject, withRows, packing } = getState();
  const parts = described(pageStore.getState(), getState());
  if (!parts || subject === undefined || packing) return null;
  setState({ packing: parcel, packed: null, problem: null });
  try {
    const bytes =
      parcel === 'bundle'
        ? await bundleOf(withRows)
        : parcel === 'python'
          ? await packPython(parts, document.baseURI)
          : await packExport({ ...parts, tensors: await tensorsOf(subject) }, parcel);
    setState({ packing: null, packed: { parcel, bytes: bytes.byteLength } });
    return { name: archiveName(parts, parcel), bytes };
  } catch (error) {
    setState({ packing: null, problem: messageOf(error) });
    return null;
  }
}
