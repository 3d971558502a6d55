import { type MessageParts, msg, UserError } from '../../base/message.ts';
/**
 * Reads the pickles of `torch.save` that hold nothing but named tensors. A pickle is a program; this machine knows the
 * instructions and the names in the lists below and refuses every other, so nothing in a file is ever called.
 */

/** A pickle that is not a plain dictionary of tensors. The message names the instruction or the name that is refused. */
export class PickleError extends UserError {
  override name = 'PickleError';
}

/** Element types by the storages of PyTorch. */
export const storageTypes = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
} as const;
export type StorageType = keyof typeof storageTypes;

/** The file of the archive that a persistent id stands for. */
export interface Storage {
  type: StorageType;
  key: string;
  elements: number;
}

/** A tensor as the pickle describes it; its bytes are in its storage's file. */
export class PickledTensor {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: number[];
  readonly stride: number[];
  constructor(storage: Storage, offset: number, shape: number[], stride: number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.stride = stride;
  }
}

/** A dictionary, plain or ordered. */
class Dictionary {
  readonly entries = new Map<string, unknown>();
}
class Tuple {
  readonly items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}
class Name {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
class PersistentStorage {
  readonly storage: Storage;
  constructor(storage: Storage) {
    this.storage = storage;
  }
}
const mark = Symbol('mark');

const orderedDict = 'collections OrderedDict';
const rebuildTensor = 'torch._utils _rebuild_tensor_v2';
const allowedNames = new Set([orderedDict, rebuildTensor, ...Object.keys(storageTypes).map((type) => `torch ${type}`)]);

const maxPickleBytes = 4 * 2 ** 20;
const maxAxes = 8;
const protocol = 2;

/** The state of the machine; each instruction below works on it. */
class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  readonly stack: unknown[] = [];
  readonly memo = new Map<number, unknown>();
  #at = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
  }

  fail(reason: MessageParts): never {
    throw new PickleError(
      msg`${this.#file}: ${reason} (byte ${this.#at}). Only plain tensors saved by PyTorch are read.`,
    );
  }

  #take(count: number): number {
    if (this.#at + count > this.#bytes.byteLength) this.fail(msg`it is cut off`);
    this.#at += count;
    return this.#at - count;
  }
  byte = () => this.#view.getUint8(this.#take(1));
  word = () => this.#view.getUint16(this.#take(2), true);
  signed = () => this.#view.getInt32(this.#take(4), true);
  unsigned = () => this.#view.getUint32(this.#take(4), true);

  text(length: number): string {
    const at = this.#take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.#bytes.subarray(at, at + length));
    } catch {
      return this.fail(msg`a text is not UTF-8`);
    }
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) this.fail(msg`it is cut off`);
    const text = this.text(end - this.#at);
    this.#take(1);
    return text;
  }

  /** A little-endian integer of so many bytes, two's complement. */
  long(length: number): number {
    if (length > 8) this.fail(msg`an integer of ${length} bytes`);
    let value = 0n;
    for (let i = 0; i < length; i++) value |= BigInt(this.byte()) << BigInt(8 * i);
    const number = Number(BigInt.asIntN(8 * length, value));
    return Number.isSafeInteger(number) ? number : this.fail(msg`an integer is too large`);
  }

  pop(): unknown {
    if (this.stack.length === 0) this.fail(msg`a value is missing`);
    const value = this.stack.pop();
    return value === mark ? this.fail(msg`a value is missing`) : value;
  }

  top(): unknown {
    const value = this.stack.at(-1);
    return value === undefined || value === mark ? this.fail(msg`a value is missing`) : value;
  }

  /** Everything above the uppermost mark. */
  marked(): unknown[] {
    const at = this.stack.lastIndexOf(mark);
    if (at < 0) this.fail(msg`a mark is missing`);
    const items = this.stack.splice(at + 1);
    this.stack.pop();
    return items;
  }

  remember(index: number): void {
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.memo.has(index)) this.fail(msg`value ${index} is recalled before it is remembered`);
    this.stack.push(this.memo.get(index));
  }

  tuple(items: readonly unknown[]): void {
    this.stack.push(new Tuple(items));
  }

  set(pairs: readonly unknown[]): void {
    const dictionary = this.top();
    if (!(dictionary instanceof Dictionary) || pairs.length % 2 !== 0)
      this.fail(msg`entries are set outside a dictionary`);
    for (let i = 0; i < pairs.length; i += 2) {
      const key = pairs[i];
      if (typeof key !== 'string') this.fail(msg`a key is not a text`);
      if (dictionary.entries.has(key)) this.fail(msg`${key} is set twice`);
      dictionary.entries.set(key, pairs[i + 1]);
    }
  }

  name(): void {
    const name = `${this.line()} ${this.line()}`;
    if (!allowedNames.has(name)) this.fail(msg`it asks for ${JSON.stringify(name.slice(0, 200))}, which is refused`);
    this.stack.push(new Name(name));
  }

  call(): void {
    const given = this.pop();
    const called = this.pop();
    if (!(called instanceof Name) || !(given instanceof Tuple)) this.fail(msg`something is called that cannot be`);
    if (called.name === orderedDict && given.items.length === 0) this.stack.push(new Dictionary());
    else if (called.name === rebuildTensor) this.stack.push(this.#tensor(given.items));
    else this.fail(msg`a call of ${called.name} is refused`);
  }

  /** A state, as `torch.nn.Module.state_dict` sets on its dictionary: ignored. */
  build(): void {
    const state = this.pop();
    if (!(this.top() instanceof Dictionary && state instanceof Dictionary))
      this.fail(msg`a state is set, which is refused`);
  }

  /** ('storage', type, key, device, elements) */
  persistent(): void {
    const id = this.pop();
    const [kind, type, key, , elements] = id instanceof Tuple ? id.items : [];
    const storageType = type instanceof Name ? type.name.replace(/^torch /, '') : '';
    if (kind !== 'storage' || !isStorageType(storageType)) this.fail(msg`a storage is of a kind that is refused`);
    if (typeof key !== 'string' || !/^\d{1,9}$/.test(key)) this.fail(msg`a storage has no number`);
    this.stack.push(new PersistentStorage({ type: storageType, key, elements: this.#count(elements) }));
  }

  #count(value: unknown): number {
    return typeof value === 'number' && value >= 0 ? value : this.fail(msg`a size is not a count`);
  }

  #axes(value: unknown): number[] {
    if (!(value instanceof Tuple) || value.items.length > maxAxes) this.fail(msg`a shape is not a short tuple`);
    return value.items.map((item) => this.#count(item));
  }

  #tensor([storage, offset, shape, stride]: readonly unknown[]): PickledTensor {
    if (!(storage instanceof PersistentStorage)) this.fail(msg`a tensor has no storage`);
    return new PickledTensor(storage.storage, this.#count(offset), this.#axes(shape), this.#axes(stride));
  }
}

const isStorageType = (name: string): name is StorageType => Object.hasOwn(storageTypes, name);

/** Every instruction of the machine, by its byte. All others are refused. */
const instructions: Record<number, (machine: Machine) => void> = {
  40: (m) => m.stack.push(mark), // MARK
  41: (m) => m.tuple([]), // EMPTY_TUPLE
  74: (m) => m.stack.push(m.signed()), // BININT
  75: (m) => m.stack.push(m.byte()), // BININT1
  77: (m) => m.stack.push(m.word()), // BININT2
  78: (m) => m.stack.push(null), // NONE
  81: (m) => m.persistent(), // BINPERSID
  82: (m) => m.call(), // REDUCE
  88: (m) => m.stack.push(m.text(m.unsigned())), // BINUNICODE
  98: (m) => m.build(), // BUILD
  99: (m) => m.name(), // GLOBAL
  104: (m) => m.recall(m.byte()), // BINGET
  106: (m) => m.recall(m.unsigned()), // LONG_BINGET
  113: (m) => m.remember(m.byte()), // BINPUT
  114: (m) => m.remember(m.unsigned()), // LONG_BINPUT
  115: (m) => {
    const value = m.pop(); // SETITEM
    m.set([m.pop(), value]);
  },
  116: (m) => m.tuple(m.marked()), // TUPLE
  117: (m) => m.set(m.marked()), // SETITEMS
  125: (m) => m.stack.push(new Dictionary()), // EMPTY_DICT
  133: (m) => m.tuple([m.pop()]), // TUPLE1
  134: (m) => m.tuple([m.pop(), m.pop()].reverse()), // TUPLE2
  135: (m) => m.tuple([m.pop(), m.pop(), m.pop()].reverse()), // TUPLE3
  136: (m) => m.stack.push(true), // NEWTRUE
  137: (m) => m.stack.push(false), // NEWFALSE
  138: (m) => m.stack.push(m.long(m.byte())), // LONG1
};
const protocolInstruction = 0x80;
const stop = 0x2e;

/**
 * Runs a pickle of protocol 2, as `torch.save` writes it.
 * @param file the file's name, for messages
 * @returns the tensors by name
 * @throws PickleError for whatever is not a dictionary of tensors
 */
export function unpickleTensors(bytes: Uint8Array, file: string): Map<string, PickledTensor> {
  if (bytes.byteLength > maxPickleBytes) throw new PickleError(msg`${file} is larger than ${maxPickleBytes} bytes.`);
  const machine: Machine = new Machine(bytes, file);
  if (machine.byte() !== protocolInstruction || machine.byte() !== protocol)
    machine.fail(msg`it is not a pickle of protocol ${protocol}`);
  for (let code = machine.byte(); code !== stop; code = machine.byte()) {
    const instruction = instructions[code];
    if (!instruction) machine.fail(msg`instruction 0x${code.toString(16)} is refused`);
    instruction(machine);
  }
  const result = machine.pop();
  if (!(result instanceof Dictionary) || machine.stack.length > 0) machine.fail(msg`it is not one dictionary`);
  for (const [key, value] of result.entries)
    if (!(value instanceof PickledTensor)) machine.fail(msg`${key} is not a tensor`);
  return result.entries as Map<string, PickledTensor>;
}
