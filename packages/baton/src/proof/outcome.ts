// What became of a stage after a stroke: who is primary for everybody, or that nobody is.
import { BatonError } from "../errors.ts";
import { asList, asText, parseRole, type RoleReply } from "../redis/replies.ts";
import { systemClock } from "../sys/clock.ts";
import { type Look, missing, seen } from "../sys/wait.ts";
import type { Member } from "./member.ts";
import { GROUP, type Stage } from "./stage.ts";

/** Long enough for a second attempt: a failover takes about 3 s here, and is tried again 6 s after. */
export const PATIENCE_MS = 10_500;

export type Outcome =
  /** `to` is the primary for every running Sentinel and for itself, and has taken a write. */
  | { readonly kind: "switched"; readonly to: Member; readonly seconds: number }
  /** Every running Sentinel still names the old one, and no replica was promoted. */
  | { readonly kind: "unchanged"; readonly seconds: number };

export const secondsSince = (sinceMs: number): number =>
  Math.round((systemClock.monotonicMs() - sinceMs) / 100) / 10;

/** The address that a Sentinel gives to clients. */
export async function namedBy(sentinel: Member): Promise<string> {
  const reply = await sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", GROUP);
  const [address] = asList(reply, "the primary's address");
  return asText(address, "the primary's address");
}

export async function roleOf(member: Member): Promise<RoleReply> {
  return parseRole(await member.call("ROLE"));
}

/** What Sentinel itself says about its ability to fail over: "OK ..." or "NOQUORUM ...". */
async function quorumSays(sentinel: Member): Promise<string> {
  const reply = await sentinel
    .call("SENTINEL", "CKQUORUM", GROUP)
    .catch((error: unknown) => (error as Error).message);
  return asText(reply, "CKQUORUM's answer");
}

const running = (members: readonly Member[]) => members.filter(({ isRunning }) => isRunning);

/** Another primary than `old`, for everybody. */
async function lookNewPrimary({ redis, sentinels }: Stage, old: Member): Promise<Look<Member>> {
  const named = await Promise.all(running(sentinels).map(namedBy));
  const to = redis.find(({ address }) => address === named[0]);
  const isAgreed = named.every((address) => address === named[0]);
  if (to === undefined || to === old || !isAgreed) return missing(`they name ${named.join(", ")}`);
  const role = await roleOf(to);
  if (role.kind !== "primary") return missing(`${to.name} is no primary yet`);
  await to.call("SET", "proof:write", "taken");
  return seen(to);
}

/** @throws BatonError NOT_READY when anything has begun to switch. */
async function assertNothingMoved({ redis, sentinels }: Stage, old: Member): Promise<void> {
  const named = await Promise.all(running(sentinels).map(namedBy));
  const others = running(redis).filter((member) => member !== old);
  const roles = await Promise.all(others.map(roleOf));
  const promoted = others.filter((_, index) => roles[index]?.kind === "primary");
  // Not simply "another name": Sentinels may have been given several addresses of the old one.
  const strayed = named.filter((named) => others.some(({ address }) => address === named));
  if (promoted.length + strayed.length === 0) return;
  const who = promoted.map(({ name }) => name).join(", ") || "nobody";
  throw new BatonError(
    "NOT_READY",
    `half a failover: ${who} was promoted, they name ${named.join(", ")}`,
  );
}

/** @throws BatonError NOT_READY for anything between the two. */
export async function outcomeOf(
  stage: Stage,
  { old, sinceMs, withinMs = PATIENCE_MS }: { old: Member; sinceMs: number; withinMs?: number },
): Promise<Outcome> {
  try {
    const look = () => lookNewPrimary(stage, old);
    const to = await old.until("another primary", look, { withinMs });
    return { kind: "switched", to, seconds: secondsSince(sinceMs) };
  } catch (error) {
    if (!(error instanceof BatonError && error.code === "NOT_READY")) throw error;
    await assertNothingMoved(stage, old);
    return { kind: "unchanged", seconds: secondsSince(sinceMs) };
  }
}

/** The new primary of a failover that has to work on both sides. @throws BatonError NOT_READY */
export async function untilSwitched(stage: Stage, old: Member): Promise<Member> {
  stage.ground.say("waiting for the failover");
  return await old.until("the failover", () => lookNewPrimary(stage, old), { withinMs: 20_000 });
}

/** `member` follows `primary` and is in sync. */
export async function lookFollows(member: Member, primary: Member): Promise<Look<undefined>> {
  const role = await roleOf(member);
  if (role.kind === "primary") return missing(`${member.name} is a primary`);
  const { of, link } = role;
  const isSo = of.address === primary.address && link === "connected";
  return isSo ? seen(undefined) : missing(`${member.name} follows ${of.address}, ${link}`);
}

async function lookAllFollow(others: readonly Member[], primary: Member): Promise<Look<undefined>> {
  for (const other of others.filter((one) => one !== primary)) {
    const follows = await lookFollows(other, primary);
    if (!follows.done) return follows;
  }
  return seen(undefined);
}

/** Sentinel turns them round one after the other, about 1 s each. */
const FOLLOW_MS = 10_000;

/** Whether in the end all other running nodes follow the new primary: else the next death is the last. */
export async function allFollow({ redis }: Stage, primary: Member): Promise<boolean> {
  return await comesAbout(primary, () => lookAllFollow(running(redis), primary), FOLLOW_MS);
}

export async function untilFollows(member: Member, primary: Member): Promise<void> {
  const look = () => lookFollows(member, primary);
  await member.until(`${member.name} to follow ${primary.name}`, look, { withinMs: 20_000 });
}

/** Whether it came about within the time; what is looked for may be what never comes. */
export async function comesAbout(
  member: Member,
  look: () => Promise<Look<unknown>>,
  withinMs: number,
): Promise<boolean> {
  try {
    await member.until("what would be right", look, { withinMs, everyMs: 100 });
    return true;
  } catch (error) {
    if (error instanceof BatonError && error.code === "NOT_READY") return false;
    throw error;
  }
}

/** The primary that all running Sentinels name, that is one, and that all other nodes follow in sync. */
export async function untilWhole({ ground, redis, sentinels, primary }: Stage): Promise<Member> {
  ground.say("waiting until all agree and are in sync");
  const look = async (): Promise<Look<Member>> => {
    const named = await Promise.all(running(sentinels).map(namedBy));
    const to = redis.find((one) => named.every((address) => address === one.address));
    if (to === undefined) return missing(`they name ${named.join(", ")}`);
    if ((await roleOf(to)).kind !== "primary") return missing(`${to.name} is no primary`);
    const follow = await lookAllFollow(redis, to);
    return follow.done ? seen(to) : follow;
  };
  return await primary.until("all nodes to agree", look, { withinMs: 30_000, everyMs: 100 });
}

/** "OK" when every Sentinel says so of itself. */
export async function quorumOf({ sentinels }: Stage): Promise<"OK" | "NOQUORUM"> {
  const answers = await Promise.all(running(sentinels).map(quorumSays));
  return answers.every((answer) => answer.startsWith("OK")) ? "OK" : "NOQUORUM";
}

/** How often the words stand in the logs of all running Sentinels. */
export async function signsIn({ sentinels }: Stage, words: string): Promise<number> {
  const counts = await Promise.all(running(sentinels).map((one) => one.countLines(words)));
  return counts.reduce((sum, count) => sum + count, 0);
}
