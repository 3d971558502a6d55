import { type FileSet, inside, utf8 } from '../../base/file-set.ts';
import { writeSafetensors } from '../formats/safetensors.ts';
import { pythonTensors } from '../python-tensors.ts';
import { adapterHubFolder, headJson } from './adapterhub.ts';
import { adapterHubCard, type Carded, peftCard, plainCard } from './model-card.ts';
import { peftFolder } from './peft.ts';
import { headFile, type Trained } from './trained.ts';

/** The export formats, by the name of their folder. */
export type ExportFormat = 'adapterhub' | 'peft' | 'plain';

/** Every trained tensor under PyTorch's name, with the code that loads it: for every method. */
export function plainFolder(trained: Trained): FileSet {
  return new Map([
    ['trainable.safetensors', writeSafetensors(pythonTensors(trained.tensors, trained.encoder))],
    [headFile, headJson(trained)],
    ['run.json', utf8(`${JSON.stringify(trained.run, null, 2)}\n`)],
    ['README.md', utf8(plainCard(trained))],
  ]);
}

const writers: Record<ExportFormat, (trained: Trained) => FileSet> = {
  adapterhub: adapterHubFolder,
  peft: peftFolder,
  plain: plainFolder,
};

/** Formats that a method can be exported to, the one that Python supports best first. */
export function exportFormats({ type }: Trained['run']['method']): ExportFormat[] {
  if (type === 'lora') return ['peft', 'adapterhub', 'plain'];
  if (type === 'bitfit' || type === 'head-only' || type === 'full') return ['plain'];
  return ['adapterhub', 'plain'];
}

const cards: Record<ExportFormat, (carded: Carded) => string> = {
  adapterhub: adapterHubCard,
  peft: peftCard,
  plain: plainCard,
};

/** README.md of an export. */
export const exportCard = (carded: Carded, format: ExportFormat): string => cards[format](carded);

/** The trained run in one format, in a folder of that name. @throws ExportError */
export const exportFolder = (trained: Trained, format: ExportFormat): FileSet =>
  inside(format, writers[format](trained));
