/** Compute pipelines from WGSL, each made once per device. */

/** How a kernel uses a binding. Layouts are derived from this one table, so that they cannot disagree with it. */
export type Access = 'uniform' | 'read' | 'write';

const bindingTypes: Record<Access, GPUBufferBindingType> = {
  uniform: 'uniform',
  read: 'read-only-storage',
  write: 'storage',
};

/** A binding's number, and how it is used. */
export type Binding = readonly [number, Access];

/** A kernel's source, entry point, bindings and values of its overrides. */
export interface KernelSpec {
  source: string;
  entry: string;
  bindings: readonly Binding[];
  constants?: Record<string, number>;
}

export interface Kernel {
  layout: GPUBindGroupLayout;
  /** Set when `ready` resolves. */
  pipeline: GPUComputePipeline | null;
  ready: Promise<void>;
}

interface Cache {
  modules: Map<string, GPUShaderModule>;
  layouts: Map<string, GPUBindGroupLayout>;
  kernels: Map<string, Kernel>;
}

const caches = new WeakMap<GPUDevice, Cache>();

function cached<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** The kernel of a spec: compiled in the background at its first use, found in the cache after that. */
export function kernel(device: GPUDevice, { source, entry, bindings, constants = {} }: KernelSpec): Kernel {
  const cache = caches.get(device) ?? { modules: new Map(), layouts: new Map(), kernels: new Map() };
  caches.set(device, cache);
  const key = `${entry} ${bindings} ${JSON.stringify(constants)} ${source}`;
  return cached(cache.kernels, key, () => {
    const module = cached(cache.modules, source, () => device.createShaderModule({ label: entry, code: source }));
    const layout = cached(cache.layouts, bindings.join(), () =>
      device.createBindGroupLayout({
        entries: bindings.map(([binding, access]) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: bindingTypes[access] },
        })),
      }),
    );
    const made: Kernel = { layout, pipeline: null, ready: Promise.resolve() };
    made.ready = device
      .createComputePipelineAsync({
        label: entry,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: entry, constants },
      })
      .then((pipeline) => {
        made.pipeline = pipeline;
      });
    return made;
  });
}
