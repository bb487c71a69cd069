// The handover as a key in the group's own Redis: the claim that only one can hold, and what agents go by.
import { drillKey, handoverKey, WAKE_CHANNEL } from "../cluster/shared-keys.ts";
import type { NodePlan } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import type { Handover } from "../observe/types.ts";
import { asText } from "../redis/replies.ts";
import { type Ground, handoverOf } from "./types.ts";

/**
 * Longer than the pause, in which nobody can write and the note cannot be renewed. When whoever runs the
 * switchover dies the note ends by itself, and the agents put back what is left of it.
 */
const BEYOND_PAUSE_MS = 3_000;
const RENEW_MS = 1_000;

const lifeOf = ({ maxPauseMs }: Ground): string => String(maxPauseMs + BEYOND_PAUSE_MS);

const textOf = (ground: Ground, phase: Handover["phase"]) => JSON.stringify(handoverOf(ground, phase));

/** A drill in a lab keeps nobody from anything there. */
function isOfLab(text: string): boolean {
  try {
    return (JSON.parse(text) as { readonly place?: unknown } | null)?.place === "lab";
  } catch {
    return false;
  }
}

/** A drill on the hosts may move the primary itself: nobody else does meanwhile. */
async function refuseDuringDrill({ doors, course, group, drill }: Ground): Promise<void> {
  const held = await doors.node(course.from.id).call(["GET", drillKey(group.name)]);
  if (typeof held !== "string" || isOfLab(held)) return;
  if (drill !== undefined && held.includes(drill)) return;
  // Applications can write there, too: it is shown without what could drive a terminal.
  const shown = held.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 200);
  throw new BatonError("BUSY", `a drill on the hosts of ${group.name} is under way: ${shown}`);
}

/**
 * @throws BatonError BUSY when another switchover holds it or a drill is under way, REFUSED and UNREACHABLE
 *   as a door does.
 */
export async function claim(ground: Ground): Promise<void> {
  const { doors, course, group } = ground;
  await refuseDuringDrill(ground);
  const door = doors.node(course.from.id);
  const key = handoverKey(group.name);
  const text = textOf(ground, "preparing");
  const reply = await door.call(["SET", key, text, "NX", "PX", lifeOf(ground)]);
  if (reply === "OK") return;
  const held = await door.call(["GET", key]);
  const by = typeof held === "string" ? held : "one that has just ended";
  throw new BatonError("BUSY", `another switchover of ${group.name} is under way: ${by}`);
}

/** Says where the handover is, and wakes the agents. Not to be sent to a node whose writes are paused. */
export async function announce(ground: Ground, at: NodePlan, phase: Handover["phase"]): Promise<void> {
  const { doors, group } = ground;
  const door = doors.node(at.id);
  const words = [textOf(ground, phase), "PX", lifeOf(ground)] as const;
  await door.call(["SET", handoverKey(group.name), ...words]);
  await door.call(["PUBLISH", WAKE_CHANNEL, group.name]);
}

/** To be called at every look of a longer wait: renews the note once a second. */
export function keeper(ground: Ground, at: NodePlan, phase: Handover["phase"]): () => Promise<void> {
  let renewedMs = ground.clock.monotonicMs();
  return async () => {
    const nowMs = ground.clock.monotonicMs();
    if (nowMs - renewedMs < RENEW_MS) return;
    renewedMs = nowMs;
    await announce(ground, at, phase);
  };
}

/** Gives the claim back, unless it has expired and is somebody else's by now. */
export async function withdraw(ground: Ground, at: NodePlan): Promise<void> {
  const { doors, group, id } = ground;
  const door = doors.node(at.id);
  const key = handoverKey(group.name);
  const held = await door.call(["GET", key]);
  if (held === null || !asText(held, "the handover").includes(id)) return;
  await door.call(["DEL", key]);
  await door.call(["PUBLISH", WAKE_CHANNEL, group.name]);
}
