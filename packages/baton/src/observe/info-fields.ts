// Numbers and words in what INFO answers: what is missing or strange is left out, never guessed.
import { parseInfo } from "../redis/replies.ts";

export type Info = ReadonlyMap<string, string>;

/** Of an answer that is an error, or no text, nothing is known. */
export function infoOf(reply: unknown): Info {
  return typeof reply === "string" ? parseInfo(reply) : new Map();
}

/** A whole number that is not negative and that a double holds exactly. */
export function countIn(info: Info, name: string): number | undefined {
  const text = info.get(name);
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const count = Number(text);
  return Number.isSafeInteger(count) ? count : undefined;
}
