import { builtInEncoders } from '../data/built-in/tasks.ts';
import { parseHubName } from '../hub/hub.ts';

/** Where Python finds the encoder of a run. */
export interface EncoderSource {
  kind: 'built-in' | 'hub' | 'folder';
  /** What `from_pretrained` is given. */
  base: string;
  /** The branch, tag or commit on the Hub; null: none was asked for. */
  revision: string | null;
  /** What a person has to know of it. */
  note: string;
}

/**
 * Where Python finds an encoder by the name that runs have for it.
 * @param beside the way from the code's folder to the one that a built-in encoder is exported into
 */
export function encoderSource(model: string, beside: '' | '../' = ''): EncoderSource {
  if (builtInEncoders.includes(model))
    return {
      kind: 'built-in',
      base: `${beside}${model}`,
      revision: null,
      note: 'the encoder that comes with Bottleneck: its folder, exported beside this',
    };
  const named = model.includes('/') ? parseHubName(model) : null;
  if (named) {
    const revision = model.includes('@') ? named.revision : null;
    return { kind: 'hub', base: named.name, revision, note: 'the encoder: its name on the Hub, or its folder' };
  }
  return {
    kind: 'folder',
    base: model,
    revision: null,
    note: 'the encoder: the folder of your computer it was loaded from',
  };
}
