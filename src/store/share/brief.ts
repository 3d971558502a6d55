import { type Run, sameRun } from '../../training/run.ts';

/**
 * A run without the settings that are defaults anyway: `readRun` fills them in again. A shorter link makes a QR code that is
 * read from further away.
 */
export function briefRun(run: Run): Run {
  const brief = structuredClone(run) as unknown as Group;
  for (const group of ['method', 'training'] as const) {
    const settings = brief[group] as Group;
    for (const key of Object.keys(settings)) {
      const { [key]: value } = settings;
      delete settings[key];
      if (!isSame(brief, run)) settings[key] = value;
    }
  }
  for (const key of ['pooling', 'engine', 'frozenBits']) {
    const { [key]: value } = brief;
    delete brief[key];
    if (!isSame(brief, run)) brief[key] = value;
  }
  return brief as unknown as Run;
}

type Group = Record<string, unknown>;

/** Whether a run file reads as a run does; without a setting that it needs it cannot be read. */
function isSame(file: Group, run: Run): boolean {
  try {
    return sameRun(file as unknown as Run, run);
  } catch {
    return false;
  }
}
