import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { readFolder } from '../../commands/support/folders.ts';
import { FileSetError } from '../../src/base/file-set.ts';
import { messageOf } from '../../src/base/message.ts';
import { BundleError } from '../../src/files/bundle.ts';
import { SafetensorsError } from '../../src/files/formats/safetensors.ts';
import { PickleError } from '../../src/files/formats/unpickler.ts';
import { ImportError } from '../../src/files/import/imported.ts';
import { learnSentences, say } from '../../src/i18n/messages.ts';
import { errors as chinese } from '../../src/i18n/zh/errors/all.ts';
import { readEncoderConfig } from '../../src/model/encoder-config.ts';
import { RunFileError } from '../../src/training/run.ts';

/** An adapter that is read, and how files are refused that lie: by an error of ours, which every page can say. */

export const encoder = readEncoderConfig(JSON.parse(readFileSync('tests/golden/models/tiny/config.json', 'utf8')));
const saved = 'tests/golden/runs/houlsby-gelu-zero-init';
export const sound = readFolder(`${saved}/adapterhub_final`);
export const bin = readFolder(`${saved}/adapterhub_final_bin`).get('pytorch_adapter.bin') ?? new Uint8Array();
const ours = [FileSetError, ImportError, PickleError, SafetensorsError, BundleError, RunFileError];

learnSentences('zh', chinese);
/** Words in a row that no Chinese sentence has. */
const englishWords = /[a-z]{2,} [a-z]{2,} [a-z]{2,}/;

/** Why something is refused, as a Chinese page says it. */
export function refusalInChinese(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    return say(messageOf(error), 'zh');
  }
}

/** Whether something is refused by one of our errors; anything else that is thrown, or a success, fails the test. */
export function refusal(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (!ours.some((kind) => error instanceof kind)) throw error;
    expect(say(messageOf(error), 'zh')).not.toMatch(englishWords);
    return (error as Error).message;
  }
}
