import type { FileSet } from '../../base/file-set.ts';
import { type Said, said } from '../../base/message.ts';
import { DataFileError } from './data-file.ts';

/** Files that are no table this reads, told by their first bytes whatever their names say, and what to do with each. */

const saveAsCsv = said`Save the rows as CSV.`;
const unpackFirst = said`Unpack it and choose the table in it, or pack its folders as a zip.`;
const unpackFile = said`Unpack it, or pack it with gzip.`;
const writeParquet = said`In Python, write it with to_parquet or to_csv.`;
const exportCsv = said`Export the rows as CSV.`;

interface Signature {
  /** The bytes as Latin-1, or a test of them. */
  start: string | RegExp;
  /** Where they stand. */
  at?: number;
  what: Said;
  advice: Said;
}

/** Bytes as Latin-1 that match an expression; a dot is any byte. */
const bytes = (pattern: TemplateStringsArray) => new RegExp(String.raw(pattern), 's');
const bytesAnyCase = (pattern: TemplateStringsArray) => new RegExp(String.raw(pattern), 'is');

const signatures: readonly Signature[] = [
  { start: 'ARROW1\0\0', what: said`an Arrow IPC file (Feather version 2)`, advice: writeParquet },
  { start: 'FEA1', what: said`a Feather file (version 1)`, advice: writeParquet },
  { start: bytes`^\xff{4}.{2}\0\0`, what: said`an Arrow IPC stream`, advice: writeParquet },
  { start: bytes`^PARE[^ -~\n]`, what: said`an encrypted Parquet file`, advice: writeParquet },
  { start: 'Obj\u0001', what: said`an Avro file`, advice: writeParquet },
  { start: bytes`^ORC[^ -~\r]`, what: said`an ORC file`, advice: writeParquet },
  { start: '\u0089HDF\r\n\u001a\n', what: said`an HDF5 file (.h5)`, advice: writeParquet },
  { start: '\u0093NUMPY', what: said`a NumPy file (.npy)`, advice: writeParquet },
  { start: bytes`^\x80[\x02-\x05][}\]()c\x95Kq.]`, what: said`a pickle of Python`, advice: writeParquet },
  {
    start: bytes`^(\([dl]p\d+\n|c(copy_reg|builtins|__builtin__|collections|(pandas|numpy)[\w.]*)\n\w+\np\d)`,
    what: said`a pickle of Python`,
    advice: writeParquet,
  },
  { start: 'SQLite format 3', what: said`an SQLite database`, advice: exportCsv },
  { start: bytes`^.{8}DUCK[^ -~]`, what: said`a DuckDB database`, advice: exportCsv },
  { start: bytes`^\0\x01\0\0Standard (Jet|ACE) DB`, what: said`an Access database`, advice: exportCsv },
  { start: '<stata_dta>', what: said`a Stata file (.dta)`, advice: exportCsv },
  { start: '$FL2', what: said`an SPSS file (.sav)`, advice: exportCsv },
  { start: 'MATLAB 5.0', what: said`a MATLAB file (.mat)`, advice: exportCsv },
  { start: bytes`^(RD[XA][23]\n)?[XA]\n\0\0\0[\x02\x03]`, what: said`a file of R (.rds, .RData)`, advice: exportCsv },
  { start: 'ustar', at: 257, what: said`a tar archive`, advice: unpackFirst },
  { start: '7z\u00bc\u00af\u0027\u001c', what: said`a 7-Zip archive (.7z)`, advice: unpackFirst },
  { start: 'Rar!\u001a\u0007', what: said`a RAR archive`, advice: unpackFirst },
  { start: bytes`^BZh[1-9]1AY&SY|^BZh[1-9]\x17\x72\x45\x38`, what: said`a bzip2 file (.bz2)`, advice: unpackFile },
  { start: '\u00fd7zXZ\0', what: said`an xz file`, advice: unpackFile },
  { start: '\u0028\u00b5\u002f\u00fd', what: said`a Zstandard file (.zst, zstd)`, advice: unpackFile },
  { start: '\u0004\u0022\u004d\u0018', what: said`an LZ4 file`, advice: unpackFile },
  { start: '\u001f\u009d', what: said`a compress file (.Z)`, advice: unpackFile },
  {
    start: '\u00d0\u00cf\u0011\u00e0',
    what: said`a workbook or document of an old Office (.xls, .doc)`,
    advice: saveAsCsv,
  },
  { start: '%PDF-', what: said`a PDF`, advice: saveAsCsv },
  { start: '{\\rtf', what: said`a document (RTF)`, advice: saveAsCsv },
  { start: '\u0089PNG', what: said`a picture`, advice: saveAsCsv },
  { start: bytes`^GIF8[79]a`, what: said`a picture`, advice: saveAsCsv },
  { start: '\u00ff\u00d8\u00ff', what: said`a picture`, advice: saveAsCsv },
  { start: bytes`^RIFF.{4}WEBP|^(II\*\0|MM\0\*)`, what: said`a picture`, advice: saveAsCsv },
  { start: bytes`^RIFF.{4}WAVE|^ID3[^ -~]|^OggS\0|^fLaC\0`, what: said`a sound file`, advice: saveAsCsv },
  { start: bytes`^\0\0.{2}ftyp`, what: said`a film`, advice: saveAsCsv },
  { start: bytes`^MZ[^ -~\s]|^\x7fELF`, what: said`a program`, advice: saveAsCsv },
  {
    start: bytes`^version https://git-lfs\.github\.com`,
    what: said`a pointer of Git LFS, which stands in for the file`,
    advice: said`Download the file itself (git lfs pull).`,
  },
  {
    start: bytesAnyCase`^(\xef\xbb\xbf)?\s*<(!doctype html|html|head)\b`,
    what: said`a web page (HTML)`,
    advice: said`Download the file itself rather than the page about it.`,
  },
  { start: bytes`^(\xef\xbb\xbf)?\s*<\?xml\b`, what: said`XML`, advice: saveAsCsv },
  { start: bytesAnyCase`^\s*(%[^\n]*\n\s*)*@relation\s`, what: said`an ARFF file of Weka`, advice: saveAsCsv },
];

