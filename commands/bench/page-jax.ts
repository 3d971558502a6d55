import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import type { Batch, NamedTensors } from '../../src/engine/contract.ts';
import type { EncoderConfig } from '../../src/model/encoder-config.ts';
import { adapterStem, headBias, headWeight } from '../../src/model/tensor-names.ts';
import { type Bench, batchOf, benchSchema, learningRate, type Spread, settingsOf, spread } from './page.ts';
import { adaptedLayers, compared, lossDifference, ourStart } from './page-start.ts';

/**
 * `npm run bench -- --peer jax`: the same training step written in jax-js, the fastest autodiff library in a browser, from the
 * same weights on the same rows, in the same run. Its losses must be ours.
 *
 * jax-js counts references: a function consumes its arguments, and `.ref` keeps one for later.
 */

export interface PeerResult extends Bench {
  losses: number[];
  /** Largest relative difference of the losses of the first steps from ours. */
  lossDifference: number;
  firstStepMs: number;
  stepMs: Spread;
}

type Tensors = Record<string, np.Array>;
type Get = (name: string) => np.Array;

/** y = x Wᵀ + b, W in PyTorch's layout (out, in) */
const linear = (get: Get, stem: string, x: np.Array) =>
  np.matmul(x, np.transpose(get(`${stem}.weight`))).add(get(`${stem}.bias`));

function layerNorm(get: Get, stem: string, x: np.Array, epsilon: number): np.Array {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(centred.ref.mul(centred.ref), -1, { keepdims: true });
  return centred
    .div(np.sqrt(variance.add(epsilon)))
    .mul(get(`${stem}.weight`))
    .add(get(`${stem}.bias`));
}

const gelu = (x: np.Array) => x.ref.mul(0.5).mul(lax.erf(x.mul(Math.SQRT1_2)).add(1));

function adapter(get: Get, stem: string, x: np.Array): np.Array {
  const down = gelu(linear(get, `${stem}.adapter_down.0`, x.ref));
  return x.add(linear(get, `${stem}.adapter_up`, down));
}

interface Inputs {
  [name: string]: np.Array;
  /** (B, T) */
  ids: np.Array;
  /** 1 at real tokens, else 0. (B, T) */
  mask: np.Array;
  /** (B, C) */
  targets: np.Array;
}

/** Mean cross entropy of a batch. `adapted`: layers with adapters. */
function lossOf(
  { layers, heads, hidden, layerNormEpsilon }: EncoderConfig,
  { examples: B, length: T }: Batch,
  adapted: ReadonlySet<number>,
) {
  return (trained: Tensors, wideBiases: Tensors, frozen: Tensors, { ids, mask, targets }: Inputs): np.Array => {
    const get: Get = (name) => {
      // Trained tensors have the prefix of the task model.
      const tensor = trained[name] ?? trained[`bert.${name}`] ?? wideBiases[name] ?? frozen[name];
      if (!tensor) throw new Error(`${name} is missing.`);
      return tensor.ref;
    };
    const site = (stem: string, layer: number, x: np.Array) => (adapted.has(layer) ? adapter(get, stem, x) : x);
    const split = (x: np.Array) => np.reshape(x, [B, T, heads, hidden / heads]);
    const words = np.take(get('embeddings.word_embeddings.weight'), ids, 0);
    const places = get('embeddings.position_embeddings.weight').slice([0, T]);
    const type = get('embeddings.token_type_embeddings.weight').slice([0, 1]);
    let h = layerNorm(get, 'embeddings.LayerNorm', words.add(places).add(type), layerNormEpsilon);
    const bias = np.reshape(mask.ref.sub(1).mul(1e9), [B, 1, 1, T]);
    for (let layer = 0; layer < layers; layer++) {
      const stem = `encoder.layer.${layer}`;
      const [query, key, value] = ['query', 'key', 'value'].map((part) =>
        split(linear(get, `${stem}.attention.self.${part}`, h.ref)),
      ) as [np.Array, np.Array, np.Array];
      const context = np.reshape(nn.dotProductAttention(query, key, value, { bias: bias.ref }), [B, T, hidden]);
      const attended = site(
        adapterStem({ layer, site: 'attention' }),
        layer,
        linear(get, `${stem}.attention.output.dense`, context),
      );
      h = layerNorm(get, `${stem}.attention.output.LayerNorm`, attended.add(h), layerNormEpsilon);
      const wide = gelu(linear(get, `${stem}.intermediate.dense`, h.ref));
      const narrow = site(adapterStem({ layer, site: 'ffn' }), layer, linear(get, `${stem}.output.dense`, wide));
      h = layerNorm(get, `${stem}.output.LayerNorm`, narrow.add(h), layerNormEpsilon);
    }
    bias.dispose();
    const real = np.reshape(mask, [B, T, 1]);
    const pooled = np.sum(h.mul(real.ref), 1).div(np.sum(real, 1));
    const logits = np.matmul(pooled, np.transpose(get(headWeight))).add(get(headBias));
    return np.sum(nn.logSoftmax(logits, -1).mul(targets)).mul(-1 / B);
  };
}

interface State {
  [name: string]: Tensors | np.Array;
  trained: Tensors;
  first: Tensors;
  second: Tensors;
  updates: np.Array;
}

const mapped = (tensors: Tensors, map: (name: string, tensor: np.Array) => np.Array): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(name, tensor)]));

