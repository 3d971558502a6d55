import type { TFunction } from 'i18next';
import { builtInTasks } from '../../data/built-in/tasks.ts';
import type { en } from '../../i18n/en.ts';
import { grouped } from '../../model/grouped.ts';
import { type MethodType, methodTypes } from '../../model/methods.ts';
import { type Named, settingOf, tellingPaths } from '../../store/runs/naming.ts';
import { formatCount, formatShare } from '../format.ts';

/** Runs and their settings in words: no key of the run file, no number counted from 0. */

type BuiltInName = keyof (typeof en)['dataset']['task']['names'];

export const isBuiltIn = (name: string): name is BuiltInName => builtInTasks.some((task) => task.name === name);

/** Settings by their path in the run file, and the text that names them on the page. */
export const settingLabels = {
  model: 'encoder.name',
  pooling: 'run.method.pooling',
  engine: 'device.choice',
  frozenBits: 'run.method.frozenBits',
  'data.task': 'dataset.task.label',
  'data.hub': 'runs.settings.hub',
  'data.subset': 'runs.settings.subset',
  'data.train': 'runs.file',
  'data.test': 'runs.testFile',
  'data.rows': 'runs.settings.rows',
  'data.text': 'runs.settings.text',
  'data.second': 'runs.settings.second',
  'data.pair': 'runs.settings.pair',
  'data.label': 'runs.settings.label',
  'data.kind': 'runs.settings.kind',
  'data.separator': 'runs.settings.separator',
  'data.classes': 'runs.settings.classes',
  'data.spans': 'runs.settings.spans',
  'data.mend': 'runs.settings.mend',
  'data.unlabelled': 'runs.settings.unlabelled',
  'data.validation': 'runs.settings.validation',
  'data.validationShare': 'runs.settings.validationShare',
  'data.testShare': 'runs.testShare',
  'data.limit': 'dataset.task.trainRows',
  'data.testLimit': 'dataset.task.testRows',
  'data.layout.format': 'runs.settings.format',
  'data.layout.encoding': 'runs.settings.encoding',
  'data.layout.delimiter': 'runs.settings.delimiter',
  'data.layout.quote': 'runs.settings.quote',
  'data.layout.escape': 'runs.settings.escape',
  'data.layout.header': 'runs.settings.header',
  'method.type': 'run.method.label',
  'method.bottleneck': 'run.method.bottleneck',
  'method.bottlenecks': 'runs.settings.bottlenecks',
  'method.activation': 'run.method.activation',
  'method.dropout': 'run.method.dropout',
  'method.scaling': 'run.method.scaling',
  'method.layers': 'runs.settings.layers',
  'method.without': 'run.method.without',
  'method.placement': 'runs.settings.placement',
  'method.rank': 'run.method.rank',
  'method.alpha': 'run.method.alpha',
  'method.targets': 'runs.settings.targets',
  'training.learningRate': 'run.training.learningRate',
  'training.epochs': 'run.training.epochs',
  'training.batchSize': 'run.training.batchSize',
  'training.microBatches': 'run.training.microBatches',
  'training.maxLength': 'run.training.maxLength',
  'training.schedule': 'run.training.schedule',
  'training.warmup': 'run.training.warmup',
  'training.weightDecay': 'run.training.weightDecay',
  'training.choose': 'runs.settings.choose',
  'training.patience': 'runs.settings.patience',
  'training.clip': 'runs.settings.clip',
  'training.seed': 'run.training.seed',
} as const;
type Known = keyof typeof settingLabels;

const isKnown = (path: string): path is Known => path in settingLabels;

/**
 * The name of a setting on the page. One that no text names yet is "another setting": its key says nothing to a person.
 */
export const settingName = (t: TFunction, path: string): string =>
  isKnown(path) ? t(settingLabels[path]) : t('runs.settings.other');

/** Layers as a person counts them, from 1: "1–3, 6". */
export function layerList(layers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const layer of [...new Set(layers)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] === layer - 1) last[1] = layer;
    else runs.push([layer, layer]);
  }
  return runs.map(([from, to]) => (from === to ? `${from + 1}` : `${from + 1}–${to + 1}`)).join(', ');
}

/** "0.attention", as the run file has it, in words. */
function placeName(t: TFunction, key: string): string {
  const [layer = '0', site] = key.split('.');
  return t('runs.place', {
    layer: Number(layer) + 1,
    site: t(`runs.sites.${site === 'attention' ? 'attention' : 'ffn'}`),
  });
}

const list = (t: TFunction, parts: readonly string[]) => parts.join(t('runs.separator'));

/** Values that are words in the run file, by the setting that has them. */
const valueTexts: Record<string, Record<string, string>> = {
  pooling: { mean: 'run.method.poolings.mean', cls: 'run.method.poolings.cls' },
  engine: { auto: 'device.engines.auto', webgpu: 'device.engines.webgpu', wasm: 'device.engines.wasm' },
  'training.schedule': {
    linear: 'run.training.schedules.linear',
    cosine: 'run.training.schedules.cosine',
    constant: 'run.training.schedules.constant',
  },
  'method.placement': {
    sequential: 'runs.placements.sequential',
    'double-norm': 'runs.placements.doubleNorm',
    parallel: 'runs.placements.parallel',
  },
  'training.choose': { last: 'runs.chosen.last', 'best-epoch': 'runs.chosen.best' },
  'data.unlabelled': { refuse: 'runs.unlabelled.refuse', skip: 'runs.unlabelled.skip' },
  'data.layout.escape': { doubled: 'runs.escapes.doubled', backslash: 'runs.escapes.backslash' },
};

