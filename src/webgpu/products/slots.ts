import in2F16 from '../../../shaders/slots-in2-f16.wgsl?raw';
import in2F32 from '../../../shaders/slots-in2-f32.wgsl?raw';
import in2Int8 from '../../../shaders/slots-in2-int8.wgsl?raw';
import in2Scalar from '../../../shaders/slots-in2-scalar.wgsl?raw';
import scalar from '../../../shaders/slots-scalar.wgsl?raw';
import vector from '../../../shaders/slots-vector.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';

/** Whether slots with these widths and offsets are read four elements at a time. */
const inFours = (...widths: number[]): boolean => widths.every((width) => width % 4 === 0);

/** The slots of a kernel (shaders/slots-*.wgsl): four elements at a time where every width and offset allows it. */
export const slots = (...widths: number[]): string => (inFours(...widths) ? in2F32 + vector : in2Scalar + scalar);

/** A part of a kernel's source, with the constants that it adds. */
interface Joined {
  source: string;
  constants: Record<string, number>;
}

/** Input 2 of a kernel where it is a matrix or table with rows of this width, in 32 bits or fewer. */
export function secondSlot({ packed }: Pick<Slice, 'packed'>, width: number): Joined {
  if (!packed) return { source: inFours(width) ? in2F32 : in2Scalar, constants: {} };
  if (packed.bits === 16) return { source: in2F16, constants: {} };
  return { source: in2Int8, constants: { SECOND_ROWS: packed.rows, SECOND_WIDTH: packed.width } };
}

/** The slots of a kernel with these widths and offsets, whose input 2 may be a frozen matrix in fewer bits. */
export function slotsWith(matrix: Slice | undefined, ...widths: number[]): Joined {
  if (!matrix?.packed) return { source: slots(...widths), constants: {} };
  const { source, constants } = secondSlot(matrix, matrix.packed.width);
  // In fewer bits are only matrices whose rows and widths are multiples of 4; see model/frozen-bits.ts.
  return { source: source + vector, constants };
}
