import { expect, test } from 'vitest';
import { firstRuns } from '../../../src/store/page/state.ts';
import { viewOf } from '../../../src/store/page/view.ts';
import { startLanguage, startRuns } from '../../../src/store/start/state.ts';
import { readRun } from '../../../src/training/run.ts';

test('the first minute is known by its settings, whichever engine trains it', () => {
  for (const language of ['en', 'zh'] as const) {
    const run = startRuns[language];
    expect(startLanguage({ run })).toBe(language);
    // As it comes back from storage, and where a person chose the engine.
    expect(startLanguage({ run: readRun(JSON.parse(JSON.stringify(run))) })).toBe(language);
    expect(startLanguage({ run: { ...run, engine: 'wasm' } })).toBe(language);
    expect(startLanguage({ run: { ...run, training: { ...run.training, epochs: 9 } } })).toBeNull();
    expect(startLanguage({ run: firstRuns[language] })).toBeNull();
  }
});

test('an address without a view opens the one that is home; a view that does not exist is the workbench', () => {
  expect(viewOf('', 'start')).toBe('start');
  expect(viewOf('#/', 'start')).toBe('start');
  expect(viewOf('#/lessons', 'start')).toBe('lessons');
  expect(viewOf('#/nowhere', 'start')).toBe('playground');
  expect(viewOf('#rows=abc')).toBe('playground');
});
