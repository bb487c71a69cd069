// Makes a node a replica of the primary at once and cuts its clients, in one transaction, and looks whether
// it has come true.
import type { Endpoint } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import type { Door } from "../redis/door.ts";
import { parseRole } from "../redis/replies.ts";
import { type Clock, systemClock } from "../sys/clock.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";

type Words = readonly [string, ...string[]];

const VERIFY_MS = 500;

/**
 * In this order: the role first, so that whoever is cut and comes back at once is refused. Without the
 * cut a client that writes nothing, or only reads, would stay with yesterday's data for ever. A pause
 * that a switchover has left would keep clients hanging instead of refusing them. CONFIG REWRITE keeps
 * the role over a restart.
 */
function commandsFor({ address, port }: Endpoint, before: readonly Words[]): readonly Words[] {
  return [
    ...before,
    ["REPLICAOF", address, String(port)],
    ["CLIENT", "KILL", "TYPE", "normal"],
    ["CLIENT", "KILL", "TYPE", "pubsub"],
    ["CLIENT", "UNPAUSE"],
    ["CONFIG", "REWRITE"],
  ];
}

function refusalIn(replies: readonly unknown[]): Error | undefined {
  return replies.find((reply) => reply instanceof Error);
}

/**
 * Sentinel does the same in one MULTI, and with a primary over its maxmemory (noeviction) it never gets
 * anywhere: Redis rejects every queued command with -OOM. Sent one by one they are taken.
 */
async function send(door: Door, commands: readonly Words[]): Promise<readonly string[]> {
  const replies = await door.batch([["MULTI"], ...commands, ["EXEC"]]);
  const outcome = replies.at(-1);
  if (Array.isArray(outcome)) return complaints(commands, outcome);
  const refusal = refusalIn(replies.slice(1, -1)) ?? refusalIn(replies);
  if (refusal?.message.startsWith("OOM") !== true)
    throw new BatonError("REFUSED", `${door.address}:${door.port}: ${refusal?.message ?? "no EXEC"}`);
  return complaints(commands, await door.batch(commands));
}

/** A failed CONFIG REWRITE (read-only file) leaves a demoted node all the same: to be told, not to undo. */
function complaints(commands: readonly Words[], replies: readonly unknown[]): readonly string[] {
  return replies.flatMap((reply, index) =>
    reply instanceof Error ? [`${(commands[index] ?? []).slice(0, 2).join(" ")}: ${reply.message}`] : [],
  );
}

/**
 * `before` is done in the same transaction, ahead of everything else.
 * @returns what went wrong beside the demotion itself, in sentences.
 * @throws BatonError REFUSED (rights, LOADING), UNREACHABLE, NOT_READY when ROLE does not confirm it.
 */
export async function demote(
  door: Door,
  to: Endpoint,
  { before = [], clock = systemClock }: { before?: readonly Words[]; clock?: Clock } = {},
): Promise<readonly string[]> {
  // A rewrite that outlasts the door's deadline is no failure: ROLE has the last word.
  const sent = await send(door, commandsFor(to, before)).catch((error: unknown) => error as Error);
  const look = async () => {
    const role = parseRole(await door.call(["ROLE"]));
    if (role.kind === "replica" && role.of.address === to.address && role.of.port === to.port)
      return seen(true);
    return missing(`ROLE says ${role.kind}`);
  };
  const what = `${door.address}:${door.port} to be a replica of ${to.address}:${to.port}`;
  try {
    await waitFor(what, look, { withinMs: VERIFY_MS, everyMs: 10, clock });
  } catch (error) {
    throw sent instanceof Error ? sent : error;
  }
  return sent instanceof Error ? [sent.message] : sent;
}
