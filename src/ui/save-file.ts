import Papa from 'papaparse';

/** Hands a file to the person's downloads. */
export function saveFile(name: string, content: string | Blob, type: string): void {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Rows as CSV with a byte order mark, so that spreadsheets read Chinese; cells that a spreadsheet would run are quoted. */
export const csvOf = (rows: readonly (string | number)[][]): string =>
  `\ufeff${Papa.unparse([...rows], { escapeFormulae: true })}\r\n`;
