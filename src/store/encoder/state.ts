import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import type { FolderFile } from '../../base/file-set.ts';
import { type Message, messageOf, msg, UserError } from '../../base/message.ts';
import { isBuiltInEncoder } from '../../data/built-in/tasks.ts';
import { browserCache } from '../../hub/cache.ts';
import { defaultHubUrl, parseHubName } from '../../hub/hub.ts';
import { findKept, type KeptEncoder, listKept } from '../../hub/kept.ts';
import { listFolders } from '../../hub/kept-folders.ts';
import type { TransferProgress } from '../../hub/transfer.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import type { FetchedEncoder, FoundEncoder } from '../../workers/hub/api.ts';
import { fetchEncoderFiles, lookUpEncoder, openFolderFiles, sizesOnHub } from '../../workers/hub/client.ts';
import type { EncoderFacts } from '../../workers/trainer/api.ts';
import { callTrainer, TrainerStopped } from '../../workers/trainer/client.ts';
import { createEmitter } from '../emitter.ts';
import { readNote } from '../notes.ts';
import { noteCrossOrigin } from '../page/cross-origin-requests.ts';
import { isBusy } from '../page/selectors.ts';
import { pageStore } from '../page/state.ts';
import { put } from '../storage.ts';

/** The choice of an encoder (a built-in one, one from the Hub, or a folder), and how it is fetched and loaded. */

/** A folder of this computer, before its weights are read. */
export interface FoundFolder {
  name: string;
  files: FolderFile[];
  config: EncoderConfig;
  /** Size of the files that are needed. */
  bytes: number;
}

interface Work {
  doing: 'look-up' | 'fetch' | 'load';
  name: string;
  /** Whether the dialog closes, once the encoder is loaded. */
  closes?: boolean;
  /** Called once it is loaded. */
  onLoaded?: () => void;
}

export interface EncoderState {
  /** Whether the dialog is open. */
  opened: boolean;
  /** Text in the dialog's field. */
  name: string;
  hubUrl: string;
  /** For private models: in memory only, never saved. */
  token: string;
  /** The work under way, and for which encoder; null: none. */
  work: Work | null;
  found: FoundEncoder | null;
  /** Bytes of suggested encoders, by their names, as the Hub says; null: it was not asked. */
  sizes: Readonly<Record<string, number | null>> | 'asked' | null;
  /** The folder of this computer that was inspected. */
  folder: FoundFolder | null;
  progress: TransferProgress | null;
  /** Why an encoder cannot be used, in a sentence. */
  problem: Message | null;
  cancelled: boolean;
  /** The folder that is being copied into the browser's storage. */
  keeping: string | null;
  /** Why the last encoder could not be saved. */
  unkept: Message | null;
  /** Name of an encoder fetched while a run was at work, which it does not end: to be used later. */
  later: string | null;
}

export const initialEncoder: EncoderState = {
  opened: false,
  name: '',
  hubUrl: defaultHubUrl,
  token: '',
  work: null,
  found: null,
  sizes: null,
  folder: null,
  progress: null,
  problem: null,
  cancelled: false,
  keeping: null,
  unkept: null,
  later: null,
};

export const encoderStore = createStore<EncoderState>(() => initialEncoder);
const { getState, setState } = encoderStore;

/** Folders that were chosen on this visit, and encoders that could not be cached, by the name that runs give them. */
const visit = new Map<string, FolderFile[]>();
/** The encoder last asked for: what arrives after another was asked for is not adopted. */
let wanted: string | null = null;

/** Emits every encoder that the worker has loaded, and why one last asked for could not be used. */
export const encoderLoaded = createEmitter<{ encoder: EncoderFacts; isWanted: boolean } | { refused: Message }>();

let working = new AbortController();

const addressNote = 'hub-address';
const addressSchema = z.url({ protocol: /^https?$/ }).max(200);

/** Restores the Hub's address of the last visit. */
export async function loadHubAddress(): Promise<void> {
  const hubUrl = await readNote(addressNote, addressSchema);
  if (hubUrl !== undefined) setState({ hubUrl });
}

export const isAddress = (text: string): boolean => addressSchema.safeParse(text).success;

