import Papa from 'papaparse';

/** Rows as CSV with a byte order mark, so that spreadsheets read Chinese; cells that a spreadsheet would run are quoted. */
export const csvOf = (rows: readonly (string | number)[][]): string =>
  `\ufeff${Papa.unparse([...rows], { escapeFormulae: true })}\r\n`;
