// Takes a replica out of Sentinel's choice, and lets it back in; each time with a last look around the deed.
import type { Decision } from "../decide/types.ts";
import { BatonError } from "../errors.ts";
import type { Door } from "../redis/door.ts";
import { Fields, parseRole } from "../redis/replies.ts";
import type { Hands } from "./act.ts";

/** What of an agent's hands these deeds need. */
type Reach = Pick<Hands, "node" | "assertStillAgreed">;

type Of<Kind extends Decision["kind"]> = Extract<Decision, { kind: Kind }>;

/** The word by which Redis and Valkey of every version know it. */
const PRIORITY = "replica-priority";
const NEVER = "0";

const setPriority = async (door: Door, priority: string) =>
  await door.call(["CONFIG", "SET", PRIORITY, priority]);

async function canBePromoted(hands: Reach, node: string): Promise<boolean> {
  try {
    const fields = new Fields(await hands.node(node).call(["CONFIG", "GET", PRIORITY]), PRIORITY);
    return fields.text(PRIORITY) !== NEVER;
  } catch {
    // Whoever does not answer now, or does not say it, is nobody to rely on: that is the answer.
    return false;
  }
}

/**
 * Two agents that exclude a replica each at the same time would leave nobody to promote. So the others are
 * asked after the deed: whichever way the two cross, at least one of them sees it and takes its own back.
 * @throws BatonError UNABLE when nobody else can be promoted, or a majority no longer agrees.
 */
export async function excludeReplica(hands: Reach, deed: Of<"exclude-replica">): Promise<string> {
  const { node, primary, epoch, priority, beside } = deed;
  const door = hands.node(node);
  await hands.assertStillAgreed(primary, epoch);
  await setPriority(door, NEVER);
  const others = await Promise.all(beside.map((other) => canBePromoted(hands, other)));
  if (!others.includes(true)) {
    await setPriority(door, String(priority));
    throw new BatonError("UNABLE", `nobody but ${node} could be promoted: it keeps its priority`);
  }
  await door.call(["CONFIG", "REWRITE"]);
  return `excluded ${node}: ${PRIORITY} ${NEVER}, Sentinel does not promote it`;
}

/** @throws BatonError UNABLE when it no longer follows, or a majority no longer agrees. */
export async function includeReplica(hands: Reach, deed: Of<"include-replica">): Promise<string> {
  const { node, primary, epoch, priority } = deed;
  const door = hands.node(node);
  await hands.assertStillAgreed(primary, epoch);
  const role = parseRole(await door.call(["ROLE"]));
  const isFollowing =
    role.kind === "replica" &&
    role.link === "connected" &&
    role.of.address === primary.address &&
    role.of.port === primary.port;
  if (!isFollowing)
    throw new BatonError("UNABLE", `${node} is not connected any more: it stays excluded`);
  await setPriority(door, String(priority));
  await door.call(["CONFIG", "REWRITE"]);
  return `included ${node}: ${PRIORITY} ${priority}, Sentinel can promote it`;
}
