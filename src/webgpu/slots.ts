import scalar from '../../shaders/slots-scalar.wgsl?raw';
import second from '../../shaders/slots-second.wgsl?raw';
import secondHalf from '../../shaders/slots-second-half.wgsl?raw';
import vector from '../../shaders/slots-vector.wgsl?raw';

/** Whether slots with these widths and offsets are read four elements at a time. */
export const inFours = (...widths: number[]): boolean => widths.every((width) => width % 4 === 0);

/** The slots of a kernel (shaders/slots-*.wgsl): four elements at a time where every width and offset allows it. */
export const slots = (...widths: number[]): string => (inFours(...widths) ? second + vector : scalar);

/** Slots whose input 2 is stored in 16 bits; every width and offset must be a multiple of 4. */
export const slotsWithHalf = (): string => secondHalf + vector;
