import { download } from '../base/download.ts';
import { PersonError, wordsOf } from '../base/message.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import { Bases } from '../device/bases.ts';
import { type Device, type EngineChoice, openDevice } from '../device/open.ts';
import type { LoadedEncoder, NamedTensors } from '../engine/contract.ts';
import { type EncoderFiles, readEncoderFiles } from '../files/encoder-files.ts';
import type { FolderFile } from '../hub/kept.ts';
import { type FrozenBits, roundFrozen } from '../model/frozen-bits.ts';
import type { Run } from '../training/run.ts';
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
  /** As the run's frozen weights are stored; null without a device: the page still shows shapes and counts. */
  loaded: LoadedEncoder | null;
  /** Also in other bits, for adapters that were trained so; null without a device. */
  bases: Bases | null;
  frozenBits: FrozenBits;
  tokenizer: Tokenizer;
  /** In these bits, kept to look inside; null where the encoder is too large to keep twice. */
  weights: NamedTensors | null;
}

/** An encoder that is on a device. */
export type PlacedEncoder = OpenEncoder & { loaded: LoadedEncoder; bases: Bases };

let encoder: OpenEncoder | null = null;
/** Null without a device. */
let shelf: Shelf | null = null;

export const openedEncoder = (): OpenEncoder | null => encoder;
export const openedShelf = (): Shelf | null => shelf;

/** The encoder, on its device. @throws where one of them is missing */
export function neededEncoder(): PlacedEncoder {
  const { loaded, bases } = encoder ?? {};
  if (!encoder || !loaded || !bases) throw new PersonError('No encoder is loaded.');
  return { ...encoder, loaded, bases };
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

/**
 * Moves the encoder and the adapters held beside it to the engine that a run asks for, its weights in the bits that the run
 * asks for, if they are not there already.
 */
export async function moveTo({ engine: choice, frozenBits }: Pick<Run, 'engine' | 'frozenBits'>): Promise<void> {
  const here = device?.engine === (choice === 'auto' ? automatic?.engine : choice) ? device : null;
  if (here) {
    const reason = choice === 'auto' ? automatic?.reason : 'asked-for';
    if (reason !== why) take(here, reason);
    if (!encoder || encoder.frozenBits === frozenBits) return;
  }
  const target = here ?? (await openEngine(choice));
  let moved: PlacedEncoder | null;
  try {
    moved = encoder && (await placeOn(target, encoder, roundFrozen(await readFiles(encoder), frozenBits)));
  } catch (error) {
    if (!here) target.destroy();
    throw error;
  }
  await dropSession();
  const before = { shelf, encoder, device };
  if (moved) {
    shelf = new Shelf(moved, before.shelf);
    encoder = moved;
  }
  before.shelf?.destroy();
  before.encoder?.bases?.destroy();
  if (here) return;
  before.device?.destroy();
  take(target);
}

/** Puts an encoder on a device. */
async function placeOn(target: Device, source: EncoderSource, files: EncoderFiles): Promise<PlacedEncoder> {
  const bases = new Bases(target, () => readFiles(source));
  return { ...beside(source, files), loaded: await bases.load(files), bases };
}

/** What is kept of an encoder beside what lies on a device. */
function beside({ name, files: folder }: EncoderSource, { weights, tokenizer, frozenBits = 32 }: EncoderFiles) {
  const bytes = [...weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  return { name, files: folder, tokenizer, frozenBits, weights: bytes <= mostInspectedBytes ? weights : null };
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
export async function openEncoder(source: EncoderSource, read: EncoderFiles, frozenBits: FrozenBits): Promise<void> {
  const files = roundFrozen(read, frozenBits);
  const placed = device && (await placeOn(device, source, files));
  await dropSession();
  shelf?.destroy();
  encoder?.bases?.destroy();
  encoder = placed ?? { ...beside(source, files), loaded: null, bases: null };
  shelf = placed && new Shelf(placed);
  tell({ type: 'encoder-ready', name: source.name, config: files.config, poolerCount: files.poolerCount });
}
