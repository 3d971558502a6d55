import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import type { Language } from '../../data/built-in/tasks.ts';
import { taskName } from '../../training/run.ts';
import { deleteAdapter } from '../adapters/state.ts';
import { maxPast } from '../dataset/actions.ts';
import { datasetStore, isOwn, type OwnData } from '../dataset/state.ts';
import { readNote } from '../notes.ts';
import { isBusy } from '../page/selectors.ts';
import { type PageState, pageStore } from '../page/state.ts';
import { rememberVisit } from '../page/view.ts';
import { openRun } from '../run/actions.ts';
import { trainWhenReady } from '../run/train-when-ready.ts';
import { writeSentence } from '../run/try-it.ts';
import { deleteRun, runsStore } from '../runs/state.ts';
import { put } from '../storage.ts';
import { cardsOf, maxCards, maxName, maxText, obstacleOf, rowsOf, runFor, sameRows, titleOf } from './cards.ts';
import { type CardText, exampleCards } from './examples.ts';

/** A person's own classes as named cards, with a line an example: kept, and trained on like any other own rows. */

export interface Card extends CardText {
  /** Tells cards apart while their names change. */
  id: number;
}

export interface CardsState {
  /** Null until the last visit's have been looked for. */
  cards: readonly Card[] | null;
  /** Whether it trains again by itself when lines change. */
  again: boolean;
  /** Whether training has been asked for, and waits for the encoder, the rows or the engine. */
  waits: boolean;
}

export const initialCards: CardsState = { cards: null, again: true, waits: false };
export const cardsStore = createStore<CardsState>(() => initialCards);
const { getState, setState } = cardsStore;

const noteKey = 'cards';
const noteSchema = z.object({
  cards: z.array(z.object({ name: z.string().max(maxName), text: z.string().max(maxText) })).max(maxCards),
  again: z.boolean(),
});

let lastId = 0;
const withId = ({ name, text }: CardText): Card => ({ id: ++lastId, name, text });

/** Reads the cards of the last visit; at the first one there are two with examples. */
export async function openCards(language: Language): Promise<void> {
  if (getState().cards) return;
  const note = await readNote(noteKey, noteSchema);
  if (getState().cards) return;
  setState({ cards: (note?.cards ?? exampleCards[language].cards).map(withId), again: note?.again ?? true });
}

/** Milliseconds after the last change before it is written. */
const saveDelay = 500;
let saveTimer: ReturnType<typeof setTimeout> | undefined;

function save(): void {
  clearTimeout(saveTimer);
  saveTimer = setTimeout(() => {
    const { cards, again } = getState();
    const texts = cards?.map(({ name, text }) => ({ name, text }));
    if (texts) void put('notes', noteKey, { cards: texts, again });
  }, saveDelay);
}

function changeCards(change: (cards: readonly Card[]) => readonly Card[]): void {
  setState({ cards: change(getState().cards ?? []) });
  save();
  trainAgainSoon();
}

export function writeCard(id: number, { name, text }: Partial<CardText>): void {
  changeCards((cards) =>
    cards.map((card) =>
      card.id === id
        ? { id, name: (name ?? card.name).slice(0, maxName), text: (text ?? card.text).slice(0, maxText) }
        : card,
    ),
  );
}

export const addCard = (): void =>
  changeCards((cards) => (cards.length < maxCards ? [...cards, withId({ name: '', text: '' })] : cards));

export const removeCard = (id: number): void => changeCards((cards) => cards.filter((card) => card.id !== id));

/** Puts the examples of a language in the cards' place. */
export const takeExamples = (language: Language): void => changeCards(() => exampleCards[language].cards.map(withId));

export function trainAgainByItself(again: boolean): void {
  setState({ again });
  save();
  trainAgainSoon();
}

/** Whether the page's run is one of the cards', as they are named now. */
export const isOfCards = ({ run }: Pick<PageState, 'run'>, cards: readonly CardText[]): boolean =>
  isOwn(run) && taskName(run) === titleOf(cards);

/** Whether the lines are other ones than those that the page's run stands on. */
export const haveChanged = (cards: readonly CardText[], data: OwnData | null): boolean =>
  data?.name !== titleOf(cards) || !sameRows(data.rows, rowsOf(cards));

/** The cards' latest run that began by itself: the next one takes its place. */
let bySelf: string | null = null;

