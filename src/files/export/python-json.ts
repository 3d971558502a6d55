/** A number that Python must read as a float: JSON.stringify would write 1.0 as 1, which is an int there. */
export class PythonFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** JSON as Python's `json.dump(..., indent=2, sort_keys=True)` writes it, floats distinct from integers. */
export function pythonJson(value: unknown, indent = ''): string {
  const deeper = `${indent}  `;
  const block = (open: string, lines: string[], close: string) =>
    lines.length === 0 ? open + close : `${open}\n${lines.map((line) => deeper + line).join(',\n')}\n${indent}${close}`;
  if (value instanceof PythonFloat)
    return Number.isInteger(value.value) ? value.value.toFixed(1) : JSON.stringify(value.value);
  if (Array.isArray(value))
    return block(
      '[',
      value.map((entry) => pythonJson(entry, deeper)),
      ']',
    );
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return block(
    '{',
    entries.map(([key, entry]) => `${JSON.stringify(key)}: ${pythonJson(entry, deeper)}`),
    '}',
  );
}
