import type { NamedTensors } from '../engine/contract.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { familyFacts, familyName, ownName } from '../model/encoder-family.ts';

/** Tensors of an encoder as PyTorch's model of its family has them, and back. */

type Tensor = { shape: number[]; data: Float32Array };

const positionTable = 'bert.embeddings.position_embeddings.weight';

/** RoBERTa's table has rows in front that no token uses; they are zeros here. (P, H) -> (P + unused, H) */
function withUnused({ shape: [rows = 0, hidden = 0], data }: Tensor, unused: number): Tensor {
  const longer = new Float32Array((rows + unused) * hidden);
  longer.set(data, unused * hidden);
  return { shape: [rows + unused, hidden], data: longer };
}

/** This project's tensors under the names, and in the shapes, of the family's own model in PyTorch. */
export function pythonTensors(tensors: NamedTensors, { family }: EncoderConfig): NamedTensors {
  const { unusedPositions } = familyFacts[family];
  return new Map(
    [...tensors].map(([name, tensor]) => [
      familyName(family, name),
      name === positionTable && unusedPositions > 0 ? withUnused(tensor, unusedPositions) : tensor,
    ]),
  );
}

/**
 * Undoes `pythonTensors`. Folders from before families were distinguished have BertModel's names for every encoder,
 * which stay as they are. A tensor of another family keeps its name.
 */
export function projectTensors(tensors: NamedTensors, { family, positions, hidden }: EncoderConfig): NamedTensors {
  const { unusedPositions } = familyFacts[family];
  return new Map(
    [...tensors].map(([name, tensor]) => {
      const own = name.startsWith('bert.') || name.startsWith('heads.') ? null : ownName(family, name);
      const ours = own === null ? name : `bert.${own}`;
      const longer = ours === positionTable && tensor.shape[0] === positions + unusedPositions;
      if (!longer || unusedPositions === 0) return [ours, tensor];
      return [ours, { shape: [positions, hidden], data: tensor.data.subarray(unusedPositions * hidden) }];
    }),
  );
}