/** AdamW with a clipped global norm, as in our engines. */
function stepOf(loss: ReturnType<typeof lossOf>, { beta1, beta2, epsilon, weightDecay, clip }: AdamW) {
  const differentiate = valueAndGrad(loss, { argnums: [0, 1] });
  return jit((state: State, wideBiases: Tensors, frozen: Tensors, inputs: Inputs) => {
    const [value, [raw, unused]] = differentiate(tree.ref(state.trained), wideBiases, frozen, inputs) as [
      np.Array,
      [Tensors, Tensors],
    ];
    const squares = Object.values(raw).map((gradient) => np.sum(gradient.ref.mul(gradient.ref)));
    const norm = np.sqrt(squares.reduce((sum, square) => sum.add(square)));
    const scale = np.minimum(np.array(1), np.array(clip ?? Number.MAX_VALUE).div(norm.add(1e-6)));
    const updates = state.updates.add(1);
    const gradients = mapped(raw, (_, gradient) => gradient.mul(scale.ref));
    scale.dispose();
    const first = mapped(state.first, (name, moment) => moment.mul(beta1).add(at(gradients, name).ref.mul(1 - beta1)));
    const second = mapped(state.second, (name, moment) => {
      const gradient = at(gradients, name);
      return moment.mul(beta2).add(gradient.ref.mul(gradient).mul(1 - beta2));
    });
    const correction1 = np
      .exp(updates.ref.mul(Math.log(beta1)))
      .mul(-1)
      .add(1);
    const correction2 = np
      .exp(updates.ref.mul(Math.log(beta2)))
      .mul(-1)
      .add(1);
    const trained = mapped(state.trained, (name, tensor) => {
      const decayed = tensor.ndim > 1 ? tensor.mul(1 - learningRate * weightDecay) : tensor;
      const denominator = np.sqrt(at(second, name).ref.div(correction2.ref)).add(epsilon);
      return decayed.sub(at(first, name).ref.div(correction1.ref).mul(learningRate).div(denominator));
    });
    correction1.dispose();
    correction2.dispose();
    return { state: { trained, first, second, updates }, loss: value, unused };
  });
}

type AdamW = ReturnType<typeof settingsOf>['optimizer'];

function at(tensors: Tensors, name: string): np.Array {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`${name} is missing.`);
  return tensor;
}

const toArrays = (tensors: NamedTensors): Tensors =>
  Object.fromEntries(
    [...tensors].map(([name, { shape, data }]) => [name, np.array(new Float32Array(data), { shape })]),
  );

function inputsOf({ examples, length, ids, lengths, labels }: Batch, classes: number): Inputs {
  const mask = Float32Array.from(ids, (_, i) => (i % length < (lengths[Math.floor(i / length)] ?? 0) ? 1 : 0));
  const targets = new Float32Array(examples * classes);
  labels.forEach((label, example) => {
    targets[example * classes + label] = 1;
  });
  return {
    ids: np.array(Int32Array.from(ids), { shape: [examples, length], dtype: np.int32 }),
    mask: np.array(mask, { shape: [examples, length] }),
    targets: np.array(targets, { shape: [examples, classes] }),
  };
}

/**
 * Frozen biases of the wide layers that a gradient passes on its way down. jax-js 0.1.25 computes GELU's backward anew
 * for every column of the product that follows it (7 times a step's time on WebAssembly), unless something else needs
 * it whole: the gradient of this bias does. It is computed, returned from the step, so that it counts as needed, and
 * thrown away.
 */
function frozenWideBiases(options: Bench): string[] {
  const lowest = Math.min(...adaptedLayers(options));
  const layers = Array.from({ length: options.layers }, (_, layer) => layer);
  return layers.filter((layer) => layer >= lowest).map((layer) => `encoder.layer.${layer}.intermediate.dense.bias`);
}

/** Measures one shape. */
export async function bench(json: { engine: 'webgpu' | 'wasm' } & Bench): Promise<PeerResult> {
  const options = benchSchema.parse(json);
  const { config, weights, trained: start, losses: ours } = await ourStart(options, json.engine);
  await init(json.engine);
  defaultDevice(json.engine);
  const batch = batchOf(options);
  const settings = settingsOf(options);
  const trained = toArrays(start);
  const wide = new Set(frozenWideBiases(options));
  const rest = [...weights].filter(([name]) => !start.has(`bert.${name}`));
  const frozen = toArrays(new Map(rest.filter(([name]) => !wide.has(name))));
  const wideBiases = toArrays(new Map(rest.filter(([name]) => wide.has(name))));
  const zeros = () => mapped(trained, (_, tensor) => np.zeros(tensor.shape));
  let state: State = { trained, first: zeros(), second: zeros(), updates: np.array(0) };
  const step = stepOf(lossOf(config, batch, new Set(adaptedLayers(options))), settings.optimizer);
  const inputs = inputsOf(batch, settings.classes);
  const one = async () => {
    const next = step(state, tree.ref(wideBiases), tree.ref(frozen), tree.ref(inputs));
    state = next.state;
    tree.dispose(next.unused);
    await blockUntilReady(state);
    return Number(await next.loss.jsAsync());
  };
  const times: number[] = [];
  const losses: number[] = [];
  for (let i = 0; i < Math.max(compared, 1 + options.warmup) + options.steps; i++) {
    const started = performance.now();
    losses.push(await one());
    times.push(performance.now() - started);
  }
  return {
    ...options,
    losses: losses.slice(0, compared),
    lossDifference: lossDifference(ours, losses),
    firstStepMs: times[0] ?? 0,
    stepMs: spread(times.slice(-options.steps)),
  };
}
