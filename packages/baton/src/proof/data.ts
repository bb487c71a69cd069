// The data whose fate a proof watches.
import { asInteger } from "../redis/replies.ts";
import { missing, seen } from "../sys/wait.ts";
import type { Member } from "./member.ts";

/** On every node once it is filled. */
export const KEYS = 500;

const names = Array.from({ length: KEYS }, (_, index) => `proof:key:${index}`);

/** How many of the keys each node still has. */
export async function keysOn(members: readonly Member[]): Promise<readonly number[]> {
  return await Promise.all(
    members.map(async (member) => asInteger(await member.call("EXISTS", ...names), "EXISTS")),
  );
}

/** Writes the keys to the primary, and waits until all nodes have them. */
export async function fill(primary: Member, redis: readonly Member[]): Promise<void> {
  await primary.call("MSET", ...names.flatMap((name) => [name, "x"]));
  const look = async () => {
    const keys = await keysOn(redis);
    return keys.every((count) => count === KEYS) ? seen(undefined) : missing(`keys: ${keys.join(", ")}`);
  };
  await primary.until("every node to have the keys", look, { withinMs: 10_000, everyMs: 20 });
}
