import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type FileSet, utf8 } from '../../../src/base/file-set.ts';
import { jsonFromBytes } from '../../../src/base/json.ts';
import { unzip, zip } from '../../../src/base/zip.ts';
import { toBase64Url } from '../../../src/data/base64url.ts';
import { makeDatasetOf } from '../../../src/data/dataset.ts';
import { packText } from '../../../src/data/packed-text.ts';
import { importRows, previewFile } from '../../../src/data/read-file.ts';
import type { Labelling } from '../../../src/data/rows/label-cells.ts';
import { takesLists } from '../../../src/data/rows/labelled-rows.ts';
import { packLinkedRows, unpackLinkedRows } from '../../../src/data/rows/linked-rows.ts';
import { bundleFiles, readBundle, readBundleFiles } from '../../../src/files/bundle.ts';
import { readEncoderFiles, readTokenizer } from '../../../src/files/encoder-files.ts';
import { exportFolder } from '../../../src/files/export/export.ts';
import { readFloat32Tensors } from '../../../src/files/formats/safetensors.ts';
import { readTorchFile } from '../../../src/files/formats/torch-file.ts';
import { importAdapter, importArchive } from '../../../src/files/import/import.ts';
import { memoryCache } from '../../../src/hub/cache.ts';
import { listKept, manifestName } from '../../../src/hub/kept.ts';
import { openHubEncoder } from '../../../src/hub/repositories.ts';
import { readConfigFile } from '../../../src/model/encoder-family.ts';
import { handInLink, packedIn, readHandIn, readHandInLink, writeHandIn } from '../../../src/store/classroom/hand-in.ts';
import { linkTo, readLink } from '../../../src/store/share/link.ts';
import { type Run, readRun } from '../../../src/training/run.ts';
import { type Dice, mutateBytes, mutateFolder, mutateJson, mutateSafetensors } from './mutate.ts';
import {
  added,
  bytePairs,
  configFile,
  distilConfig,
  encoder,
  facts,
  folders,
  handIn,
  houlsby,
  linked,
  lora,
  manifest,
  objects,
  parquet,
  repository,
  robertaConfig,
  runOf,
  sample,
  soundBundle,
  soundPairs,
  table,
  tensors,
  tensorsOf,
  unigram,
  vocabulary,
  wantedOf,
  wholeEncoder,
  wordPieces,
} from './samples.ts';

/** Every reader of what comes from outside: a sound sample of its input, how it is damaged, and how it is read to the end. */

export interface Reader {
  name: string;
  /** Inputs that are read to the end. */
  sound: readonly unknown[];
  /** One of them, damaged. */
  input(dice: Dice): unknown;
  /** Reads to the end. Throws where it refuses. */
  read(input: never): unknown;
}

interface Sampled<T> {
  name: string;
  /** Damages the sound sample; without dice, gives the sample itself. */
  input: (dice: Dice | null) => T;
  read: (input: T) => unknown;
}

const reader = <T>({ name, input, read }: Sampled<T>): Reader => ({ name, sound: [input(null)], input, read });

/** Several samples for one reader. */
const together = (name: string, list: readonly [Reader, ...Reader[]]): Reader => ({
  name,
  sound: list.flatMap(({ sound }) => sound),
  input: (dice) => dice.pick(list).input(dice),
  read: list[0].read,
});

const either = (dice: Dice) => dice.draw(2) === 0;
async function readRows({ name, bytes }: { name: string; bytes: Uint8Array }): Promise<void> {
  const preview = await previewFile({ name, blob: new Blob([new Uint8Array(bytes)]) });
  if (!preview.mapping) return;
  const { mapping } = preview;
  for (const file of [preview, ...Object.values(preview.parts)]) await importRows(file, { mapping });
}

/** Rows in a file that is damaged as bytes. */
const rowsOf = (name: string, sound: Uint8Array): Reader =>
  reader({
    name: `rows: ${name}`,
    input: (dice) => ({ name, bytes: dice ? mutateBytes(sound, dice) : sound }),
    read: readRows,
  });

