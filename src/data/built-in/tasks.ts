import { msg } from '../../base/message.ts';
import { DataFileError } from '../readers/data-file.ts';

/** Default settings for a run of a task: a minute or two on a processor. */
export interface TaskDefaults {
  /** Training rows. */
  limit: number;
  /** Tokens a row at most: some 95 % of the rows are no longer. */
  maxLength: number;
  epochs: number;
  /** Rate for methods that add a little to the encoder; others have their own. */
  learningRate: number;
}

/** A language that built-in tasks are in and built-in encoders read. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** A built-in task: real text, with its source, licence and size. */
export interface BuiltInTask {
  name: string;
  language: Language;
  source: string;
  licence: string;
  trainRows: number;
  testRows: number;
  /** Its classes, in the order of a trained head's outputs. */
  labels: readonly string[];
  defaults: TaskDefaults;
}

const clinc = { language: 'en', source: 'CLINC150 (Larson et al. 2019)', licence: 'CC BY 3.0' } as const;
const wordnet = { language: 'en', source: 'WordNet 3.1 (Princeton University)', licence: 'WordNet' } as const;
const sentences = { language: 'en', source: 'State of the Union addresses', licence: 'CC0' } as const;
const verse = { language: 'zh', source: 'chinese-poetry 2.0.1', licence: 'MIT' } as const;
const partsOfSpeech = ['adjective', 'adverb', 'noun', 'verb'];
const linesInOrder = ['倒序', '原序'];
const usual: TaskDefaults = { limit: 2000, maxLength: 32, epochs: 4, learningRate: 0.002 };

export const builtInTasks: readonly BuiltInTask[] = [
  {
    name: 'trivia_topics',
    language: 'en',
    source: 'OpenTriviaQA',
    licence: 'CC BY-SA 4.0',
    trainRows: 7577,
    testRows: 1000,
    labels: 'animals geography history literature movies music science-technology sports television video-games'.split(
      ' ',
    ),
    defaults: { ...usual, maxLength: 48 },
  },
  {
    name: 'clinc_domains',
    ...clinc,
    trainRows: 8998,
    testRows: 1500,
    labels: 'auto_and_commute banking credit_cards home kitchen_and_dining meta small_talk travel utility work'.split(
      ' ',
    ),
    defaults: { ...usual, epochs: 8, learningRate: 0.004 },
  },
  {
    name: 'sms_spam',
    language: 'en',
    source: 'SMS Spam Collection (Almeida, Hidalgo; UCI)',
    licence: 'CC BY 4.0',
    trainRows: 4178,
    testRows: 981,
    labels: 'ham spam'.split(' '),
    defaults: { ...usual, maxLength: 64 },
  },
  {
    name: 'wordnet_nouns',
    ...wordnet,
    trainRows: 12211,
    testRows: 1665,
    labels:
      'act animal artifact attribute body cognition communication event feeling food group location motive object person phenomenon plant possession process quantity relation shape state substance time tops'.split(
        ' ',
      ),
    defaults: { ...usual, maxLength: 40 },
  },
  {
    name: 'wordnet_verbs',
    ...wordnet,
    trainRows: 6212,
    testRows: 1096,
    labels:
      'body change cognition communication competition consumption contact creation emotion motion perception possession social stative weather'.split(
        ' ',
      ),
    defaults: usual,
  },
  { name: 'wordnet_parts', ...wordnet, trainRows: 7000, testRows: 1000, labels: partsOfSpeech, defaults: usual },
  {
    name: 'wordnet_kinds',
    ...wordnet,
    trainRows: 5060,
    testRows: 1012,
    labels: ['does not fit', 'fits'],
    defaults: { ...usual, maxLength: 44 },
  },
  {
    name: 'wordnet_words',
    ...wordnet,
    trainRows: 2038,
    testRows: 679,
    labels: 'adjective adverb auxiliary conjunction determiner noun particle preposition pronoun verb'.split(' '),
    defaults: { ...usual, maxLength: 20 },
  },
  {
    name: 'wordnet_demo',
    ...wordnet,
    trainRows: 240,
    testRows: 160,
    labels: partsOfSpeech,
    defaults: { ...usual, limit: 240, maxLength: 40, epochs: 8 },
  },
  {
    name: 'word_order',
    ...sentences,
    trainRows: 3200,
    testRows: 800,
    labels: ['exchanged', 'in order'],
    defaults: { ...usual, maxLength: 40 },
  },
  {
    name: 'verse_forms',
    ...verse,
    trainRows: 4500,
    testRows: 900,
    labels: '曲 词 诗'.split(' '),
    defaults: usual,
  },
  {
    name: 'verse_tunes',
    ...verse,
    trainRows: 3200,
    testRows: 488,
    labels: '临江仙 减字木兰花 念奴娇 水调歌头 沁园春 浣溪沙 满江红 菩萨蛮 西江月 鹧鸪天'.split(' '),
    defaults: { ...usual, maxLength: 42 },
  },
  {
    name: 'verse_order',
    ...verse,
    trainRows: 3200,
    testRows: 800,
    labels: linesInOrder,
    defaults: usual,
  },
  {
    name: 'verse_demo',
    ...verse,
    trainRows: 240,
    testRows: 160,
    labels: linesInOrder,
    defaults: { ...usual, limit: 240, epochs: 8 },
  },
  {
    name: 'verse_places',
    ...verse,
    trainRows: 3200,
    testRows: 800,
    labels: '尾联 颈联 颔联 首联'.split(' '),
    defaults: usual,
  },
];

/** @throws DataFileError where no task has this name */
export function builtInTask(name: string): BuiltInTask {
  const task = builtInTasks.find((known) => known.name === name);
  if (!task) throw new DataFileError(msg`${name} is no built-in task.`);
  return task;
}

/** The built-in encoders, folders in public/models, and what they read. */
const encoders = {
  'encoder-small': 'en',
  'minilm-l3': 'en',
  'all-MiniLM-L6-v2': 'en',
  'verse-small': 'zh',
} as const satisfies Record<string, Language>;
export type BuiltInEncoder = keyof typeof encoders;

/** Built in before minilm-l3. Nobody chooses it any more; runs, links and adapters that were made on it still open. */
export const retiredEncoder: BuiltInEncoder = 'encoder-small';

/** The built-in encoders that one can choose. */
export const builtInEncoders = (Object.keys(encoders) as BuiltInEncoder[]).filter((name) => name !== retiredEncoder);

/** The built-in encoder that one begins with in a language. */
export const usualEncoders: Readonly<Record<Language, { name: BuiltInEncoder; layers: number }>> = {
  en: { name: 'minilm-l3', layers: 3 },
  zh: { name: 'verse-small', layers: 4 },
};

export const isBuiltInEncoder = (name: string): name is BuiltInEncoder => Object.hasOwn(encoders, name);

/** The language of a built-in encoder or task; null where nothing is known of it. */
export const languageOf = (name: string): Language | null =>
  isBuiltInEncoder(name) ? encoders[name] : (builtInTasks.find((task) => task.name === name)?.language ?? null);

/** Whether a built-in encoder cannot read a built-in task; of others nothing is known. */
export const speakOtherLanguages = (encoder: string, task: string): boolean => {
  const [read, written] = [languageOf(encoder), languageOf(task)];
  return read !== null && written !== null && read !== written;
};
