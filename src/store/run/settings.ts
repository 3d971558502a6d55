import { builtInTasks } from '../../data/built-in/tasks.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import { methodSchema } from '../../model/methods.ts';
import { type Run, taskName, withData } from '../../training/run.ts';
import { trainingFields } from '../../training/run-fields.ts';

/**
 * Whether the settings on the page are still those of a run: an engine that a person has chosen is their own. Unlike
 * `sameRun` it takes settings that are just being written, and fields in their order.
 */
export function isSameButEngine({ engine: _, ...run }: Run, { engine: __, ...other }: Run): boolean {
  return JSON.stringify(run) === JSON.stringify(other);
}

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

/** The run on another encoder: layers that it does not have are left out. */
export function onEncoder(run: Run, model: string, { layers: count }: Pick<EncoderConfig, 'layers'>): Run {
  const { method } = run;
  if (!('layers' in method)) return { ...run, model };
  const has = (site: string) => Number.parseInt(site, 10) < count;
  const layers = method.layers === 'all' ? 'all' : method.layers.filter((layer) => layer < count);
  const fitted = { ...method, layers: layers.length > 0 ? layers : ('all' as const) };
  if (!('without' in fitted)) return { ...run, model, method: fitted };
  const { bottlenecks, ...rest } = fitted;
  const fewer = bottlenecks && Object.fromEntries(Object.entries(bottlenecks).filter(([site]) => has(site)));
  const without = fitted.without.filter(has);
  return { ...run, model, method: { ...rest, without, ...(fewer ? { bottlenecks: fewer } : {}) } };
}

/** The run with another method, keeping what the two have in common. */
export function withMethodType(run: Run, type: Run['method']['type']): Run {
  const before = run.method;
  const usual = methodSchema.parse({ type });
  if (!('bottleneck' in usual) || !('bottleneck' in before)) return withRate({ ...run, method: usual }, type);
  const { bottleneck, activation, dropout, scaling, layers } = before;
  return withRate({ ...run, method: { ...usual, bottleneck, activation, dropout, scaling, layers } }, type);
}

/** The rate that a method wants on a task. Full fine-tuning wants a tenth of an adapter's rate; the head alone more. */
export function withRate(run: Run, type: Run['method']['type']): Run {
  const usual =
    builtInTasks.find(({ name }) => name === taskName(run))?.defaults.learningRate ??
    trainingFields.learningRate.default;
  const learningRate = type === 'full' ? 0.0002 : type === 'head-only' ? 0.01 : usual;
  return { ...run, training: { ...run.training, learningRate } };
}
