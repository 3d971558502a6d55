import { type ErrorCode, msg, UserError } from '../base/message.ts';

/** The only file that uses navigator.gpu. */

/** A WebGPU device with the facts that the engine needs. */
export interface Gpu {
  device: GPUDevice;
  /** Vendor and architecture, as far as the browser reports them. */
  name: string;
  /** The vendor; empty where the browser does not report it. */
  vendor: string;
  /** Everything that the browser reports of the device and its driver, to recognise it by. */
  identity: string;
  /** True for a CPU rasteriser such as SwiftShader: right numbers, little speed. */
  software: boolean;
  /** Resolves when the device is gone, with the reason. */
  lost: Promise<string>;
  /** Why it is not to be trusted any more; null: it is there, and has reported no error so far. */
  failure(): DeviceFailure | null;
  /**
   * What a reading of the device gives.
   * @throws DeviceFailure if the device is gone or has ever reported an error: what is read is not to be trusted
   */
  trusted<T>(reading: Promise<T>): Promise<T>;
  destroy(): void;
}

/** There is no usable GPU, or it has failed. The message says which part is missing. */
export class GpuError extends UserError {
  override name = 'GpuError';
  override readonly code: ErrorCode = 'no-gpu';
}

/** The device is gone, out of memory, or has reported an error. A new one has to be opened. */
export class DeviceFailure extends GpuError {
  override name = 'DeviceFailure';
  override readonly code: ErrorCode;

  constructor(words: UserError['words'], code: ErrorCode = 'device-failed') {
    super(words);
    this.code = code;
  }
}

/** A device's own error, in words. */
const failureOf = (error: GPUError): DeviceFailure =>
  typeof GPUOutOfMemoryError !== 'undefined' && error instanceof GPUOutOfMemoryError
    ? new DeviceFailure('The graphics card has not enough memory for this run.', 'out-of-memory')
    : new DeviceFailure(msg`The GPU reported an error: ${error.message}`);

const lossOf = (reason: string) => new DeviceFailure(msg`The graphics card was lost: ${reason}`);

/** Limits worth having in full; every kernel also runs within WebGPU's defaults. */
const wantedLimits = ['maxBufferSize', 'maxStorageBufferBindingSize'] as const;
/** For the bench; training does without. */
const wantedFeatures: readonly GPUFeatureName[] = ['timestamp-query'];

/**
 * Opens the best WebGPU device there is.
 * @throws GpuError if the browser has no WebGPU, no adapter, or refuses a device
 */
export async function openGpu(): Promise<Gpu> {
  if (typeof navigator === 'undefined' || !navigator.gpu)
    throw new GpuError('This browser has no WebGPU. Chrome or Edge 113+, Safari 26+ and Firefox 141+ have it.');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    throw new GpuError(
      'WebGPU is there, but it found no GPU: hardware acceleration may be off, or the driver blocked.',
    );
  const requiredLimits = Object.fromEntries(wantedLimits.map((limit) => [limit, adapter.limits[limit]]));
  const requiredFeatures = wantedFeatures.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ requiredLimits, requiredFeatures }).catch((error: unknown) => {
    throw new GpuError(msg`The GPU refused a device: ${error instanceof Error ? error.message : String(error)}`);
  });
  // Never cleared: whoever asks first must not hide it from who asks next.
  let failure: DeviceFailure | undefined;
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??= failureOf(error);
  });
  const lost = device.lost.then(({ reason, message }) => message || reason);
  void lost.then((reason) => {
    failure ??= lossOf(reason);
  });
  const { vendor, architecture, description, device: model } = adapter.info;
  const name = description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed GPU';
  const software = /swiftshader|llvmpipe|software|basic render/i.test(`${vendor} ${architecture} ${description}`);
  return {
    device,
    name,
    vendor,
    identity: [vendor, architecture, model, description].join(' '),
    software,
    lost,
    failure: () => failure ?? null,
    trusted: async (reading) => {
      const value = await reading.catch((error: unknown) => {
        throw failure ?? lossOf(error instanceof Error ? error.message : String(error));
      });
      if (failure) throw failure;
      return value;
    },
    destroy: () => device.destroy(),
  };
}
