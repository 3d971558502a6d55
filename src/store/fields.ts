import { builtInTasks } from '../data/built-in-tasks.ts';
import { type Run, taskName, withData } from '../training/run.ts';

/** The numbers that a person may turn, each described once: the form reads range and step from here. */
export interface NumberField {
  /** Under `training` in the texts: label, and help with "Help" behind it. */
  key: 'learningRate' | 'epochs' | 'batchSize' | 'microBatches' | 'maxLength' | 'warmup' | 'weightDecay' | 'seed';
  min: number;
  max: number;
  step: number;
}

export const trainingFields: readonly NumberField[] = [
  { key: 'learningRate', min: 0.00001, max: 1, step: 0.0005 },
  { key: 'epochs', min: 1, max: 1000, step: 1 },
  { key: 'batchSize', min: 1, max: 512, step: 8 },
  { key: 'microBatches', min: 1, max: 512, step: 1 },
  { key: 'maxLength', min: 3, max: 512, step: 8 },
  { key: 'warmup', min: 0, max: 1, step: 0.05 },
  { key: 'weightDecay', min: 0, max: 1, step: 0.01 },
  { key: 'seed', min: 0, max: 0xffffffff, step: 1 },
];

/** The run with another share of its training rows set aside to choose on; 0: none, and then nothing is chosen. */
export function withValidationShare(run: Run, share: number): Run {
  const { validationShare: _, ...data } = run.data;
  return withData(run, (share > 0 ? { ...data, validationShare: share } : data) as Run['data']);
}

/** The run with another choice on its validation rows. */
export function withChoice(run: Run, choice: Partial<Pick<Run['training'], 'choose' | 'patience'>>): Run {
  const { patience, ...training } = { ...run.training, ...choice };
  return { ...run, training: patience === undefined ? training : { ...training, patience } };
}

/** The run with another method, keeping what the two have in common. */
export function withMethodType(run: Run, type: Run['method']['type']): Run {
  const { method } = run;
  const shared = 'bottleneck' in method ? method : null;
  switch (type) {
    case 'lora':
      return withRate({ ...run, method: { type, rank: 8, alpha: 8, layers: 'all' } }, type);
    case 'bitfit':
    case 'head-only':
    case 'full':
      return withRate({ ...run, method: { type } }, type);
    default: {
      const { bottleneck = 16, activation = 'gelu', dropout = 0, scaling = 1, layers = 'all' } = shared ?? {};
      return withRate(
        { ...run, method: { type, bottleneck, activation, dropout, scaling, layers, without: [] } },
        type,
      );
    }
  }
}

/** The rate that a method wants on a task. Full fine-tuning wants a tenth of an adapter's rate; the head alone more. */
export function withRate(run: Run, type: Run['method']['type']): Run {
  const usual = builtInTasks.find(({ name }) => name === taskName(run))?.defaults.learningRate ?? 0.002;
  const learningRate = type === 'full' ? 0.0002 : type === 'head-only' ? 0.01 : usual;
  return { ...run, training: { ...run.training, learningRate } };
}
