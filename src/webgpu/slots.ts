import scalar from '../../shaders/slots-scalar.wgsl?raw';
import vector from '../../shaders/slots-vector.wgsl?raw';

/** The slots of a kernel (shaders/slots-*.wgsl): four elements at a time where every width and offset allows it. */
export const slots = (...widths: number[]): string => (widths.every((width) => width % 4 === 0) ? vector : scalar);
