import { msg } from '../../base/message.ts';
import { ImportError } from './imported.ts';

/** Settings that nothing here reads: known to make no difference, switched off, or the reason why a file is refused. */

/** Nothing, false or empty: how every library writes a part that is not used. */
const isOff = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** The first setting that is neither read, nor harmless, nor switched off; null if there is none. */
export function unknownSetting(
  settings: Record<string, unknown>,
  read: readonly string[],
  harmless: readonly string[],
): string | null {
  const found = Object.entries(settings).find(
    ([key, value]) => !read.includes(key) && !harmless.includes(key) && !isOff(value),
  );
  return found ? `${found[0].slice(0, 60)}: ${JSON.stringify(found[1]).slice(0, 60)}` : null;
}

/** @throws ImportError naming a setting that would change what the adapter computes, or might */
export function refuseUnknown(
  settings: Record<string, unknown>,
  read: readonly string[],
  harmless: readonly string[],
): void {
  const setting = unknownSetting(settings, read, harmless);
  if (setting !== null)
    throw new ImportError(msg`adapter_config.json sets ${setting}, which this product does not compute.`);
}
