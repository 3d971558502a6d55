import { z } from 'zod';
import { jsonFromBytes } from '../../base/json.ts';
import { type MessageParts, msg, partOf, toEnglish, UserError } from '../../base/message.ts';
import { issuePath, issueWords, parseInput } from '../../base/zod-issues.ts';
import { packText, unpackText } from '../../data/packed-text.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import { type EncoderConfig, encoderConfigSchema } from '../../model/encoder-config.ts';
import { trainingPlan } from '../../model/methods.ts';
import { countParameters, type ParameterCounts, trainableParameters } from '../../model/parameters.ts';
import { assertSingleLabel, type Run, readRun } from '../../training/run.ts';
import { guess, keptSchema, lessonId } from '../lessons/state.ts';
import { HandInError } from './hand-in-error.ts';
import { mostNumbers, numbersOf, packWeights, unpackWeights, weightsSchema } from './weights.ts';

/** What a learner hands in: a file, or a link. docs/files.md describes it. */

/** Characters of a learner's name. */
export const maxNameLength = 60;
/** Bytes of a file, at most: four for each three of the weights, and some for words. */
export const mostFileBytes = 6_000_000;
/** Characters of a hand-in inside a link, and bytes that it may unpack to. */
export const mostLinked = { characters: 60_000, bytes: 200_000 };

const share = z.number().min(0).max(1);
/** What was said in the lessons, and measured there. */
const answersSchema = keptSchema
  .pick({ given: true, predicted: true, explained: true, quiz: true })
  .extend({ measured: z.partialRecord(lessonId, guess) });
export type Answers = z.infer<typeof answersSchema>;

const fileSchema = z.strictObject({
  format: z.literal('bottleneck-hand-in', { error: toEnglish(msg`this is no hand-in of this page`) }),
  version: z.literal(1, { error: toEnglish(msg`it was made by another version of this page`) }),
  /** As the learner writes it; '': none. */
  name: z.string().trim().max(maxNameLength),
  answers: answersSchema,
  trained: z
    .strictObject({
      run: z.unknown(),
      labels: z.array(z.string().min(1).max(1000)).min(2).max(1000),
      encoder: encoderConfigSchema,
      /** On the run's own test rows; null: it was not measured. */
      accuracy: share.nullable(),
      /** Of the frozen baseline, at its best. */
      baseline: share.nullable(),
      testRows: z.number().int().min(0).max(1e9),
      /** Null: too many, or not handed in. */
      weights: weightsSchema.nullable(),
    })
    .nullable(),
});

/** A trained adapter that is handed in. */
export interface HandedIn {
  run: Run;
  labels: string[];
  encoder: EncoderConfig;
  accuracy: number | null;
  baseline: number | null;
  testRows: number;
  /** Null: it came without weights. */
  tensors: NamedTensors | null;
}

export interface HandIn {
  name: string;
  answers: Answers;
  trained: HandedIn | null;
}

/** The tensors that a run trains, in order. */
const wantedOf = ({ run, encoder, labels }: Pick<HandedIn, 'run' | 'encoder' | 'labels'>) =>
  trainableParameters(encoder, trainingPlan(run.method, encoder.layers), labels.length);

/** What a run trains, and what it leaves frozen. */
export const countsOf = ({ run, encoder, labels }: HandedIn): ParameterCounts =>
  countParameters(encoder, trainingPlan(run.method, encoder.layers), labels.length);

/** Whether a run's weights are few enough to be handed in. */
export const isSmall = (trained: Pick<HandedIn, 'run' | 'encoder' | 'labels'>): boolean =>
  numbersOf(wantedOf(trained)) <= mostNumbers;

/** A hand-in as JSON; its weights in 8 bits each, or in 32, which is all of them. */
function written({ name, answers, trained }: HandIn, bits: 8 | 32): z.input<typeof fileSchema> {
  return {
    format: 'bottleneck-hand-in',
    version: 1,
    name,
    answers,
    trained: trained && {
      run: trained.run,
      labels: trained.labels,
      encoder: trained.encoder,
      accuracy: trained.accuracy,
      baseline: trained.baseline,
      testRows: trained.testRows,
      weights: trained.tensors && packWeights(trained.tensors, wantedOf(trained), bits),
    },
  };
}

export const writeHandIn = (handIn: HandIn): string => `${JSON.stringify(written(handIn, 32))}\n`;

/** Name of a hand-in in an address, and of the view that reads it. */
const place = '#/class?hand-in=';

/**
 * The address that hands in, weights in 8 bits; null where these are too many for one.
 * @param page the page's address
 */
export function handInLink(handIn: HandIn, page: string): string | null {
  // It would take long to find out.
  if (handIn.trained && numbersOf(wantedOf(handIn.trained)) > mostLinked.characters) return null;
  const packed = packText(written(handIn, 8));
  return packed.length > mostLinked.characters ? null : `${page.replace(/[?#].*/s, '')}${place}${packed}`;
}

/** The hand-in that an address brings, still packed; null: it brings none. */
export function packedIn(address: string): string | null {
  const at = address.indexOf(place);
  return at < 0 ? null : address.slice(at + place.length);
}

/** @throws HandInError, or what the run file says of itself */
export function readHandInLink(packed: string): HandIn {
  let json: unknown;
  try {
    json = unpackText(packed, mostLinked);
  } catch {
    throw new HandInError('The link is damaged, or not whole. Ask for it again.');
  }
  return readJson(json);
}

/** @throws HandInError saying what is wrong with the file */
export function readHandIn(bytes: Uint8Array): HandIn {
  let json: unknown;
  try {
    json = jsonFromBytes(bytes, { fatal: true });
  } catch {
    throw new HandInError('This is no hand-in of this page, or it is cut off.');
  }
  return readJson(json);
}

function readJson(json: unknown): HandIn {
  const parsed = parseInput(fileSchema, json);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const where = issuePath(issue);
    const words: MessageParts = issueWords(issue);
    throw new HandInError(where ? msg`${where}: ${words}` : words);
  }
  const { name, answers, trained } = parsed.data;
  if (!trained) return { name, answers, trained };
  const { weights, ...others } = trained;
  try {
    const whole = { ...others, run: readRun(trained.run) };
    assertSingleLabel(whole.run);
    const wanted = wantedOf(whole);
    return { name, answers, trained: { ...whole, tensors: weights && unpackWeights(weights, wanted) } };
  } catch (error) {
    // A method that does not fit the encoder, or settings that are none.
    if (error instanceof UserError && !(error instanceof HandInError)) throw new HandInError(partOf(error));
    throw error;
  }
}
