import { type Gpu, openGpu } from '../../src/gpu/device.ts';

/**
 * One device for all test files of a page, never released: kernels are compiled once a device, which on a processor
 * takes longer than the tests themselves. A test that ends or loses a device opens one of its own.
 */
let shared: Promise<Gpu> | undefined;
export function sharedGpu(): Promise<Gpu> {
  shared ??= openGpu();
  return shared;
}
