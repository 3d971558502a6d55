// Stands in for the training worker in scripts/bench-page.ts: no engine takes the processor from the page that is measured.
// It answers like the worker and reports as often; HISTORY, REPORTS and STEPS are put before this text.
const encoder = {
  type: 'encoder-ready',
  name: 'encoder-small',
  poolerCount: 0,
  config: {
    layers: 4,
    hidden: 256,
    heads: 4,
    intermediate: 1024,
    vocabulary: 8192,
    positions: 128,
    tokenTypes: 2,
    layerNormEpsilon: 1e-12,
  },
};
const labels = ['history', 'music', 'television', 'geography'];
const memory = { frozen: 21e6, trainable: 6e5, optimizer: 6e5, activations: 2e7, scratch: 1e6, cache: 0 };
const stepsPerEpoch = 1000;
/** Milliseconds between two reports, as in the worker. */
const reportInterval = 200;
const totalSteps = 2 * (HISTORY + REPORTS * STEPS);

let made = 0;
/** A loss that falls, with noise that follows from the step. */
const record = () => {
  const step = made++;
  const noise = Math.sin(step * 12.9898) * 43758.5453;
  const loss = 0.3 + 1.1 * Math.exp(-step / 3000) + 0.2 * (noise - Math.floor(noise));
  return { step, loss, learningRate: 0.002 * (1 - step / totalSteps), gradNorm: 1, milliseconds: 10 };
};
const scores = (epoch) => ({ loss: 0.5 + 0.5 / epoch, accuracy: 1 - 0.5 / epoch, macroF1: 1 - 0.5 / epoch });

function report(count) {
  const before = Math.floor(made / stepsPerEpoch);
  const steps = Array.from({ length: count }, record);
  const epochs = Array.from({ length: Math.floor(made / stepsPerEpoch) - before }, (_, i) => ({
    epoch: before + i + 1,
    trainLoss: 0.5,
    test: scores(before + i + 1),
  }));
  const baseline =
    made === count
      ? Array.from({ length: 15 }, (_, i) => ({ epoch: i + 1, trainLoss: 1 / (i + 1), test: scores(i + 1) }))
      : [];
  const common = { type: 'progress', phase: 'training', outcome: null, latency: null, memory };
  postMessage({ ...common, steps, epochs, baseline });
  const sites = (size) =>
    Object.fromEntries(
      [0, 1, 2, 3].flatMap((layer) => ['attention', 'ffn'].map((site) => [`${layer}.${site}`, size * Math.random()])),
    );
  if (Math.floor(made / STEPS) % 10 === 0) postMessage({ type: 'sites', gradients: sites(1), effects: sites(0.1) });
}

const answers = {
  open: () =>
    postMessage({ type: 'device', available: true, engine: 'wasm', why: 'no-gpu', name: '2 threads', software: false }),
  'load-encoder': () => postMessage(encoder),
  'load-task': ({ name }) =>
    postMessage({
      type: 'task-ready',
      task: { name, trainRows: 16000, testRows: 300, labels, examples: [{ text: 'A sentence.', label: 'music' }] },
    }),
  configure: () => postMessage({ type: 'configured', totalSteps, stepsPerEpoch, counts: null, memory, resumed: false }),
  predict: ({ text }) =>
    postMessage({
      type: 'prediction',
      prediction: { text, tokens: text.split(' '), labels, base: null, adapted: [0.4, 0.3, 0.2, 0.1] },
    }),
  train: () => {
    report(HISTORY);
    let reports = 0;
    const timer = setInterval(() => {
      report(STEPS);
      if (++reports === REPORTS) clearInterval(timer);
    }, reportInterval);
  },
};

addEventListener('message', ({ data }) => answers[data.type]?.(data));