/** Rows with other labels than one class each, in a file that is damaged as bytes. */
const labelledIn = (
  name: string,
  text: string,
  labelling: Labelling,
  columns: { text: string; label: string },
): Reader => {
  const sound = utf8(text);
  const layout = name.endsWith('.conll') ? { format: 'conll' as const } : {};
  return reader({
    name: `rows: ${labelling.kind}${labelling.spans ? ' by spans' : ''} in ${name}`,
    input: (dice) => (dice ? mutateBytes(sound, dice) : sound),
    read: async (bytes) => {
      const file = { name, blob: new Blob([new Uint8Array(bytes)]) };
      const preview = await previewFile(file, layout, takesLists(labelling));
      const rows = await importRows(preview, { mapping: { ...columns, second: null }, labelling });
      makeDatasetOf(labelling.kind, { train: rows, test: rows }, { name, seed: 1 });
    },
  });
};

/** Rows in an archive: damaged itself, or packed of damaged files. */
const rowsInZip = (name: string, files: FileSet): Reader => {
  const sound = zip(files);
  return reader({
    name: `rows: ${name}`,
    input: (dice) => ({
      name: 'x.zip',
      bytes: !dice ? sound : either(dice) ? mutateBytes(sound, dice) : zip(mutateFolder(files, dice)),
    }),
    read: readRows,
  });
};

async function readTokenizerFiles(files: FileSet): Promise<void> {
  const tokenizer = await readTokenizer(async (name) => files.get(name) ?? null);
  tokenizer.encode(sample, 16);
  tokenizer.view({ text: sample, second: sample }, 16);
  tokenizer.definition(16);
}

const tokenizerOf = (name: string, json: unknown): Reader =>
  reader({
    name: `tokenizer.json: ${name}`,
    input: (dice): FileSet => new Map([['tokenizer.json', utf8(dice ? mutateJson(json, dice) : JSON.stringify(json))]]),
    read: readTokenizerFiles,
  });

const configOf = (json: object): Reader =>
  reader({
    name: 'config.json',
    input: (dice) => utf8(dice ? mutateJson(json, dice) : JSON.stringify(json)),
    read: readConfigFile,
  });

const adapterIn = (name: string, format: 'adapterhub' | 'peft' | 'plain', run: Run): Reader => {
  const files = exportFolder(
    { run, labels: ['a', 'b'], encoder, tensors: tensorsOf(wantedOf(run), 0.5), scores: null, baseline: null },
    format,
  );
  for (const path of files.keys()) if (!/\.(json|safetensors)$/.test(path)) files.delete(path);
  return reader({
    name: `adapter: ${name}`,
    input: (dice) => (dice ? mutateFolder(files, dice) : files),
    read: (damaged) => importAdapter(damaged, encoder),
  });
};

const bundled = bundleFiles(soundBundle());
const bundledPairs = bundleFiles(soundPairs());
const bundleIn = (name: string, files: FileSet): Reader =>
  reader({
    name,
    input: (dice) => (dice ? mutateFolder(files, dice) : files),
    read: (damaged) => readBundleFiles(damaged, 'x.zip'),
  });
const bundleArchive = zip(bundled, { stored: true });
const adapterArchive = zip(
  exportFolder(
    { run: lora, labels: ['a', 'b'], encoder, tensors: tensorsOf(wantedOf(lora), 1), scores: null, baseline: null },
    'peft',
  ),
  { stored: true },
);
const torch = new Uint8Array(
  readFileSync('tests/golden/runs/houlsby-gelu-zero-init/adapterhub_final_bin/pytorch_model_head.bin'),
);
const torchFiles = unzip(torch, 'torch.bin');
const page = 'https://example.org/';
const restrictions = { lock: true, hide: ['task' as const] };
const link = linkTo(houlsby, restrictions, page, { facts, packed: packLinkedRows(linked) });
const forClass = { language: 'zh' as const, lesson: 'places' as const, by: 'Ada' };
const linkJson = { version: 1, run: houlsby, ...restrictions, data: facts, ...forClass };

