// Which replicas may be read from, by the word of the Sentinels.
import { type Access, exchange } from "./exchange.ts";
import { type Address, sameAddress } from "./library.ts";
import { isErrorReply, type Reply } from "./resp.ts";
import type { SentinelSettings } from "./settings.ts";

const UNUSABLE = ["s_down", "o_down", "disconnected"];

function fieldsOf(row: Reply): ReadonlyMap<unknown, unknown> {
  const words = Array.isArray(row) ? (row as readonly Reply[]) : [];
  const fields = new Map<unknown, unknown>();
  for (let at = 0; at + 1 < words.length; at += 2) fields.set(words[at], words[at + 1]);
  return fields;
}

/** Of a reply to SENTINEL REPLICAS: those that are there, and attached to their primary. */
export function usableReplicas(reply: Reply | undefined): readonly Address[] {
  if (!Array.isArray(reply)) return [];
  return (reply as readonly Reply[]).flatMap((row) => {
    const fields = fieldsOf(row);
    const [host, port, flags] = [fields.get("ip"), Number(fields.get("port")), fields.get("flags")];
    const isUsable =
      typeof flags === "string" &&
      !UNUSABLE.some((flag) => flags.split(",").includes(flag)) &&
      fields.get("master-link-status") === "ok";
    return isUsable && typeof host === "string" && Number.isInteger(port) ? [{ host, port }] : [];
  });
}

async function askOne(
  sentinel: Address,
  { group, access, timeoutMs, signal }: Question,
): Promise<readonly Address[]> {
  const { replies } = await exchange({ sentinel, ...access }, [["SENTINEL", "REPLICAS", group]], {
    timeoutMs,
    signal,
  });
  const found = usableReplicas(replies.find((reply) => !isErrorReply(reply)));
  if (found.length === 0) throw new Error("it knows no replica that may be read from");
  return found;
}

interface Question {
  readonly group: string;
  readonly access: Access;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Those that the first Sentinel knows that knows any: what is read from a replica may be old anyway. None
 * when no Sentinel knows one in time.
 */
export async function findReplicas(
  { sentinels, group, access, sentinelTimeoutMs: timeoutMs }: SentinelSettings,
  signal: AbortSignal,
): Promise<readonly Address[]> {
  const ending = new AbortController();
  const question = { group, access, timeoutMs, signal: AbortSignal.any([signal, ending.signal]) };
  try {
    return await Promise.any(sentinels.map((sentinel) => askOne(sentinel, question)));
  } catch {
    // All of them failed or know none, each with a reason that changes nothing: the primary is read from.
    return [];
  } finally {
    ending.abort();
  }
}

/** Where to read: the one that is held, while it is usable; else any. Never the primary. */
export function chooseReplica(
  usable: readonly Address[],
  { held, primary }: { readonly held: Address | undefined; readonly primary: Address | undefined },
  random: () => number = Math.random,
): Address | undefined {
  const found = usable.filter((one) => primary === undefined || !sameAddress(one, primary));
  const same = found.find((one) => held !== undefined && sameAddress(one, held));
  return same ?? found[Math.floor(random() * found.length)];
}
