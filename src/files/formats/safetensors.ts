import { z } from 'zod';
import { float16Values } from '../../base/float16.ts';
import { jsonFromBytes } from '../../base/json.ts';
import { msg, UserError } from '../../base/message.ts';
import { issuePath, issueWords, parseInput } from '../../base/zod-issues.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import { dequantise } from '../../model/int8.ts';
import { elementCount } from '../../model/parameters.ts';

/** The safetensors format: 8 bytes of header length, a JSON header, then the tensors' bytes. */

const bytesPerElement = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 } as const;
type DataType = keyof typeof bytesPerElement;

/** A tensor as the file stores it, not yet widened. */
export interface RawTensor {
  dtype: DataType;
  shape: number[];
  bytes: Uint8Array;
  /** Of a matrix of I8: what each row is multiplied by. */
  scales?: Float32Array;
}

/** A file that is not a sound safetensors file. The message names the file and the tensor. */
export class SafetensorsError extends UserError {
  override name = 'SafetensorsError';
}

const maxHeaderBytes = 100_000_000;
const whole = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const entrySchema = z.object({
  dtype: z.enum(Object.keys(bytesPerElement) as [DataType, ...DataType[]]),
  shape: z.array(whole).max(16),
  data_offsets: z.tuple([whole, whole]),
});

function readHeader(file: Uint8Array, name: string): { header: [string, unknown][]; dataStart: number } {
  if (file.byteLength < 8)
    throw new SafetensorsError(msg`${name}: ${file.byteLength} bytes are too few. Download it again.`);
  const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes) || length > BigInt(file.byteLength - 8))
    throw new SafetensorsError(
      msg`${name}: its header claims ${length} bytes, the file has ${file.byteLength}. It is cut off, or not a safetensors file.`,
    );
  const dataStart = 8 + Number(length);
  let parsed: unknown;
  try {
    parsed = jsonFromBytes(file.subarray(8, dataStart), { fatal: true });
  } catch {
    throw new SafetensorsError(msg`${name}: its header is not JSON. It is damaged, or not a safetensors file.`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new SafetensorsError(msg`${name}: its header is not a JSON object.`);
  return { header: Object.entries(parsed).filter(([key]) => key !== '__metadata__'), dataStart };
}

/**
 * Reads a safetensors file. Nothing in it is trusted: the header's length, every shape and every offset are checked.
 * @param name the file's name, for messages
 * @returns the tensors as views into `file`
 * @throws SafetensorsError
 */
export function readSafetensors(file: Uint8Array, name: string): Map<string, RawTensor> {
  const { header, dataStart } = readHeader(file, name);
  const dataBytes = file.byteLength - dataStart;
  const tensors = new Map<string, RawTensor>();
  const ranges: { key: string; begin: number; end: number }[] = [];
  for (const [key, value] of header) {
    const entry = parseInput(entrySchema, value);
    if (!entry.success)
      throw new SafetensorsError(
        msg`${name}: tensor ${key}: ${issuePath(entry.issues[0])}: ${issueWords(entry.issues[0])}`,
      );
    const { dtype, shape } = entry.data;
    const [begin, end] = entry.data.data_offsets;
    if (begin > end || end > dataBytes)
      throw new SafetensorsError(
        msg`${name}: tensor ${key} lies at bytes ${begin} to ${end} of ${dataBytes}. The file is cut off or damaged.`,
      );
    const needed = elementCount(shape) * bytesPerElement[dtype];
    if (needed !== end - begin)
      throw new SafetensorsError(
        msg`${name}: tensor ${key} (${shape.join(', ')}) of ${dtype} needs ${needed} bytes, the file has ${end - begin}.`,
      );
    ranges.push({ key, begin, end });
    tensors.set(key, { dtype, shape, bytes: file.subarray(dataStart + begin, dataStart + end) });
  }
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { key, begin, end } of ranges) {
    if (begin !== at)
      throw new SafetensorsError(msg`${name}: tensor ${key} begins at byte ${begin}, ${at} was expected.`);
    at = end;
  }
  if (at !== dataBytes) throw new SafetensorsError(msg`${name}: ${dataBytes - at} bytes belong to no tensor.`);
  return tensors;
}

