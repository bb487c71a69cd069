// What the states of a replication link mean, for sentences. ROLE's "connect" is that it has yet to connect:
// read as it stands it says the opposite.

const WORDS: ReadonlyMap<string, string> = new Map([
  ["connect", "not connected"],
  ["handshake", "connecting"],
  ["sync", "full copy under way"],
]);

/** "connected", "not connected", "connecting", "full copy under way", or ROLE's own word. */
export const linkWords = (link: string): string => WORDS.get(link) ?? link;