function damagedLink(dice: Dice): string {
  const url = new URL(link);
  if (dice.draw(3) === 0)
    return page + new TextDecoder().decode(mutateBytes(utf8(link.slice(page.length)), dice)).replaceAll('\ufffd', '%');
  if (either(dice)) url.searchParams.set('run', toBase64Url(utf8(mutateJson(linkJson, dice))));
  else url.hash = new TextDecoder('latin1').decode(mutateBytes(utf8(url.hash.slice(1)), dice));
  return url.href;
}

const handInFile: unknown = JSON.parse(writeHandIn(handIn));
const packedHandIn = packedIn(handInLink(handIn, page) ?? '') ?? '';

/** Looks an encoder up on a Hub that answers so. */
async function askHub({ info, tree }: { info: string; tree: string }): Promise<void> {
  const real = globalThis.fetch;
  globalThis.fetch = async (address) =>
    new Response(String(address).includes('/tree/') ? tree : info, { headers: { 'content-type': 'application/json' } });
  try {
    await openHubEncoder('lab/tiny', 'main', { hubUrl: 'https://hub.example.org', cache: memoryCache() });
  } finally {
    globalThis.fetch = real;
  }
}

export const readers: Reader[] = [
  rowsOf('x.csv', table(',')),
  rowsOf('x.tsv', table('\t')),
  rowsOf('x.txt', table(';')),
  rowsOf('x.csv.gz', new Uint8Array(gzipSync(table(',')))),
  reader({
    name: 'rows: x.json',
    input: (dice) => ({ name: 'x.json', bytes: utf8(dice ? mutateJson(objects, dice) : JSON.stringify(objects)) }),
    read: readRows,
  }),
  rowsOf('x.jsonl', utf8(objects.map((each) => JSON.stringify(each)).join('\n'))),
  rowsOf(
    'pairs.csv',
    utf8('premise,hypothesis,label\na man eats,someone eats,yes\na dog,,no\n"a, b",c,yes\nd,"e ""f""",no\n'),
  ),
  labelledIn(
    'x.conll',
    '# a note\nEU NNP B-ORG\nrejects VBZ O\n\nPeter NNP B-PER\nsings VBZ O\n',
    { kind: 'token' },
    { text: 'words', label: 'tags' },
  ),
  labelledIn(
    'x.jsonl',
    '{"text": "one", "label": ["a", "b"]}\n{"text": "two", "label": []}\n{"text": "three", "label": ["c"]}\n',
    { kind: 'multi-label' },
    { text: 'text', label: 'label' },
  ),
  labelledIn(
    'x.jsonl',
    '{"text": "😀 EU waits", "label": [[2, 4, "ORG"]]}\n{"text": "in Rome", "label": [{"start": 3, "end": 7, "label": "LOC"}]}\n',
    { kind: 'token', spans: 'code-points' },
    { text: 'text', label: 'label' },
  ),
  labelledIn('x.csv', 'text,label\none,3.5\ntwo,-1\n', { kind: 'regression' }, { text: 'text', label: 'label' }),
  together('rows: Parquet', [rowsOf('x.parquet', parquet('UNCOMPRESSED')), rowsOf('x.parquet', parquet('SNAPPY'))]),
  together('rows: zip', [
    rowsInZip('folders.zip', folders),
    rowsInZip(
      'tables.zip',
      new Map([
        ['train.csv', table(',')],
        ['test.csv', table(',')],
        ['README.md', utf8('x')],
      ]),
    ),
  ]),
  reader({
    name: 'safetensors',
    input: (dice) => (dice ? mutateSafetensors(tensors, dice) : tensors),
    read: (bytes) => readFloat32Tensors(bytes, 'x.safetensors'),
  }),
  reader({
    name: 'torch',
    input: (dice) =>
      !dice ? torch : either(dice) ? mutateBytes(torch, dice) : zip(mutateFolder(torchFiles, dice), { stored: true }),
    read: (bytes) => readTorchFile(bytes, 'x.bin'),
  }),
  together('tokenizer.json', [
    tokenizerOf('WordPiece', wordPieces),
    tokenizerOf('BPE', bytePairs),
    tokenizerOf('Unigram', unigram),
  ]),
  reader({
    name: 'vocab.txt and settings',
    input: (dice): FileSet => {
      const settings = {
        do_lower_case: true,
        tokenizer_class: 'BertTokenizer',
        cls_token: '[CLS]',
        added_tokens_decoder: { 0: added[0] },
        extra_special_tokens: {},
      };
      const files: FileSet = new Map([
        ['vocab.txt', utf8(vocabulary.join('\n'))],
        ['tokenizer_config.json', utf8(JSON.stringify(settings))],
        [
          'special_tokens_map.json',
          utf8(JSON.stringify({ sep_token: '[SEP]', mask_token: { content: '[MASK]', lstrip: true } })),
        ],
      ]);
      return dice ? mutateFolder(files, dice) : files;
    },
    read: readTokenizerFiles,
  }),
  together('config.json', [configOf(configFile), configOf(robertaConfig), configOf(distilConfig)]),
  reader({
    name: 'a folder of an encoder',
    input: (dice) => (dice ? mutateFolder(wholeEncoder, dice) : wholeEncoder),
    read: (files) => readEncoderFiles(async (name) => files.get(name) ?? null),
  }),
  together("an adapter's folder", [
    adapterIn('AdapterHub, bottleneck', 'adapterhub', houlsby),
    adapterIn('AdapterHub, LoRA', 'adapterhub', lora),
    adapterIn('PEFT', 'peft', lora),
    adapterIn('plain', 'plain', runOf({ type: 'bitfit' })),
  ]),
  reader({
    name: 'adapter: an archive',
    input: (dice) => (dice ? mutateBytes(adapterArchive, dice) : adapterArchive),
    read: (bytes) => importArchive(bytes, 'x.zip', encoder),
  }),
  together('bundle', [bundleIn('bundle', bundled), bundleIn('bundle of pairs', bundledPairs)]),
  reader({
    name: 'bundle: an archive',
    input: (dice) => (dice ? mutateBytes(bundleArchive, dice) : bundleArchive),
    read: (bytes) => readBundle(bytes, 'x.zip'),
  }),
  reader({
    name: 'run file',
    input: (dice): unknown => (dice ? parsed(mutateJson(houlsby, dice)) : houlsby),
    read: readRun,
  }),
  reader({
    name: 'link',
    input: (dice) => (dice ? damagedLink(dice) : link),
    read: (address) => {
      const found = readLink(address);
      if (found?.packed) unpackLinkedRows(found.packed);
    },
  }),
  reader({
    name: 'pairs of a link',
    input: (dice) => {
      const packed = {
        labels: ['a', 'b'],
        rows: [
          ['one', 'uno', 0],
          ['two', '', 1],
          ['three', 0],
        ],
        test: null,
      };
      return packText(dice ? parsed(mutateJson(packed, dice)) : packed);
    },
    read: unpackLinkedRows,
  }),
  reader({
    name: 'hand-in: a file',
    input: (dice) => utf8(dice ? mutateJson(handInFile, dice) : JSON.stringify(handInFile)),
    read: readHandIn,
  }),
  reader({
    name: 'hand-in: a link',
    input: (dice) =>
      !dice
        ? packedHandIn
        : either(dice)
          ? packText(parsed(mutateJson(handInFile, dice)))
          : new TextDecoder('latin1').decode(mutateBytes(utf8(packedHandIn), dice)),
    read: readHandInLink,
  }),
  reader({
    name: "the Hub's answers",
    input: (dice) => {
      const [info, tree] = [repository.info, repository.tree].map((json) =>
        dice && either(dice) ? mutateJson(json, dice) : JSON.stringify(json),
      );
      return { info: info ?? '', tree: tree ?? '' };
    },
    read: askHub,
  }),
  reader({
    name: 'a kept manifest',
    input: (dice) => utf8(dice ? mutateJson(manifest, dice) : JSON.stringify(manifest)),
    read: async (bytes) => {
      const cache = memoryCache();
      await cache.write(`models/lab/tiny@${'a'.repeat(40)}/${manifestName}`, bytes);
      await listKept(cache);
    },
  }),
];

/** A run file's text as JSON; what is none is a text. */
function parsed(json: string): unknown {
  try {
    return jsonFromBytes(utf8(json));
  } catch {
    return json;
  }
}
