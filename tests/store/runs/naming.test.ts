import i18next, { type TFunction } from 'i18next';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { builtInTasks } from '../../../src/data/built-in/tasks.ts';
import { en } from '../../../src/i18n/en.ts';
import { zh } from '../../../src/i18n/zh.ts';
import { methodSchema, methodTypes } from '../../../src/model/methods.ts';
import { firstRun } from '../../../src/store/page/state.ts';
import { withMethodType } from '../../../src/store/run/settings.ts';
import { differences, type Named, runTitle } from '../../../src/store/runs/naming.ts';
import { plainRunSchema, type Run, readRun } from '../../../src/training/run.ts';
import {
  layerList,
  namesApart,
  runName,
  settingLabels,
  settingName,
  settingValue,
} from '../../../src/ui/runs/run-words.ts';

const languages = ['en', 'zh'] as const;
const t = {} as Record<(typeof languages)[number], TFunction>;
beforeAll(async () => {
  const resources = { en: { translation: en }, zh: { translation: zh } };
  await i18next.init({ lng: 'en', resources, interpolation: { escapeValue: false } });
  for (const language of languages) t[language] = i18next.getFixedT(language);
});

const named = (change: (run: Run) => Run = (run) => run): Named => {
  const run = readRun(change(firstRun));
  return { name: runTitle(run), run };
};
const withMethod = (method: object) => (run: Run) =>
  ({ ...run, method: methodSchema.parse({ ...run.method, ...method }) }) as Run;
const withTraining = (training: Partial<Run['training']>) => (run: Run) => ({
  ...run,
  training: { ...run.training, ...training },
});
const namesOf = (list: readonly Named[], language: (typeof languages)[number] = 'en') => {
  const names = namesApart(t[language], list);
  return list.map((one) => names.get(one));
};

/** Paths of every setting of a run file. */
function pathsOf(schema: z.core.JSONSchema._JSONSchema, path = ''): string[] {
  if (typeof schema === 'boolean') return [path];
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  const inner = Object.entries(schema.properties ?? {});
  if (forms.length > 0 && forms.some((form) => typeof form === 'object' && form.properties))
    return forms.flatMap((form) => pathsOf(form, path));
  return inner.length > 0 ? inner.flatMap(([key, value]) => pathsOf(value, path ? `${path}.${key}` : key)) : [path];
}
const paths = [...new Set(pathsOf(z.toJSONSchema(plainRunSchema, { io: 'input' })))].filter((path) => path !== 'name');

/** Keys, enumerations and places as the run file writes them. */
const inner = new RegExp(
  [
    ...builtInTasks.map(({ name }) => name),
    ...methodTypes.filter((type) => type !== 'full' && type !== 'parallel'),
    String.raw`\b(method|training|data)\.\w`,
    String.raw`\b\d+\.(attention|ffn)\b`,
    'double-norm|undefined|null|object|NaN',
  ].join('|'),
);

describe.each(languages)('in %s', (language) => {
  test('every setting of the run file has a name on the page', () => {
    expect(paths.length).toBeGreaterThan(35);
    for (const path of paths) {
      expect(Object.keys(settingLabels), path).toContain(path);
      const name = settingName(t[language], path);
      expect(name).not.toMatch(inner);
      expect(name).not.toBe('');
    }
    expect(settingName(t[language], 'training.somethingNew')).not.toContain('somethingNew');
    expect(settingValue(t[language], 'training.somethingNew', 'inner-word')).not.toContain('inner-word');
  });

  test('what differs is told without a key, and layers count from 1', () => {
    const other = named((run) => ({
      ...withTraining({ schedule: 'cosine', clip: null, seed: 8 })(
        withMethod({
          layers: [0, 1, 3],
          without: ['0.attention'],
          bottlenecks: { '1.ffn': 8 },
          placement: 'double-norm',
        })(run),
      ),
      pooling: 'cls',
      engine: 'wasm',
      data: { task: 'wordnet_parts' },
    }));
    const told = differences(named().run, other.run).map(
      ({ path, before, after }) =>
        `${settingName(t[language], path)}: ${settingValue(t[language], path, before)} → ${settingValue(t[language], path, after)}`,
    );
    expect(told).toHaveLength(12);
    for (const sentence of told) {
      expect(sentence).not.toMatch(inner);
      expect(sentence).not.toMatch(/\bwasm\b/);
    }
    const ofLayers = told.find((sentence) => sentence.startsWith(settingName(t[language], 'method.layers'))) ?? '';
    expect(ofLayers).toMatch(/1–2, 4$/);
  });

  test('no name that settings gave shows a key, alone, as a start or in an average', () => {
    for (const task of [...builtInTasks.map(({ name }) => name), 'messy2.csv'])
      for (const type of methodTypes) {
        const data = task === 'messy2.csv' ? { train: task } : { task };
        const one = named((run) => ({ ...withMethodType(run, type), data }));
        const two = { ...one, name: `${one.name} ← ${named().name}` };
        const mean = { ...one, name: `(${one.name} + ${one.name}) / 2` };
        const nested = { ...mean, averageOf: [{ ...mean, averageOf: [one, two] }, mean] as const };
        for (const shown of [one, two, mean, nested].map((each) => runName(t[language], each)))
          expect(shown).not.toMatch(inner);
      }
  });
});

test('a name that a person gave is shown as it is', () => {
  const given = { ...named(), name: 'trivia_topics, houlsby 16', renamed: true };
  expect(runName(t.zh, given)).toBe('trivia_topics, houlsby 16');
  expect(runName(t.zh, { ...named(), name: 'My houlsby, wide' })).toBe('My houlsby, wide');
});

test('a run by itself is called by task, method and width', () => {
  expect(runName(t.en, named())).toBe('Quiz topics, Houlsby 16');
  expect(namesOf([named(), named(withMethod({ bottleneck: 4 }))])).toEqual([
    'Quiz topics, Houlsby 16',
    'Quiz topics, Houlsby 4',
  ]);
});

test('layers, sites and epochs tell runs apart that would be called the same', () => {
  const list = [
    named(),
    named(withMethod({ layers: [3] })),
    named(withTraining({ epochs: 1 })),
    named(withMethod({ without: ['0.attention', '3.ffn'] })),
  ];
  expect(namesOf(list)).toEqual([
    'Quiz topics, Houlsby 16, all layers, 4 epochs',
    'Quiz topics, Houlsby 16, layer 4, 4 epochs',
    'Quiz topics, Houlsby 16, all layers, 1 epoch',
    'Quiz topics, Houlsby 16, all layers, without Layer 1, attention; Layer 4, FFN, 4 epochs',
  ]);
  expect(namesOf(list, 'zh')[1]).toBe('问答主题，Houlsby 16，第 4 层，4 轮');
});

test('whatever differs tells them apart, and runs set alike are numbered', () => {
  const list = [
    named(),
    named(withTraining({ learningRate: 0.004 })),
    named(withTraining({ seed: 8 })),
    named(withTraining({ weightDecay: 0.2 })),
    named((run) => ({ ...run, pooling: 'cls' })),
    named(withTraining({ warmup: 0 })),
    named((run) => ({ ...run, data: { ...run.data, limit: 100 } }) as Run),
    named(),
  ];
  const names = namesOf(list);
  expect(new Set(names).size).toBe(list.length);
  expect(names.at(-1)).toBe(`${names[0]} (2)`);
});

test('layers are listed from 1, neighbours as a range', () => {
  expect(layerList([0])).toBe('1');
  expect(layerList([5, 0, 1, 2])).toBe('1–3, 6');
});