export function setHubAddress(hubUrl: string): void {
  // An encoder found at one address is not fetched from another.
  setState({ hubUrl, found: null, sizes: null });
  if (isAddress(hubUrl)) void put('notes', addressNote, hubUrl);
}

export const setToken = (token: string): void => setState({ token });
export const setName = (name: string): void => setState({ name });

export function openEncoderChooser(): void {
  setState({ opened: true, problem: null, cancelled: false, later: null });
}

/** Closes the dialog; a download that is under way goes on. */
export function closeEncoderChooser(): void {
  setState({ opened: false, ...(getState().work ? {} : { found: null, folder: null }) });
}

export const cancelWork = (): void => working.abort();

/** The name that runs give an encoder of the Hub. */
export const hubName = ({ repo, revision }: Pick<FoundEncoder, 'repo' | 'revision'>): string =>
  revision === 'main' ? repo.name : `${repo.name}@${revision}`;

export const isHubName = (model: string): boolean => model.includes('/') && parseHubName(model) !== null;

/** Does one thing at a time, the newest; the dialog says why it failed, and nothing else changes. */
export async function work(
  doing: Work['doing'],
  name: string,
  carryOut: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  working.abort();
  working = new AbortController();
  const { signal } = working;
  const own = { doing, name };
  setState({ work: own, progress: null, problem: null, cancelled: false, unkept: null, later: null });
  try {
    await carryOut(signal);
  } catch (error) {
    // Work that newer work has aborted reports nothing more.
    if (getState().work !== own) return;
    if (signal.aborted) setState({ cancelled: true });
    else setState({ problem: messageOf(error) });
  } finally {
    if (getState().work === own) setState({ work: null, progress: null });
  }
}

export const listening = (signal: AbortSignal) => ({
  signal,
  onProgress: (progress: TransferProgress) => setState({ progress }),
  onCrossOriginRequests: noteCrossOrigin,
});

/** Looks a name up on the Hub: what it is, how large, whether it fits. */
export function lookUp(text: string): Promise<void> {
  const parsed = isHubName(text) ? parseHubName(text) : null;
  setState({ name: text, found: null, folder: null });
  return work('look-up', text, async (signal) => {
    if (!parsed) throw new UserError(msg`${text} is no name on the Hub. Write "owner/name" or "owner/name@revision".`);
    const { hubUrl, token } = getState();
    const found = await lookUpEncoder(parsed.name, parsed.revision, { hubUrl, token }, listening(signal));
    if (!signal.aborted) setState({ found });
  });
}

/** Asks the Hub how large these encoders are. */
export async function askSizes(names: string[]): Promise<void> {
  const { hubUrl, token } = getState();
  setState({ sizes: 'asked', problem: null });
  // Of another address by then, the answer is none.
  const isWanted = () => getState().sizes === 'asked' && getState().hubUrl === hubUrl;
  try {
    const bytes = await sizesOnHub(names, { hubUrl, token }, listening(new AbortController().signal));
    if (isWanted()) setState({ sizes: Object.fromEntries(names.map((name, i) => [name, bytes[i] ?? null])) });
  } catch (error) {
    if (isWanted()) setState({ sizes: null, problem: messageOf(error) });
  }
}

type Access = Pick<EncoderState, 'hubUrl' | 'token'>;
type Source = Pick<FoundEncoder, 'repo' | 'revision'>;

/** Fetches the encoder that was looked up, and uses it. */
export async function fetchFound(): Promise<void> {
  const { found, hubUrl, token } = getState();
  if (found) await bringAndLoad(hubName(found), fromHub(found, { hubUrl, token }), getState().opened);
}

type Bring = (signal: AbortSignal) => Promise<FetchedEncoder>;

const fromHub =
  (source: Source, access: Access): Bring =>
  (signal) =>
    fetchEncoderFiles(source, access, listening(signal));

/** @returns whether it is all there */
async function bringAndLoad(name: string, bring: Bring, closes: boolean): Promise<boolean> {
  let arrived = false;
  await work('fetch', name, async (signal) => {
    const { files, unkept } = await bring(signal);
    if (signal.aborted) return;
    arrived = true;
    if (unkept !== null) visit.set(name, files);
    setState({ unkept, found: null });
    if (isBusy(pageStore.getState())) setState({ later: name });
    else void load(name, files, { closes });
  });
  return arrived;
}

