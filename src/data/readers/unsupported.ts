import type { FileSet } from '../../base/file-set.ts';
import { type MessageParts, msg } from '../../base/message.ts';
import { DataFileError } from './data-file.ts';

/** File types that cannot be read, recognised by their first bytes whatever their names, and what to do with each. */

const saveAsCsv = msg`Save the rows as CSV.`;
const unpackFirst = msg`Unpack it and choose the table in it, or pack its folders as a zip.`;
const unpackFile = msg`Unpack it, or pack it with gzip.`;
const writeParquet = msg`In Python, write it with to_parquet or to_csv.`;
const exportCsv = msg`Export the rows as CSV.`;

interface Signature {
  /** The bytes as Latin-1, or a test of them. */
  start: string | RegExp;
  /** Their offset. */
  at?: number;
  what: MessageParts;
  advice: MessageParts;
}

/** Bytes as Latin-1 that match an expression; a dot is any byte. */
const bytes = (pattern: TemplateStringsArray) => new RegExp(String.raw(pattern), 's');
const bytesAnyCase = (pattern: TemplateStringsArray) => new RegExp(String.raw(pattern), 'is');

const signatures: readonly Signature[] = [
  { start: 'ARROW1\0\0', what: msg`an Arrow IPC file (Feather version 2)`, advice: writeParquet },
  { start: 'FEA1', what: msg`a Feather file (version 1)`, advice: writeParquet },
  { start: bytes`^\xff{4}.{2}\0\0`, what: msg`an Arrow IPC stream`, advice: writeParquet },
  { start: bytes`^PARE[^ -~\n]`, what: msg`an encrypted Parquet file`, advice: writeParquet },
  { start: 'Obj\u0001', what: msg`an Avro file`, advice: writeParquet },
  { start: bytes`^ORC[^ -~\r]`, what: msg`an ORC file`, advice: writeParquet },
  { start: '\u0089HDF\r\n\u001a\n', what: msg`an HDF5 file (.h5)`, advice: writeParquet },
  { start: '\u0093NUMPY', what: msg`a NumPy file (.npy)`, advice: writeParquet },
  { start: bytes`^\x80[\x02-\x05][}\]()c\x95Kq.]`, what: msg`a pickle of Python`, advice: writeParquet },
  {
    start: bytes`^(\([dl]p\d+\n|c(copy_reg|builtins|__builtin__|collections|(pandas|numpy)[\w.]*)\n\w+\np\d)`,
    what: msg`a pickle of Python`,
    advice: writeParquet,
  },
  { start: 'SQLite format 3', what: msg`an SQLite database`, advice: exportCsv },
  { start: bytes`^.{8}DUCK[^ -~]`, what: msg`a DuckDB database`, advice: exportCsv },
  { start: bytes`^\0\x01\0\0Standard (Jet|ACE) DB`, what: msg`an Access database`, advice: exportCsv },
  { start: '<stata_dta>', what: msg`a Stata file (.dta)`, advice: exportCsv },
  { start: '$FL2', what: msg`an SPSS file (.sav)`, advice: exportCsv },
  { start: 'MATLAB 5.0', what: msg`a MATLAB file (.mat)`, advice: exportCsv },
  { start: bytes`^(RD[XA][23]\n)?[XA]\n\0\0\0[\x02\x03]`, what: msg`a file of R (.rds, .RData)`, advice: exportCsv },
  { start: 'ustar', at: 257, what: msg`a tar archive`, advice: unpackFirst },
  { start: '7z\u00bc\u00af\u0027\u001c', what: msg`a 7-Zip archive (.7z)`, advice: unpackFirst },
  { start: 'Rar!\u001a\u0007', what: msg`a RAR archive`, advice: unpackFirst },
  { start: bytes`^BZh[1-9]1AY&SY|^BZh[1-9]\x17\x72\x45\x38`, what: msg`a bzip2 file (.bz2)`, advice: unpackFile },
  { start: '\u00fd7zXZ\0', what: msg`an xz file`, advice: unpackFile },
  { start: '\u0028\u00b5\u002f\u00fd', what: msg`a Zstandard file (.zst, zstd)`, advice: unpackFile },
  { start: '\u0004\u0022\u004d\u0018', what: msg`an LZ4 file`, advice: unpackFile },
  { start: '\u001f\u009d', what: msg`a compress file (.Z)`, advice: unpackFile },
  {
    start: '\u00d0\u00cf\u0011\u00e0',
    what: msg`a workbook or document of an old Office (.xls, .doc)`,
    advice: saveAsCsv,
  },
  { start: '%PDF-', what: msg`a PDF`, advice: saveAsCsv },
  { start: '{\\rtf', what: msg`a document (RTF)`, advice: saveAsCsv },
  { start: '\u0089PNG', what: msg`a picture`, advice: saveAsCsv },
  { start: bytes`^GIF8[79]a`, what: msg`a picture`, advice: saveAsCsv },
  { start: '\u00ff\u00d8\u00ff', what: msg`a picture`, advice: saveAsCsv },
  { start: bytes`^RIFF.{4}WEBP|^(II\*\0|MM\0\*)`, what: msg`a picture`, advice: saveAsCsv },
  { start: bytes`^RIFF.{4}WAVE|^ID3[^ -~]|^OggS\0|^fLaC\0`, what: msg`a sound file`, advice: saveAsCsv },
  { start: bytes`^\0\0.{2}ftyp`, what: msg`a film`, advice: saveAsCsv },
  { start: bytes`^MZ[^ -~\s]|^\x7fELF`, what: msg`a program`, advice: saveAsCsv },
  {
    start: bytes`^version https://git-lfs\.github\.com`,
    what: msg`a pointer of Git LFS, which stands in for the file`,
    advice: msg`Download the file itself (git lfs pull).`,
  },
  {
    start: bytesAnyCase`^(\xef\xbb\xbf)?\s*<(!doctype html|html|head)\b`,
    what: msg`a web page (HTML)`,
    advice: msg`Download the file itself rather than the page about it.`,
  },
  { start: bytes`^(\xef\xbb\xbf)?\s*<\?xml\b`, what: msg`XML`, advice: saveAsCsv },
  { start: bytesAnyCase`^\s*(%[^\n]*\n\s*)*@relation\s`, what: msg`an ARFF file of Weka`, advice: saveAsCsv },
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
  if (unsupported) throw new DataFileError(msg`${name} is ${unsupported.what}, not a table. ${unsupported.advice}`);
}

