// The one step of a switchover that is Sentinel's: ask it to promote, and know within ms that it has.
import { endpointText, isSame } from "../decide/agree.ts";
import { BatonError } from "../errors.ts";
import { Fields, parseRole } from "../redis/replies.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { namedBy } from "./looks.ts";
import { announce } from "./note.ts";
import type { Ground } from "./types.ts";

/** What is left of the pause must do for the demotion. */
const DEMOTION_MS = 150;
/** Sentinel looks at its failover every 50 to 100 ms. */
const GIVE_UP_MS = 1_000;

async function order({ doors, course, group }: Ground): Promise<void> {
  // INPROG: another failover runs; NOGOODSLAVE: its own list of replicas says so. Nothing has happened then.
  await doors.sentinel(course.sentinel).call(["SENTINEL", "FAILOVER", group.name]);
}

/** As of the moment of the question: a process that stood still reads an answer of long ago. */
async function isPrimary({ doors, course, clock, moments }: Ground): Promise<boolean> {
  const askedMs = clock.monotonicMs();
  const isPrimary = parseRole(await doors.node(course.to.id).call(["ROLE"])).kind === "primary";
  if (isPrimary) moments.promotedMs = askedMs;
  return isPrimary;
}

async function promotedWithin(ground: Ground, withinMs: number): Promise<boolean> {
  const { clock, course } = ground;
  const look = async () => ((await isPrimary(ground)) ? seen(true) : missing("it is a replica"));
  const options = { withinMs: Math.max(1, withinMs), everyMs: 3, clock };
  try {
    return await waitFor(`${course.to.id} to be promoted`, look, options);
  } catch (error) {
    if (error instanceof BatonError && error.code === "NOT_READY") return false;
    throw error;
  }
}

/**
 * The pause is nearly over and Sentinel has not promoted yet. Writes must go on, so they do; but Sentinel
 * cannot be told to forget the order, so the node is watched until Sentinel has given up. A promotion that
 * comes after all is finished at once: then the writes of a few milliseconds may be lost, and `isLate`
 * says so.
 */
async function late(ground: Ground): Promise<void> {
  const { doors, course, group, clock } = ground;
  await doors.node(course.from.id).call(["CLIENT", "UNPAUSE"]);
  if (await isPrimary(ground).catch(() => false)) return;
  ground.isLate = true;
  await announce(ground, course.from, "preparing");
  const endMs = clock.monotonicMs() + group.timings.failoverTimeoutMs.value + GIVE_UP_MS;
  while (clock.monotonicMs() < endMs) {
    if (await promotedWithin(ground, GIVE_UP_MS)) return await announce(ground, course.from, "moving");
    const reply = await doors
      .sentinel(course.sentinel)
      .call(["SENTINEL", "MASTER", group.name])
      .catch(() => undefined);
    if (reply === undefined) continue;
    const flags = new Fields(reply, "SENTINEL MASTER").text("flags");
    if (!flags.includes("failover_in_progress")) break;
  }
  const message = `the Sentinel on ${course.sentinel} did not promote ${course.to.id} within the pause`;
  throw new BatonError("NOT_READY", message);
}

/**
 * When the pause is over the chosen node may say primary for another reason: the Sentinels have gone on,
 * perhaps back to the old primary, and it has just thawed, or this process has.
 * @throws BatonError UNABLE when a Sentinel that answers names somebody else in a newer epoch.
 */
async function assertNotOvertaken(ground: Ground): Promise<void> {
  const { doors, course, sentinels, group, moments } = ground;
  const named = await Promise.all(
    sentinels.map((host) => namedBy(doors.sentinel(host), group.name).catch(() => undefined)),
  );
  const newer = named.find(
    (one) => one !== undefined && one.epoch > course.epoch && !isSame(one, course.to),
  );
  if (newer === undefined) return;
  // It was not this switchover that has promoted it: nobody is demoted for it.
  moments.promotedMs = undefined;
  const where = endpointText(newer);
  throw new BatonError("UNABLE", `the Sentinels have gone on to ${where} in epoch ${newer.epoch}`);
}

/** @throws BatonError REFUSED, UNREACHABLE, NOT_READY when nobody was promoted: nothing has changed then. */
export async function untilPromoted(ground: Ground, signal: AbortSignal): Promise<string> {
  const { clock, course, maxPauseMs, moments } = ground;
  signal.throwIfAborted();
  await order(ground);
  const orderedMs = clock.monotonicMs();
  const dueMs = (moments.pausedMs ?? orderedMs) + maxPauseMs - DEMOTION_MS;
  if (!(await promotedWithin(ground, dueMs - orderedMs))) await late(ground);
  if ((moments.promotedMs ?? orderedMs) > dueMs) await assertNotOvertaken(ground);
  const tookMs = Math.round((moments.promotedMs ?? orderedMs) - orderedMs);
  return `${course.to.id} is primary, ${tookMs} ms after the order to the Sentinel on ${course.sentinel}`;
}