/** Has the worker load an encoder; where it cannot be used, the one before stays. */
async function load(
  name: string,
  files: FolderFile[] | null,
  then: Partial<Pick<Work, 'closes' | 'onLoaded'>> = {},
): Promise<void> {
  wanted = name;
  // Chosen in the dialog, it closes the dialog; one that a run brings leaves it as it is.
  const own: Work = { doing: 'load', name, closes: getState().opened, ...then };
  setState({ work: own });
  pageStore.setState({ missingEncoder: null, error: null });
  try {
    const encoder = await callTrainer('loadEncoder', { name, files, frozenBits: pageStore.getState().run.frozenBits });
    // Though another may be asked for by now, this is the one that the worker has.
    pageStore.setState({ encoder, encoderProgress: null });
    if (getState().work === own) {
      setState({ work: null, ...(own.closes && getState().unkept === null ? { opened: false } : {}) });
      own.onLoaded?.();
    }
    encoderLoaded.emit({ encoder, isWanted: wanted === name });
  } catch (error) {
    // Another worker loads it meanwhile.
    if (error instanceof TrainerStopped && getState().work !== own) return;
    pageStore.setState({ encoderProgress: null });
    if (wanted !== name) {
      if (getState().work === own) setState({ work: null });
      return;
    }
    const refused = messageOf(error);
    setState({ work: null, problem: refused });
    if (!(error instanceof TrainerStopped)) encoderLoaded.emit({ refused });
  }
}

export const takeBuiltIn = (name: string): void => {
  setState({ problem: null });
  void load(name, null);
};

/** Uses the files of a folder of this computer, under this name for the rest of the visit. */
export function loadFolder(name: string, files: FolderFile[], onLoaded: () => void): void {
  visit.set(name, files);
  setState({ problem: null, found: null, folder: null });
  void load(name, files, { onLoaded });
}

/** Whether a folder, or an encoder of the Hub, lies in the browser's storage. */
async function findInStorage(model: string): Promise<{ hub: KeptEncoder | undefined; folder: boolean }> {
  if (typeof caches === 'undefined') return { hub: undefined, folder: false };
  const cache = browserCache();
  return { hub: findKept(await listKept(cache), model), folder: (await listFolders(cache)).includes(model) };
}

/**
 * Uses a cached encoder; a file of the Hub that turns out damaged is fetched again.
 * @returns whether it is all there
 */
export async function takeKept(model: string): Promise<boolean> {
  // A dialog that is opened while a run's encoder is on its way stays open.
  const closes = getState().opened;
  const { hub, folder } = await findInStorage(model);
  if (hub) {
    // Fetched from the address it came from: the token is meant for the address in the dialog alone.
    const token = hub.hubUrl === getState().hubUrl ? getState().token : '';
    return bringAndLoad(hubName(hub), fromHub(hub, { hubUrl: hub.hubUrl, token }), closes);
  }
  return folder && bringAndLoad(model, (signal) => openFolderFiles(model, listening(signal)), closes);
}

/** Forgets which encoder is loaded: another worker is there. */
export function forgetEncoder(): void {
  wanted = null;
  pageStore.setState({ encoder: null, encoderProgress: null });
}

/** Loads the encoder that a run names; where it is not here, a person is asked first. */
export async function requireEncoder(model: string): Promise<void> {
  const { encoder } = pageStore.getState();
  if (model === wanted && (getState().work?.name === model || encoder?.name === model)) return;
  wanted = model;
  pageStore.setState({ missingEncoder: null });
  if (encoder?.name === model && getState().work === null) return;
  if (isBuiltInEncoder(model)) return takeBuiltIn(model);
  const files = visit.get(model);
  if (files) return load(model, files);
  if (!(await takeKept(model)) && wanted === model) pageStore.setState({ missingEncoder: model });
}

const chosenNote = 'encoder';

/** Saves which encoder was chosen last, for the next visit. */
export const rememberChosen = (model: string): Promise<boolean> => put('notes', chosenNote, model);

/** The encoder of the last visit, if it is cached; else null. */
export async function readChosen(): Promise<string | null> {
  const model = await readNote(chosenNote, z.string().max(200));
  if (model === undefined) return null;
  const { hub, folder } = await findInStorage(model);
  return hub || folder ? model : null;
}
