/** SHA-256 digest of bytes, 32 bytes long. */
export async function sha256(bytes: Uint8Array | ArrayBuffer): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}

/** SHA-256 digest of bytes, in hexadecimal. */
export async function sha256Hex(bytes: Uint8Array | ArrayBuffer): Promise<string> {
  return Array.from(await sha256(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