/** Drops a run that began by itself, as long as nobody has named it or held on to it. */
function dropFormer(): void {
  const record = runsStore.getState().runs.find(({ id }) => id === bySelf);
  bySelf = null;
  if (!record || record.pinned || record.renamed) return;
  deleteRun(record.id);
  deleteAdapter(record.id);
}

/** Trains on the cards as they are now. Another run, which is not under way, gives way to it. */
export const teachCards = (): void => teach(false);

function teach(unasked: boolean): void {
  const { cards } = getState();
  const page = pageStore.getState();
  if (!cards || obstacleOf(cards) !== null || isBusy(page) || page.trainsElsewhere) return;
  rememberVisit();
  dropFormer();
  const [name, rows] = [titleOf(cards), rowsOf(cards)];
  const { data, past } = datasetStore.getState();
  const isOurs = isOfCards(page, cards);
  const sentence = sentenceFor(page, isOurs, cards);
  datasetStore.setState({
    data: { name, rows, test: null },
    // Rows from elsewhere are there again after an undo.
    past: data && data.name !== name ? [...past, data].slice(-maxPast) : past,
  });
  openRun(runFor(rows, name, page.run, isOurs), { reload: true });
  if (sentence !== null) askOnceOpen(sentence);
  setState({ waits: true });
  trainWhenReady(
    (now) => isOfCards(now, cards),
    () => {
      setState({ waits: false });
      if (unasked) noteBySelf();
    },
  );
}

/** Notes the run that is about to begin, once it has a record. */
function noteBySelf(): void {
  const { runId } = pageStore.getState();
  const stop = runsStore.subscribe(({ runs }) => {
    if (!runs.some(({ id }) => id === runId)) return;
    stop();
    bySelf = runId;
  });
}

/** What a person asked last stays in the box; null: a line that is kept aside comes into it. */
function sentenceFor({ sentence, example }: PageState, isOurs: boolean, cards: readonly CardText[]): string | null {
  if (isOurs) return example === null && sentence.trim() !== '' ? sentence : null;
  const ours = Object.values(exampleCards).find(({ cards: examples }) => titleOf(examples) === titleOf(cards));
  return ours?.ask ?? null;
}

/** The rows that have just been opened put one of their own into the box first. */
function askOnceOpen(sentence: string): void {
  const stop = pageStore.subscribe(({ task }) => {
    if (!task) return;
    stop();
    queueMicrotask(() => writeSentence(sentence));
  });
}

/** Milliseconds after the last change of a line before it trains again, and the longest run that is begun unasked. */
const againDelay = 1500;
const longestUnasked = 30_000;
let againTimer: ReturnType<typeof setTimeout> | undefined;
let stopWaiting = () => {};

/** Milliseconds that the steps of the page's run took. */
const timeOf = ({ steps }: PageState): number => steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0);

/** Trains again once the writer pauses and nothing trains, where a run of these cards has ended and took seconds. */
function trainAgainSoon(): void {
  clearTimeout(againTimer);
  stopWaiting();
  againTimer = setTimeout(() => {
    const attempt = () => {
      const page = pageStore.getState();
      if (isBusy(page) || getState().waits) return;
      stopWaiting();
      const { cards, again } = getState();
      const wanted = again && cards && haveChanged(cards, datasetStore.getState().data);
      if (wanted && page.phase === 'done' && isOwn(page.run) && isTrained && timeOf(page) < longestUnasked) teach(true);
    };
    stopWaiting = pageStore.subscribe(attempt);
    attempt();
  }, againDelay);
}

/** Whether the run that ended last was the cards'. */
let isTrained = false;
pageStore.subscribe((page, before) => {
  if (page.phase !== before.phase && page.phase === 'done') isTrained = isOfCards(page, getState().cards ?? []);
  else if (page.run !== before.run) isTrained = false;
});

/** Stops what would train by itself: the cards are no longer looked at. */
export function leaveCards(): void {
  clearTimeout(againTimer);
  stopWaiting();
}

// Rows that were mended or edited elsewhere on the page are the cards' lines; what is written since then comes first.
datasetStore.subscribe(({ data }, { data: before }) => {
  const { cards } = getState();
  if (!cards || !data || data === before || data.test || data.name !== titleOf(cards)) return;
  const changed = haveChanged(cards, data) && !haveChanged(cards, before) ? cardsOf(data.rows) : null;
  if (!changed) return;
  setState({ cards: changed.map(withId) });
  save();
});
