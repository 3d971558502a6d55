import { pairMark, type Texts } from '../../src/data/rows/texts.ts';
import { Bases } from '../../src/device/bases.ts';
import { type EngineChoice, openDevice } from '../../src/device/open.ts';
import type { LoadedEncoder } from '../../src/engine/contract.ts';
import { type EncoderFiles, readEncoderFiles } from '../../src/files/encoder-files.ts';
import { roundFrozen } from '../../src/model/frozen-bits.ts';
import { exportOnnx, type Precision } from '../../src/onnx/export.ts';
import { loadProto } from '../../src/onnx/proto.ts';
import { folder, writeResult } from '../support/page/files.ts';
import { logitsOfTexts } from '../support/page/logits.ts';
import { type RecordedRun, readRecordedRun, recordedPlan } from '../support/recorded-run.ts';

/** `npm run check:onnx`: recorded runs as ONNX files, with the engine's and PyTorch's logits of some texts. */

export interface Question {
  engine: EngineChoice;
  /** Recorded runs, folders of the mount `runs`. */
  names: string[];
  /** Texts for every run besides its own evaluation rows; two of them are a pair. */
  texts: string[][];
  /** The encoder comes with vocab.txt alone, without tokenizer.json. */
  vocabularyOnly: boolean;
}

/** Token ids and logits of texts by the engine. */
async function answersOf(encoder: LoadedEncoder, { tokenizer }: EncoderFiles, recorded: RecordedRun, texts: Texts[]) {
  const { labels, pooling, method, max_length: maxLength } = recorded.run;
  const optimizer = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: null };
  const plan = recordedPlan(method);
  const engine = await encoder.createEngine({ plan, classes: labels.length, pooling, optimizer, seed: 0 });
  try {
    engine.writeTrainable(recorded.final);
    const ids = texts.map((one) => tokenizer.encodeRow(one, maxLength).ids);
    return { ids, logits: await logitsOfTexts(engine, texts, { tokenizer, maxLength }) };
  } finally {
    engine.destroy();
  }
}

/** Writes PRECISION/NAME/model.onnx and PRECISION/NAME/expected.json to the mount `out`. */
export async function writeRecordedExports({ engine, names, texts, vocabularyOnly }: Question): Promise<void> {
  const device = await openDevice(engine);
  const model = folder('model');
  const files = await readEncoderFiles(async (name) =>
    vocabularyOnly && name === 'tokenizer.json' ? null : model(name),
  );
  const bases = new Bases(device, async () => files);
  const proto = await loadProto();
  const { config, tokenizer } = files;
  for (const name of names) {
    const recorded = await readRecordedRun((file) => folder('runs')(`${name}/${file}`));
    const { run, final } = recorded;
    const { pair = false } = run.task;
    const own = run.eval_rows.map((row) => {
      const { text = '', text2 = '' } = run.rows[row] ?? {};
      return pair ? [text, text2] : [text];
    });
    const asked = [...own, ...texts.filter(({ length }) => length === 2 || !pair)];
    // A run of single texts reads a pair as earlier versions did, joined.
    const rows = asked.map(([text = '', second]) => {
      if (second === undefined) return { text };
      return pair ? { text, second } : { text: `${text}${pairMark}${second}` };
    });
    const { bits } = run.frozen;
    const { weights } = roundFrozen(files, bits);
    const answers = await answersOf(await bases.in(bits), files, recorded, rows);
    const maxLength = run.max_length;
    const exported = {
      ...{ config, weights, plan: recordedPlan(run.method), trainable: final, pooling: run.pooling },
      ...{ labels: run.labels, pair, maxLength, tokenizer: tokenizer.definition(maxLength), name },
    };
    const expected = {
      texts: asked,
      labels: run.labels,
      ...answers,
      recorded: recorded.expected.logits_after,
    };
    for (const precision of ['float32', 'float16'] satisfies Precision[]) {
      const target = `${precision}/${name}${vocabularyOnly ? '-vocabulary' : ''}`;
      await writeResult(`${target}/model.onnx`, exportOnnx(proto, { ...exported, precision }));
      await writeResult(`${target}/expected.json`, JSON.stringify(expected));
    }
  }
  bases.destroy();
  device.destroy();
}
