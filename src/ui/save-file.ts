/** Hands an archive to the person's downloads. */
export const saveArchive = ({ name, bytes }: { name: string; bytes: Uint8Array<ArrayBuffer> }): void =>
  saveFile(name, new Blob([bytes]), 'application/zip');

/** Hands a file to the person's downloads. */
export function saveFile(name: string, content: string | Blob, type: string): void {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
