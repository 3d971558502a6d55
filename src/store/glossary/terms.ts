import type { LateTexts } from '../../i18n/late.ts';

export type TermId = keyof LateTexts['glossary']['terms'];

/** The terms that the glossary explains, in the order in which it lists them: from a text's way in to training's own words. */
export const termIds = [
  'encoder',
  'token',
  'embedding',
  'layer',
  'attention',
  'feedForward',
  'residual',
  'layerNorm',
  'hiddenState',
  'pooling',
  'head',
  'frozen',
  'trainable',
  'adapter',
  'bottleneck',
  'houlsby',
  'lora',
  'bitfit',
  'fineTuning',
  'baseline',
  'occlusion',
  'loss',
  'gradient',
  'backpropagation',
  'optimizer',
  'learningRate',
  'warmup',
  'batch',
  'epoch',
  'accuracy',
  'validation',
  'overfitting',
] as const satisfies readonly TermId[];
