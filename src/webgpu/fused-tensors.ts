import { elementCount, type Parameter } from '../model/parameters.ts';
import { fusedName } from '../model/tensor-names.ts';

/** One tensor as the kernels see it: query, key and value are joined as `…attention.self.qkv.…`. */
export interface Block {
  name: string;
  count: number;
  /** The named parameters in it, one after the other. */
  parts: Parameter[];
}

/** Groups parameters into blocks, in order of first appearance. */
export function blocksOf(parameters: readonly Parameter[]): Block[] {
  const blocks = new Map<string, Block>();
  for (const parameter of parameters) {
    const name = fusedName(parameter.name);
    const block = blocks.get(name) ?? { name, count: 0, parts: [] };
    block.parts.push(parameter);
    block.count += elementCount(parameter.shape);
    blocks.set(name, block);
  }
  return [...blocks.values()];
}