const isMethodType = (value: string): value is MethodType => methodTypes.some((type) => type === value);

/** A setting's value as the page calls it where it is chosen. */
export function settingValue(t: TFunction, path: string, value: unknown): string {
  // Each key of the tables above is one of the texts'.
  const text = typeof value === 'string' ? valueTexts[path]?.[value] : undefined;
  if (text) return t(text as 'runs.none');
  if (path === 'method.layers') return Array.isArray(value) ? layerList(value) : t('runs.everyLayer');
  if (value === undefined || value === null)
    return t(path === 'data.limit' || path === 'data.testLimit' ? 'runs.everyRow' : 'runs.none');
  if (path === 'method.without' && Array.isArray(value))
    return list(
      t,
      value.map((key) => placeName(t, String(key))),
    );
  if (path === 'method.bottlenecks')
    return list(
      t,
      Object.entries(value).map(([key, width]) => `${placeName(t, key)}: ${width}`),
    );
  if (path === 'method.type' && isMethodType(String(value))) return t(`run.method.names.${value as MethodType}`);
  if (path === 'frozenBits') return t('run.method.bits', { bits: value });
  if (path === 'data.task')
    return isBuiltIn(String(value)) ? t(`dataset.task.names.${value as BuiltInName}`) : String(value);
  if ((path === 'data.testShare' || path === 'data.validationShare') && typeof value === 'number')
    return formatShare(value);
  if (path.startsWith('data.') && typeof value === 'number') return formatCount(value);
  if (typeof value === 'boolean') return t(value ? 'device.yes' : 'device.no');
  if (Array.isArray(value)) return list(t, value.map(String));
  // A word of a setting that no text names would be a key, too.
  if (typeof value === 'object' || (typeof value === 'string' && !isKnown(path))) return t('runs.otherValue');
  return String(value);
}

/** A setting as a run's name says it: "layer 4", "1 epoch", "seed 8"; '' where nothing needs to be said. */
function partOfName(t: TFunction, path: string, value: unknown): string {
  const shown = settingValue(t, path, value);
  if (path === 'method.layers') {
    if (!Array.isArray(value)) return t('runs.parts.everyLayer');
    return t(value.length === 1 ? 'runs.parts.layer' : 'runs.parts.layers', { layers: shown });
  }
  if (path === 'method.without') return value === undefined ? '' : t('runs.parts.without', { places: shown });
  if (path === 'training.epochs') return t('runs.parts.epochs', { count: Number(value) });
  if (path === 'training.learningRate') return t('runs.parts.rate', { value: shown });
  if (path === 'training.batchSize') return t('runs.parts.batch', { value: shown });
  if (path === 'training.seed') return t('runs.parts.seed', { value: shown });
  if (path === 'data.limit') return t('runs.parts.rows', { value: shown });
  return `${settingName(t, path)} ${shown}`;
}

const types = methodTypes.join('|');
const tasks = builtInTasks.map(({ name }) => name).join('|');
/** A name that a run's settings gave it, alone or within a longer one: "A ← B", "(A + B) / 2". */
const automatic = new RegExp(`(?:(?<![\\w-])(${tasks}))?, (${types})( \\d+)?(?=$| ← | \\+ |\\) / 2)`, 'g');

/** A name with what its run's settings put into it in the page's language; what a person wrote stays. */
export function nameInWords(t: TFunction, name: string): string {
  return name.replace(automatic, (_, task: string | undefined, type: MethodType, width = '') =>
    t('runs.automatic', {
      task: task && isBuiltIn(task) ? t(`dataset.task.short.${task}`) : '',
      method: `${t(`run.method.short.${type}`)}${width}`,
    }),
  );
}

/** The name of a run or an adapter, by itself. */
export function runName(t: TFunction, { name, renamed, averageOf }: Named): string {
  if (renamed) return name;
  if (averageOf) {
    const names = namesApart(t, averageOf);
    const [one = '', other = ''] = averageOf.map((part) => names.get(part) ?? '');
    return t('adapters.averageName', { one, other });
  }
  return nameInWords(t, name);
}

/**
 * The names of runs or adapters shown together: where settings gave several the same name, what differs is said after
 * it; those that are set alike are numbered.
 */
export function namesApart(t: TFunction, named: readonly Named[]): ReadonlyMap<Named, string> {
  const groups = grouped(named, (one) => runName(t, one));
  const long = named.map((one): [Named, string] => {
    const name = runName(t, one);
    const others = groups.get(name) ?? [];
    const paths = one.renamed || one.averageOf ? [] : tellingPaths(others.map(({ run }) => run));
    const parts = paths.map((path) => partOfName(t, path, settingOf(one.run, path))).filter(Boolean);
    return [one, [name, ...parts].join(t('runs.nameSeparator'))];
  });
  const met = new Map<string, number>();
  return new Map(
    long.map(([one, name]) => {
      const nth = (met.get(name) ?? 0) + 1;
      met.set(name, nth);
      return [one, nth === 1 ? name : t('runs.nth', { name, nth })];
    }),
  );
}
