// How one process is asked: within a time and a number of bytes, and what its silence is called.
import type { Endpoint } from "../../cluster/types.ts";
import { BatonError, InvariantBroken } from "../../errors.ts";
import { type Door, isRefusal, openDoor } from "../../redis/door.ts";
import { asList, asText, parseInfo, StrangeReply } from "../../redis/replies.ts";
import type { Clock } from "../../sys/clock.ts";
import type { TlsMaterial } from "../../sys/tls.ts";
import type { LiveClock } from "../facts.ts";

/** Without either it asks as nobody, which is right where no password is needed. */
export interface Login {
  readonly username?: string;
  readonly password?: string;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly tls?: TlsMaterial | undefined;
  /** For connecting and for each question, in ms. */
  readonly patienceMs: number;
  /** For everything that one process is asked, in ms: who answers each question just in time ends here. */
  readonly togetherMs: number;
}

/** INFO, all settings and a full slow log are below 200 KB together. */
export const BYTES_MAX = 8 << 20;
const SILENCE_CHARACTERS_MAX = 200;
/** How the silence of somebody begins who wants another login. */
export const REFUSAL = "lets nobody in with this login";

/**
 * What `ask` makes of the answers of one process, or why there are none, as a clause. Whatever a stranger
 * answers ends here.
 * @throws the signal's reason when it is aborted.
 */
export async function askOne<T>(
  endpoint: Endpoint,
  login: Login,
  { clock, signal, tls, patienceMs, togetherMs }: Surroundings,
  ask: (door: Door) => Promise<T>,
): Promise<T | { readonly silence: string }> {
  const times = { connectMs: patienceMs, commandMs: patienceMs };
  const door = openDoor({ ...endpoint, ...login, ...times, tls, bytesMax: BYTES_MAX });
  const over = new AbortController();
  const limit = async (): Promise<never> => {
    await clock.sleep(togetherMs, AbortSignal.any([signal, over.signal]));
    throw new BatonError("UNREACHABLE", `no end of its answers after ${togetherMs / 1_000} s`);
  };
  try {
    return await Promise.race([ask(untilOver(door, over.signal)), limit()]);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof InvariantBroken) throw error;
    return { silence: silenceOf(error, endpoint) };
  } finally {
    over.abort();
    door.close();
  }
}

/** A door that is closed opens again for the next question; nobody waits for its answer any more. */
function untilOver(door: Door, over: AbortSignal): Door {
  const unlessOver = <Q, A>(ask: (question: Q) => Promise<A>) => {
    return async (question: Q): Promise<A> => {
      over.throwIfAborted();
      return await ask(question);
    };
  };
  return { ...door, call: unlessOver(door.call), batch: unlessOver(door.batch) };
}

function silenceOf(error: unknown, { address, port }: Endpoint): string {
  const { message } = error as Error;
  // What a stranger says may hold anything, also what moves a terminal's cursor.
  const text = message.replace(`${address}:${String(port)}: `, "").replace(/\p{C}+/gu, " ");
  const short = text.slice(0, SILENCE_CHARACTERS_MAX).trim();
  if (error instanceof StrangeReply) return `answers nonsense: ${short}`;
  if (isRefusal(error)) return `${REFUSAL}: ${short}`;
  // What the client library says of a byte that it does not know, and of lengths and depths beyond reason.
  const isForeign = /^(?:Protocol error|Unknown RESP type)|Please report this/.test(short);
  return isForeign ? "answers what is not Redis' protocol" : short;
}

/** Its INFO with the clock that it names, by Redis and Sentinel 7.0 on. */
export async function infoOf(
  door: Door,
  words: readonly [string, ...string[]],
  clock: Clock,
): Promise<{ readonly info: ReadonlyMap<string, string>; readonly clock?: LiveClock }> {
  const beganMs = clock.wallMs();
  const began = clock.monotonicMs();
  const info = parseInfo(await door.call(words));
  const uncertaintyMs = (clock.monotonicMs() - began) / 2;
  const theirMs = Number(info.get("server_time_usec")) / 1_000;
  if (!Number.isFinite(theirMs)) return { info };
  return { info, clock: { aheadMs: theirMs - (beganMs + uncertaintyMs), uncertaintyMs } };
}

/** A flat list of names and values, as of CONFIG GET and SENTINEL MASTER; undefined where it was refused. */
export function fieldsOf(reply: unknown, what: string): ReadonlyMap<string, string> | undefined {
  if (reply instanceof Error) return undefined;
  const list = asList(reply, what);
  const fields = new Map<string, string>();
  for (let index = 0; index + 1 < list.length; index += 2) {
    const value = list[index + 1];
    // A value that is a list itself, as the words of a script, is nothing that a rule looks at.
    if (Array.isArray(value)) continue;
    fields.set(asText(list[index], `a name in ${what}`), asText(value ?? "", `a value in ${what}`));
  }
  return fields;
}

/** A list of such lists; no more than `most` of them. */
export function rowsOf(
  reply: unknown,
  what: string,
  most: number,
): readonly ReadonlyMap<string, string>[] | undefined {
  if (reply instanceof Error) return undefined;
  return asList(reply, what)
    .slice(0, most)
    .map((row) => fieldsOf(row, what) ?? new Map<string, string>());
}

export function linesOf(reply: unknown, what: string): readonly string[] | undefined {
  if (reply instanceof Error) return undefined;
  return asList(reply, what).map((line) => asText(line, what));
}
