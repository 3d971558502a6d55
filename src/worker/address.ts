/** The page's address, which built-in files are relative to. */
let base = '';

export function setAddress(address: string): void {
  base = address;
}

export const urlOf = (path: string): string => new URL(path, base).href;
