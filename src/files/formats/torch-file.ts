import { below, type FileSet, folderWith } from '../../base/file-set.ts';
import { type MessageParts, msg } from '../../base/message.ts';
import { unzip } from '../../base/zip.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import { elementCount } from '../../model/parameters.ts';
import { toFloat32 } from './safetensors.ts';
import { type PickledTensor, PickleError, storageTypes, unpickleTensors } from './unpickler.ts';

/** Files of `torch.save`, version 1.6 and later: an archive of one pickle and one file for each storage. */

const bytesOf = { F32: 4, F16: 2, BF16: 2, I64: 8 } as const;

/** The bytes of a tensor that is contiguous in its storage, row-major. */
function contiguous({ storage, offset, shape, stride }: PickledTensor, files: FileSet, what: MessageParts): Uint8Array {
  const bytes = files.get(`data/${storage.key}`);
  const width = bytesOf[storageTypes[storage.type]];
  if (!bytes) throw new PickleError(msg`${what}: storage ${storage.key} is missing from the archive.`);
  if (bytes.byteLength !== storage.elements * width)
    throw new PickleError(
      msg`${what}: storage ${storage.key} has ${bytes.byteLength} bytes, not ${storage.elements} elements.`,
    );
  const count = elementCount(shape);
  if (offset + count > storage.elements)
    throw new PickleError(
      msg`${what} (${shape.join(', ')}) reaches beyond its storage of ${storage.elements} elements.`,
    );
  const rowMajor = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  // The stride of an axis of length 1 is never used.
  if (stride.length !== shape.length || shape.some((n, axis) => n > 1 && stride[axis] !== rowMajor[axis]))
    throw new PickleError(msg`${what} is not row-major (strides ${stride.join(', ')}). Save it with .contiguous().`);
  return bytes.subarray(offset * width, (offset + count) * width);
}

/**
 * Reads a `.bin` of named tensors as float32.
 * @param name the file's name, for messages
 * @throws PickleError, FileSetError saying what is refused; nothing in the file is executed
 */
export function readTorchFile(file: Uint8Array, name: string): NamedTensors {
  const archive = unzip(file, name);
  const folder = folderWith(archive, ['data.pkl']);
  if (folder === null)
    throw new PickleError(msg`${name} holds no data.pkl: it was not written by torch.save of PyTorch 1.6 or later.`);
  const files = below(archive, folder);
  const order = files.get('byteorder');
  if (order && new TextDecoder().decode(order) !== 'little')
    throw new PickleError(msg`${name} was written on a big-endian machine. Save it as safetensors.`);
  const tensors = unpickleTensors(files.get('data.pkl') ?? new Uint8Array(), name);
  return new Map(
    [...tensors].map(([key, tensor]) => {
      const what = msg`${name}: tensor ${key}`;
      const raw = {
        dtype: storageTypes[tensor.storage.type],
        shape: tensor.shape,
        bytes: contiguous(tensor, files, what),
      };
      return [key, { shape: tensor.shape, data: toFloat32(raw, key) }];
    }),
  );
}
