import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { look } from '../../commands/look/report.ts';
import { check, type Expected, moods } from '../support/looks.ts';

/** Files with a fault or a form of their own, as they were found. */

describe('files as they were found', () => {
  const at = new URL('faults/', import.meta.url);
  const found: [string, Expected][] = [
    ['ag-news-headerless.csv', { header: false, text: 3, label: 1, classes: ['1', '2', '3', '4'], rows: 24 }],
    ['sentiment140-headerless.csv', { header: false, text: 6, label: 1, classes: ['0', '4'] }],
    ['tweets.csv', { text: 'text', label: 'airline_sentiment', rows: 240 }],
    ['aclImdb.zip', { format: 'folders', classes: ['neg', 'pos'], rows: 12 }],
    ['train-only.zip', { format: 'folders', classes: ['neg', 'pos'], rows: 6 }],
    ['aclImdb_v1.tar.gz', { error: /tar archive/ }],
    ['excel-sep.csv', { text: 'text', label: 'label', classes: moods, rows: 6 }],
    ['excel-sep-comma.csv', { text: 'text', label: 'label', classes: moods, rows: 6 }],
    ['excel-sep-quoted.csv', { text: 'text', label: 'label', classes: moods, rows: 4 }],
    ['excel-sep-tab.csv', { text: 'text', label: 'label', classes: moods, rows: 3 }],
    ['index.json', { text: 'text', label: 'label', rows: 6 }],
    ['two-members.csv.gz', { rows: 4, label: 'label' }],
    ['zero-padded.csv.gz', { rows: 4, label: 'label' }],
    ['nan-line-3.json', { error: /line 3, column 23.*NaN/ }],
    ['quote-line-3.json', { error: /line 3, column 24.*single quotes/ }],
    ['python-true-line-2.json', { error: /line 2, column 23.*True/ }],
    ['rows.jsonl', { error: /line 1, column 51.*NaN/ }],
    ['rows.json', { error: /line 1, column 52.*NaN/ }],
    [
      'formats/SMSSpamCollection',
      { format: 'tsv', header: false, text: 2, label: 1, classes: ['ham', 'spam'], rows: 6 },
    ],
    ['formats/cola.tsv', { header: false, text: 4, label: 2, classes: ['0', '1'] }],
    ['formats/emotions-train.txt', { header: false, text: 1, label: 2, rows: 7 }],
    ['formats/papa860.csv', { rows: 4 }],
    ['formats/papa1077.csv', { rows: 3, text: 'text', label: 'label' }],
    ['formats/unnamed.csv', { text: 'headline', label: 'is_sarcastic', rows: 40 }],
    ['formats/trec.label', { error: /one column only/ }],
    ['formats/fasttext.txt', { error: /one column only/ }],
    ['parquet/go-emotions.parquet', { text: 'text', label: null, rows: 6, error: /Column labels holds lists/ }],
    ['parquet/list-label.parquet', { label: null, error: /Column labels holds lists/ }],
    ['parquet/feather.parquet', { error: /Arrow IPC file \(Feather version 2\)/ }],
    ['parquet/data-00000-of-00001.arrow', { error: /Arrow IPC stream/ }],
    ['parquet/struct.parquet', { text: 'text', label: null, error: /label/ }],
    ['parquet/empty-groups.parquet', { error: /no rows/ }],
    ['parquet/dotted.parquet', { text: 'data.text', label: 'data.label', classes: ['neg', 'pos'], rows: 6 }],
    ...'binary category large-string-zstd lz4 multi-index null-type pandas-index string-view-brotli timestamp'
      .split(' ')
      .map((name): [string, Expected] => [
        `parquet/${name}.parquet`,
        { label: 'label', classes: ['neg', 'pos'], rows: 6 },
      ]),
    ...'byte-stream-split classlabel-dup-names decimal float float16'
      .split(' ')
      .map((name): [string, Expected] => [`parquet/${name}.parquet`, { label: 'label', classes: ['0', '1'], rows: 6 }]),
    ['parquet/uint64.parquet', { label: 'label', rows: 6 }],
    ['parquet/int8.parquet', { label: 'label', classes: ['-1', '1'] }],
    ['parquet/bool.parquet', { label: 'label', classes: ['false', 'true'] }],
    ['parquet/dup-columns.parquet', { label: 'label', rows: 6 }],
    ['parquet/classlabel-null.parquet', { label: 'label', rows: 5 }],
    ['parquet/float-null.parquet', { label: 'label', rows: 5 }],
    ['parquet/row-groups.parquet', { label: 'label', rows: 120 }],
    ['parquet/delta-byte-array.parquet', { label: 'label', rows: 300 }],
    ['parquet/v2-delta.parquet', { label: 'label', rows: 300 }],
  ];
  test.each(found)('%s', (name, expected) => check([name, name, readFileSync(new URL(name, at)), expected]));

  test('what an archive holds beside rows is named', async () => {
    const report = await look({ name: 'x.zip', blob: new Blob([readFileSync(new URL('aclImdb.zip', at))]) });
    expect(report.parts).toEqual({ train: 6, test: 6 });
    expect(report.notes.join(' ')).toMatch(/aclImdb\/README.*4 texts/);
  });
});
