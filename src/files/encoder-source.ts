import { isBuiltInEncoder } from '../data/built-in/tasks.ts';
import { parseHubName } from '../hub/hub.ts';

/** Source from which Python loads the encoder of a run. */
export interface EncoderSource {
  kind: 'built-in' | 'hub' | 'folder';
  /** Argument of `from_pretrained`. */
  base: string;
  /** The branch, tag or commit on the Hub; null: none was asked for. */
  revision: string | null;
  /** Note for the person who runs the code. */
  note: string;
}

/**
 * Source of an encoder, by its name in run files.
 * @param beside the path from the code's folder to the one that a built-in encoder is exported into
 */
export function encoderSource(model: string, beside: '' | '../' = ''): EncoderSource {
  if (isBuiltInEncoder(model))
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
