// Columns as they stand in the page: base64 of gzip.

type FromBase64 = { fromBase64?: (text: string) => Uint8Array };

export function base64Bytes(text: string): Uint8Array {
  const native = (Uint8Array as unknown as FromBase64).fromBase64;
  if (native) return native.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/// Whether this browser can unpack columns at all.
export function canDecode(): boolean {
  return typeof DecompressionStream !== 'undefined';
}

/// The bytes of a column, in a buffer of exactly their length.
export async function decodeBytes(text: string): Promise<Uint8Array> {
  const packed = base64Bytes(text.trim());
  const unpacked = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}
