import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportFolder } from '../../src/files/export/export.ts';
import { pythonScript } from '../../src/files/export/python-script.ts';
import { importAdapter } from '../../src/files/import/import.ts';
import { baseName } from '../../src/model/tensor-names.ts';
import { readFolder, writeFolder } from '../support/folders.ts';
import { patience, project, python, readJson, report, runPython, tolerances, worst } from '../support/python.ts';
import { recordedTrained } from './recorded.ts';

/** The recorded runs of ModernBERT, exported, in AdapterHub's library: it must give the logits that PyTorch recorded. */

const runs = join(project, 'tests/golden/modernbert');
const model = join(project, 'tests/golden/models/tiny-modernbert');

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** @param root an empty folder */
export async function checkModernBert(root: string): Promise<void> {
  for (const name of readdirSync(runs)) {
    const { recorded, trained } = await recordedTrained(join(runs, name), model);
    const { run, expected } = recorded;
    const named = { ...trained, run: { ...trained.run, name: 'a-run' } };
    const out = join(root, name);
    mkdirSync(out, { recursive: true });
    for (const format of ['adapterhub', 'plain'] as const) writeFolder(out, exportFolder(named, format));
    const [texts, answers] = [join(out, 'texts.json'), join(out, 'logits.json')];
    writeFileSync(texts, JSON.stringify(run.eval_rows.map((row) => run.rows[row]?.text ?? '')));
    runPython('check_modernbert.py', [out, '--model', model, '--texts', texts, '--json', answers]);
    for (const [format, logits] of Object.entries<number[][]>(readJson(answers)))
      report(`${name}: ${format}`, worst(expected.logits_after.flat(), logits.flat()), tolerances.logits);
    const saved = importAdapter(readFolder(join(out, 'saved')), trained.encoder);
    for (const [key, { data }] of saved.tensors)
      report(
        `${name}: ${baseName(key)} as the library saved it`,
        worst([...(trained.tensors.get(key)?.data ?? [])], [...data]),
        0,
      );

    // The exported script trains for an epoch; the adapter that it saves must be readable here.
    const script = join(out, 'script');
    mkdirSync(script);
    const rows = run.rows.filter(({ text }) => text !== '');
    writeFileSync(
      join(script, 'rows.csv'),
      `text,label\n${rows.map(({ text, label }) => `${quoted(text)},${quoted(label)}\n`).join('')}`,
    );
    const scripted = {
      ...named.run,
      model,
      data: { train: 'rows.csv', test: 'rows.csv' },
      training: { ...named.run.training, epochs: 1 },
    };
    writeFileSync(join(script, 'run.py'), pythonScript(scripted, trained.encoder));
    const { status } = spawnSync(python, ['-W', 'ignore', 'run.py'], {
      cwd: script,
      timeout: patience,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, HF_HUB_OFFLINE: '1' },
    });
    report(`${name}: the exit status of its script`, status ?? 1, 0);
    if (status !== 0) continue;
    const { method } = importAdapter(readFolder(join(script, 'adapter')), trained.encoder);
    report(
      `${name}: the method of its script's adapter differs`,
      Number(JSON.stringify(method) !== JSON.stringify(named.run.method)),
      0,
    );
  }
}