/** Kinds of zips that are documents, by a file that each holds. */
const documents: readonly (readonly [RegExp, MessageParts, MessageParts])[] = [
  [/^xl\//, msg`an Excel workbook (.xlsx)`, saveAsCsv],
  [/^word\//, msg`a Word document (.docx)`, saveAsCsv],
  [/^ppt\//, msg`a PowerPoint presentation (.pptx)`, saveAsCsv],
  [/^\[Content_Types\]\.xml$/, msg`a workbook or document of Office`, saveAsCsv],
  [/^META-INF\/container\.xml$/, msg`an e-book (EPUB)`, saveAsCsv],
  [/^META-INF\/MANIFEST\.MF$/, msg`a Java archive`, saveAsCsv],
  [/(^|\/)data\.pkl$/, msg`a PyTorch file`, writeParquet],
  [/\.npy$/, msg`a NumPy archive (.npz)`, writeParquet],
];

/** @throws DataFileError for a zip that is a document of its own kind */
export function assertPlainZip(files: FileSet, name: string): void {
  const type = String.fromCharCode(...(files.get('mimetype')?.subarray(0, 80) ?? []));
  const open = type.includes('opendocument.spreadsheet')
    ? msg`an OpenDocument spreadsheet (.ods)`
    : type.includes('opendocument')
      ? msg`an OpenDocument file (.odt, .odp)`
      : null;
  const found = documents.find(([path]) => [...files.keys()].some((each) => path.test(each)));
  const what = open ?? found?.[1];
  if (what) throw new DataFileError(msg`${name} is ${what}, not a table. ${found?.[2] ?? saveAsCsv}`);
}
