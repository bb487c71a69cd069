// Names of commands as strings, each made once instead of with every command.

/** A power of two, well above the number of Redis' commands, so that they rarely meet in a slot. */
const SLOTS = 1024;
/** Longer ones, which no known command has, are made anew. */
const CACHED_BYTES_MAX = 32;

interface Name {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * Shared by all sessions, as it holds nothing but spellings: what a name means is looked up each time,
 * for the table may change. A name displaces whatever was in its slot, so a client that invents names
 * costs time and no memory.
 */
const slots: (Name | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

/** The bytes from `from` up to `to`, read as latin1. */
export function nameIn(chunk: Buffer, from: number, to: number): string {
  if (to - from > CACHED_BYTES_MAX) return chunk.toString("latin1", from, to);
  let hash = to - from;
  for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + (chunk[at] ?? 0)) | 0;
  const slot = hash & (SLOTS - 1);
  const cached = slots[slot];
  if (cached !== undefined && isSame(cached.bytes, chunk, from, to)) return cached.text;
  const text = chunk.toString("latin1", from, to);
  slots[slot] = { bytes: Uint8Array.prototype.slice.call(chunk, from, to), text };
  return text;
}

function isSame(bytes: Uint8Array, chunk: Buffer, from: number, to: number): boolean {
  if (bytes.length !== to - from) return false;
  for (let index = 0; index < bytes.length; index += 1)
    if (bytes[index] !== chunk[from + index]) return false;
  return true;
}