/** Endings of the two tensors that a matrix in 8 bits is stored as: whole numbers, and a float32 for each row. */
const [numbersEnd, scalesEnd] = ['.int8', '.scales'];

/**
 * Makes one tensor, NAME, of every NAME.int8 (rows, width) and NAME.scales (rows), which stand for numbers x scale.
 * @throws SafetensorsError for one without the other, or of another type or shape
 */
export function joinInt8(tensors: ReadonlyMap<string, RawTensor>): Map<string, RawTensor> {
  const joined = new Map<string, RawTensor>();
  for (const [key, tensor] of tensors) {
    const name = key.slice(0, -numbersEnd.length);
    if (key.endsWith(scalesEnd) && tensors.has(`${key.slice(0, -scalesEnd.length)}${numbersEnd}`)) continue;
    if (!key.endsWith(numbersEnd)) {
      joined.set(key, tensor);
      continue;
    }
    const scales = tensors.get(`${name}${scalesEnd}`);
    const [rows] = tensor.shape;
    if (
      tensor.dtype !== 'I8' ||
      tensor.shape.length !== 2 ||
      scales?.dtype !== 'F32' ||
      scales.shape.join() !== `${rows}`
    )
      throw new SafetensorsError(
        msg`tensor ${name}: in 8 bits it must be a matrix ${`${name}${numbersEnd}`} of I8 and ${`${name}${scalesEnd}`} of F32, one for each row.`,
      );
    joined.set(name, { ...tensor, scales: toFloat32(scales, name) });
  }
  return joined;
}

/**
 * A tensor's elements as float32.
 * @throws SafetensorsError for integer tensors without scales
 */
export function toFloat32({ dtype, shape, bytes, scales }: RawTensor, name: string): Float32Array {
  const count = elementCount(shape);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (dtype === 'F32') return new Float32Array(new Uint8Array(bytes).buffer);
  if (dtype === 'F64') return Float32Array.from({ length: count }, (_, i) => view.getFloat64(8 * i, true));
  if (dtype === 'F16') {
    const halves = float16Values();
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) out[i] = halves[view.getUint16(2 * i, true)] ?? 0;
    return out;
  }
  if (scales) return dequantise({ numbers: new Int8Array(bytes.buffer, bytes.byteOffset, count), scales });
  if (dtype === 'BF16') {
    const words = new Uint32Array(count);
    for (let i = 0; i < count; i++) words[i] = view.getUint16(2 * i, true) << 16;
    return new Float32Array(words.buffer);
  }
  throw new SafetensorsError(msg`tensor ${name} is of type ${dtype}; weights must be F32, F16, BF16 or F64.`);
}

/** Reads every tensor of a file as float32. */
export function readFloat32Tensors(file: Uint8Array, name: string): NamedTensors {
  const raw = readSafetensors(file, name);
  return new Map([...raw].map(([key, tensor]) => [key, { shape: tensor.shape, data: toFloat32(tensor, key) }]));
}

/** Writes tensors as F32, in the order of the map. */
export function writeSafetensors(
  tensors: NamedTensors,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  let at = 0;
  const entries = [...tensors].map(([key, { shape, data }]) => {
    const begin = at;
    at += data.byteLength;
    return [key, { dtype: 'F32', shape, data_offsets: [begin, at] }] as const;
  });
  const json = JSON.stringify({ __metadata__: { format: 'pt', ...metadata }, ...Object.fromEntries(entries) });
  const header = new TextEncoder().encode(json);
  const padded = Math.ceil(header.length / 8) * 8;
  const file = new Uint8Array(8 + padded + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.fill(0x20, 8, 8 + padded);
  file.set(header, 8);
  let offset = 8 + padded;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}
