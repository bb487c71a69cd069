// Server-sent events as bytes, and what a client of them may cost.

const encoder = new TextEncoder();

/** Breaks the silence: proxies close connections on which nothing moves. */
export const PING = encoder.encode(": ping\n\n");
/** Whoever loses the connection comes back after a second. */
export const GREETING = encoder.encode("retry: 1000\n\n");

/** `json` is one line, as JSON.stringify makes it. */
export function eventBytes(event: string, json: string, id?: number): Uint8Array {
  const mark = id === undefined ? "" : `id: ${id}\n`;
  return encoder.encode(`${mark}event: ${event}\ndata: ${json}\n\n`);
}

export function joinedBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  return Buffer.concat(chunks);
}
