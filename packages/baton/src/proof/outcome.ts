// What became of a stage after a stroke: who is primary for everybody, or that nobody is.
import { BatonError } from "../errors.ts";
import { asList, asText, parseRole, type RoleReply } from "../redis/replies.ts";
import { systemClock } from "../sys/clock.ts";
import { type Look, missing, seen } from "../sys/wait.ts";
import type { Member } from "./member.ts";
import { GROUP, type Stage } from "./stage.ts";

/** Long enough for a second attempt: a failover takes about 3 s here, and is tried again 6 s after. */
export const STUCK_MS = 10_500;

export type Outcome =
  /** `to` is the primary for every running Sentinel and for itself, and has taken a write. */
  | { readonly kind: "switched"; readonly to: Member; readonly seconds: number }
  /** Every running Sentinel still names the old one, and no replica was promoted. */
  | { readonly kind: "stuck"; readonly seconds: number };

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
export async function quorumSays(sentinel: Member): Promise<string> {
  const reply = await sentinel
    .call("SENTINEL", "CKQUORUM", GROUP)
    .catch((error: unknown) => (error as Error).message);
  return asText(reply, "CKQUORUM's answer");
}

const running = (members: readonly Member[]) => members.filter(({ isRunning }) => isRunning);

/** Another primary than `old`, for everybody. */
export async function lookNewPrimary({ redis, sentinels }: Stage, old: Member): Promise<Look<Member>> {
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
  const strayed = named.filter((address) => address !== named[0]);
  if (promoted.length + strayed.length === 0) return;
  const who = promoted.map(({ name }) => name).join(", ") || "nobody";
  throw new BatonError("NOT_READY", `half a failover: ${who} was promoted, they name ${named.join(", ")}`);
}

/** @throws BatonError NOT_READY for anything between the two. */
export async function outcomeOf(
  stage: Stage,
  { old, sinceMs, withinMs = STUCK_MS }: { old: Member; sinceMs: number; withinMs?: number },
): Promise<Outcome> {
  try {
    const look = () => lookNewPrimary(stage, old);
    const to = await old.until("another primary", look, { withinMs });
    return { kind: "switched", to, seconds: secondsSince(sinceMs) };
  } catch (error) {
    if (!(error instanceof BatonError && error.code === "NOT_READY")) throw error;
    await assertNothingMoved(stage, old);
    return { kind: "stuck", seconds: secondsSince(sinceMs) };
  }
}
