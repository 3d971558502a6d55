import { msg } from '../../base/message.ts';
import { DataFileError, type FileRecord, maxRecordCharacters } from './data-file.ts';

/**
 * CoNLL's form: a word a line with its tag, a blank line behind each sentence. Columns are parted by tabs or, where a line has
 * none, by spaces; the first is the word and the last the tag, as in CoNLL-2003. CoNLL-U, which counts its words, has the word
 * second and the part of speech fourth.
 */

export const conllColumns = ['words', 'tags'];

/** A line of CoNLL-U has ten columns, the first the word's number: 7, of a word in one 7-8, of one left out 7.1. */
const numbered = /^\d+([-.]\d+)?$/;
const conlluColumns = 10;

/** Collects sentences as the lines come. Each is a record of two cells, the lists of its words and of its tags as JSON. */
export class ConllSentences {
  readonly #file: string;
  #pending = '';
  #line = 0;
  #begun = 0;
  #words: string[] = [];
  #tags: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /**
   * @param text the next piece, its line ends \n
   * @param last nothing follows
   * @throws DataFileError naming the line that has no tag
   */
  push(text: string, last: boolean): FileRecord[] {
    const lines = (this.#pending + text).split('\n');
    this.#pending = last ? '' : (lines.pop() ?? '');
    if (this.#pending.length > maxRecordCharacters)
      throw new DataFileError(
        msg`${this.#file} line ${this.#line + lines.length + 1}: more than ${maxRecordCharacters} characters in one line.`,
      );
    const sentences = lines.flatMap((line) => this.#add(line));
    return last ? [...sentences, ...this.#end()] : sentences;
  }

  #add(line: string): FileRecord[] {
    this.#line++;
    if (line.trim() === '') return this.#end();
    // What is no word: CoNLL-U's notes, and CoNLL-2003's mark between documents.
    if (/^(# |#$|-DOCSTART-)/.test(line)) return [];
    const cells = line.includes('\t') ? line.split('\t').map((cell) => cell.trim()) : line.trim().split(/\s+/);
    const isConllu = cells.length === conlluColumns && numbered.test(cells[0] ?? '');
    // The words that a contraction stands for follow on lines of their own.
    if (isConllu && !/^\d+$/.test(cells[0] ?? '')) return [];
    const [word, tag] = isConllu ? [cells[1], cells[3]] : [cells[0], cells.length > 1 ? cells.at(-1) : undefined];
    if (!tag)
      throw new DataFileError(
        msg`${this.#file} line ${this.#line}: “${line.trim().slice(0, 40)}” has no tag. Write a word and its tag on each line, and a blank line behind each sentence.`,
      );
    if (this.#words.length === 0) this.#begun = this.#line;
    this.#words.push(word ?? '');
    this.#tags.push(tag);
    return [];
  }

  #end(): FileRecord[] {
    if (this.#words.length === 0) return [];
    const record = { place: this.#begun, cells: [JSON.stringify(this.#words), JSON.stringify(this.#tags)] };
    [this.#words, this.#tags] = [[], []];
    return [record];
  }
}