const tarHeaderBytes = 512;
const tarChecksumAt = 148;

/** Tar archives of before 1988 have no signature, but every header has the sum of its bytes. */
function isTar(head: Uint8Array): boolean {
  if (head.length < tarHeaderBytes || head[0] === 0) return false;
  const written = Number.parseInt(String.fromCharCode(...head.subarray(tarChecksumAt, tarChecksumAt + 8)), 8);
  const sum = head
    .subarray(0, tarHeaderBytes)
    .reduce((total, byte, i) => total + (i >= tarChecksumAt && i < tarChecksumAt + 8 ? 32 : byte), 0);
  return written === sum;
}

/** @throws DataFileError naming what the file is, where that is known and no table */
export function assertSupported(head: Uint8Array, name: string): void {
  const start = String.fromCharCode(...head.subarray(0, tarHeaderBytes));
  const found = signatures.find(({ start: expected, at = 0 }) =>
    typeof expected === 'string' ? start.startsWith(expected, at) : expected.test(start),
  );
  const tar = isTar(head) ? signatures.find(({ at }) => at === 257) : undefined;
  const unsupported = found ?? tar;
  if (unsupported) throw new DataFileError(said`${name} is ${unsupported.what}, not a table. ${unsupported.advice}`);
}

/** Zips that are documents, by a file that each of their kind holds. */
const documents: readonly (readonly [RegExp, Said, Said])[] = [
  [/^xl\//, said`an Excel workbook (.xlsx)`, saveAsCsv],
  [/^word\//, said`a Word document (.docx)`, saveAsCsv],
  [/^ppt\//, said`a PowerPoint presentation (.pptx)`, saveAsCsv],
  [/^\[Content_Types\]\.xml$/, said`a workbook or document of Office`, saveAsCsv],
  [/^META-INF\/container\.xml$/, said`an e-book (EPUB)`, saveAsCsv],
  [/^META-INF\/MANIFEST\.MF$/, said`a Java archive`, saveAsCsv],
  [/(^|\/)data\.pkl$/, said`a PyTorch file`, writeParquet],
  [/\.npy$/, said`a NumPy archive (.npz)`, writeParquet],
];

/** @throws DataFileError for a zip that is a document of its own kind */
export function assertPlainZip(files: FileSet, name: string): void {
  const type = String.fromCharCode(...(files.get('mimetype')?.subarray(0, 80) ?? []));
  const open = type.includes('opendocument.spreadsheet')
    ? said`an OpenDocument spreadsheet (.ods)`
    : type.includes('opendocument')
      ? said`an OpenDocument file (.odt, .odp)`
      : null;
  const found = documents.find(([path]) => [...files.keys()].some((each) => path.test(each)));
  const what = open ?? found?.[1];
  if (what) throw new DataFileError(said`${name} is ${what}, not a table. ${found?.[2] ?? saveAsCsv}`);
}
