import { download } from '../../src/files/download.ts';
import { type EncoderFiles, readEncoderFiles } from '../../src/files/encoder-files.ts';

/** Reads files of a folder under tests/golden in the browser. */
export const goldenFolder = (path: string) => (name: string) => download(`/tests/golden/${path}/${name}`);

/** The recorded runs' tiny encoder. */
export const tinyEncoder = (): Promise<EncoderFiles> => readEncoderFiles(goldenFolder('models/tiny'));
