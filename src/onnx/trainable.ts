import { drawInitial } from '../base/random.ts';
import { checkTensors } from '../engine/checks.ts';
import type { NamedTensors, OptimizerSettings } from '../engine/contract.ts';
import { decays, elementCount, type TrainableParameter } from '../model/parameters.ts';
import { baseName } from '../model/tensor-names.ts';
import type { Feeds } from './feeds.ts';
import type { Ort } from './runtime.ts';

/**
 * Parameters and AdamW's moments. onnxruntime-web copies every input into its heap and every output out of it, so
 * nothing can stay there between two runs. Trained tensors are therefore stored here, in the arrays behind the graph's
 * inputs: a step copies the parameters in and the gradients out, and the moments not at all.
 */
export class Trainable {
  readonly parameters: readonly TrainableParameter[];
  readonly values = new Map<string, Float32Array<ArrayBuffer>>();
  readonly firstMoments = new Map<string, Float32Array<ArrayBuffer>>();
  readonly secondMoments = new Map<string, Float32Array<ArrayBuffer>>();
  /** Gradients of the last step, before clipping. */
  readonly gradients = new Map<string, Float32Array>();
  /** The parameters as inputs of a graph. */
  readonly feeds: Feeds;

  constructor(ort: Ort, parameters: readonly TrainableParameter[], seed: number, base: NamedTensors) {
    this.parameters = parameters;
    const feeds: Feeds = {};
    for (const { name, shape, initial } of parameters) {
      const count = elementCount(shape);
      const start = initial.kind === 'base' ? base.get(baseName(name))?.data : drawInitial(initial, count, seed, name);
      const values = new Float32Array(start ?? []);
      this.values.set(name, values);
      this.firstMoments.set(name, new Float32Array(count));
      this.secondMoments.set(name, new Float32Array(count));
      this.gradients.set(name, new Float32Array(count));
      feeds[name] = new ort.Tensor('float32', values, shape);
    }
    this.feeds = feeds;
  }

  /** A copy of one of the maps above. */
  read(whole: ReadonlyMap<string, Float32Array>): NamedTensors {
    return new Map(
      this.parameters.map(({ name, shape }) => [name, { shape, data: new Float32Array(whole.get(name) ?? []) }]),
    );
  }

  /** @throws TensorError for a name that does not train here, or another shape; nothing is written then */
  write(whole: ReadonlyMap<string, Float32Array>, tensors: NamedTensors): void {
    checkTensors(this.parameters, tensors);
    for (const [name, { data }] of tensors) whole.get(name)?.set(data);
  }

  /** Stores a gradient from a run of the graph, or adds it to that of the step's earlier rows. */
  takeGradient(name: string, gradient: Float32Array, add: boolean): void {
    const before = add ? this.gradients.get(name) : undefined;
    if (before) for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] as number) + (before[i] as number);
    this.gradients.set(name, gradient);
  }

  /** Global L2 norm of the gradients. */
  gradientNorm(): number {
    let sum = 0;
    for (const gradient of this.gradients.values()) for (const g of gradient) sum += g * g;
    return Math.sqrt(sum);
  }

  /**
   * Clipping and AdamW (Loshchilov & Hutter 2019).
   *
   *   g ← g min(1, clip / (norm + 1e-6)),   p ← p (1 - lr weightDecay) for matrices
   *   m ← β1 m + (1 - β1) g,   v ← β2 v + (1 - β2) g²
   *   p ← p - lr / (1 - β1ᵗ) m / (√v / √(1 - β2ᵗ) + ε)
   * @param update t, from 1
   */
  update(
    settings: OptimizerSettings,
    { norm, learningRate, update }: { norm: number; learningRate: number; update: number },
  ): void {
    const { beta1, beta2, epsilon, weightDecay, clip } = settings;
    const scale = clip === null ? 1 : Math.min(1, clip / (norm + 1e-6));
    const rate = learningRate / (1 - beta1 ** update);
    const correction = Math.sqrt(1 - beta2 ** update);
    for (const parameter of this.parameters) {
      const { name } = parameter;
      const [p, d] = [this.values.get(name), this.gradients.get(name)];
      const [m, v] = [this.firstMoments.get(name), this.secondMoments.get(name)];
      if (!p || !d || !m || !v) continue;
      const kept = decays(parameter) ? 1 - learningRate * weightDecay : 1;
      for (let i = 0; i < p.length; i++) {
        const g = scale * (d[i] as number);
        const first = beta1 * (m[i] as number) + (1 - beta1) * g;
        const second = beta2 * (v[i] as number) + (1 - beta2) * g * g;
        m[i] = first;
        v[i] = second;
        p[i] = kept * (p[i] as number) - (rate * first) / (Math.sqrt(second) / correction + epsilon);
      }
    }
  }

  /** Elements of one of the maps. */
  get count(): number {
    return this.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  }
}
