import type { Tokenizer } from '../data/tokenizer.ts';
import { type Device, type EngineChoice, openDevice } from '../engines/device.ts';
import { download } from '../files/download.ts';
import { type EncoderFiles, readEncoderFiles } from '../files/encoder-files.ts';
import type { FolderFile } from '../hub/kept.ts';
import { PersonError, wordsOf } from '../model/said.ts';
import type { LoadedEncoder, NamedTensors } from '../training/engine.ts';
import { urlOf } from './address.ts';
import { Shelf } from './shelf.ts';
import { tell } from './tell.ts';
import { dropSession, halt } from './training-loop.ts';

/** Where training takes place: the engine's device, the encoder on it, and the shelf of trained adapters beside it. */

/** Larger encoders are not kept a second time. */
const mostInspectedBytes = 200e6;

/** What trains now, why, and what `auto` means here. */
let device: Device | null = null;
let why: Device['reason'] | null = null;
let automatic: Pick<Device, 'engine' | 'reason'> | null = null;

/** Where an encoder is read from, again where it moves to another engine. */
interface EncoderSource {
  name: string;
  /** Its folder; null: one of the built-in ones. */
  files: FolderFile[] | null;
}

export interface OpenEncoder extends EncoderSource {
  /** Null without a device: the page still shows shapes and counts. */
  loaded: LoadedEncoder | null;
  tokenizer: Tokenizer;
  /** Kept to look inside; null where the encoder is too large to keep twice. */
  weights: NamedTensors | null;
}

let encoder: OpenEncoder | null = null;
/** Null without a device. */
let shelf: Shelf | null = null;

export const openedEncoder = (): OpenEncoder | null => encoder;
export const openedShelf = (): Shelf | null => shelf;

/** The encoder, on its device. @throws where one of them is missing */
export function neededEncoder(): OpenEncoder & { loaded: LoadedEncoder } {
  if (!encoder?.loaded) throw new PersonError('No encoder is loaded.');
  return { ...encoder, loaded: encoder.loaded };
}

/** Opens an engine's device and tells of it. Whatever was open before is left to the caller. */
async function openEngine(choice: EngineChoice): Promise<Device> {
  const onProgress = (received: number, total: number | null) => tell({ type: 'engine-progress', received, total });
  const opened = await openDevice(choice, { onProgress });
  opened.lost.then((reason) => {
    if (opened !== device) return;
    halt();
    tell({ type: 'device', available: false, reason });
  });
  return opened;
}

function take(opened: Device, reason = opened.reason): void {
  device = opened;
  why = reason;
  const { engine, name, threads, software, refused, limits } = opened;
  tell({ type: 'device', available: true, engine, why: reason, name, threads, software, refused, limits });
}

export async function open(): Promise<void> {
  try {
    take(await openEngine('auto'));
    automatic = device;
  } catch (error) {
    tell({ type: 'device', available: false, reason: wordsOf(error) });
  }
}

/** Moves the encoder and the adapters held beside it to the engine that a run asks for, if they are not there already. */
export async function moveToEngine(choice: EngineChoice): Promise<void> {
  if (device && device.engine === (choice === 'auto' ? automatic?.engine : choice)) {
    const reason = choice === 'auto' ? automatic?.reason : 'asked-for';
    if (reason !== why) take(device, reason);
    return;
  }
  const opened = await openEngine(choice);
  const loaded = encoder && (await loadOn(opened, encoder));
  await dropSession();
  const before = { shelf, encoder, device };
  if (encoder && loaded) {
    shelf = new Shelf(loaded, encoder.tokenizer, before.shelf);
    encoder = { ...encoder, loaded };
  }
  before.shelf?.destroy();
  before.encoder?.loaded?.destroy();
  before.device?.destroy();
  take(opened);
}

/** An encoder on a device just opened, which is closed again where the encoder cannot be had. */
async function loadOn(opened: Device, source: EncoderSource): Promise<LoadedEncoder> {
  try {
    return await opened.loadEncoder(await readFiles(source));
  } catch (error) {
    opened.destroy();
    throw error;
  }
}

/** @throws EncoderConfigError, SafetensorsError, TokenizerError, DownloadError saying why it cannot be used */
export const readFiles = ({ name, files }: EncoderSource): Promise<EncoderFiles> =>
  readEncoderFiles(async (path) => {
    if (files) {
      const blob = files.find((file) => file.path === path)?.blob;
      return blob ? new Uint8Array(await blob.arrayBuffer()) : null;
    }
    return download(urlOf(`models/${name}/${path}`), {
      onProgress: (received, total) => {
        if (path.endsWith('.safetensors')) tell({ type: 'encoder-progress', received, total });
      },
    });
  });

/** Opens an encoder in place of the one before, which stays where this one cannot be used. */
export async function openEncoder(source: EncoderSource, files: EncoderFiles): Promise<void> {
  const loaded = device && (await device.loadEncoder(files));
  await dropSession();
  shelf?.destroy();
  encoder?.loaded?.destroy();
  const bytes = [...files.weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const weights = bytes <= mostInspectedBytes ? files.weights : null;
  encoder = { ...source, loaded, tokenizer: files.tokenizer, weights };
  shelf = loaded && new Shelf(loaded, files.tokenizer);
  tell({ type: 'encoder-ready', name: source.name, config: files.config, poolerCount: files.poolerCount });
}
