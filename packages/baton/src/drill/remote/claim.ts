// One drill at a time on a deployment, and not one after the other: keys with an expiry in the group's own
// Redis, which agents and switchovers see, too.
import { randomUUID } from "node:crypto";
import { drilledKey, drillKey, handoverKey, pauseKey } from "../../cluster/shared-keys.ts";
import type { GroupPlan } from "../../cluster/types.ts";
import { BatonError } from "../../errors.ts";
import type { Door } from "../../redis/door.ts";
import { parseRole } from "../../redis/replies.ts";
import type { Clock } from "../../sys/clock.ts";
import type { Doors } from "../whole.ts";

/** From the end of one drill to the beginning of the next. */
const REST_MS = 600_000;
const RENEW_MS = 5_000;

export interface ClaimInput {
  readonly doors: Pick<Doors, "nodes">;
  readonly group: Pick<GroupPlan, "name">;
  /** The host of the primary. */
  readonly primary: string;
  /** By which a command that belongs to the drill knows its claim. */
  readonly token: string;
  /** What the claim says of itself, beside that. */
  readonly about: { readonly fault: string; readonly by: string };
  /** The claim of a drill that has died ends after so long; longer than nobody can write. */
  readonly lifeMs: number;
  readonly clock: Clock;
}

export interface Claim {
  /** Gives it back; from now on the next drill has to wait. */
  release(): Promise<void>;
}

export const newToken = (): string => randomUUID();

/** What a note says of somebody, for people: it may be anything. */
const shown = (note: unknown): string =>
  String(note)
    .replaceAll(/[^\x20-\x7e]/g, "?")
    .slice(0, 200);

/** @throws BatonError BUSY when something is under way, or the last drill was a short while ago. */
export async function refuseWhileBusy({
  doors,
  group,
  primary,
}: Pick<ClaimInput, "doors" | "group" | "primary">): Promise<void> {
  const door = doorOf(doors, primary);
  const reasons = [
    [handoverKey(group.name), "a switchover is under way"],
    [pauseKey(group.name), "Baton is paused for maintenance"],
    [drillKey(group.name), "a drill is under way"],
    [drilledKey(group.name), "the last drill was a short while ago"],
  ] as const;
  for (const [key, reason] of reasons) {
    const note = await door.call(["GET", key]);
    if (note !== null) throw new BatonError("BUSY", `${group.name}: ${reason}: ${shown(note)}`);
  }
}

function doorOf(doors: Pick<Doors, "nodes">, host: string): Door {
  const door = doors.nodes.get(host);
  if (door !== undefined) return door;
  throw new BatonError("UNABLE", `the primary ${host} is not in the layout`);
}

const ignore = (): undefined => undefined;

/** Wherever a node says that it is primary and still holds the claim: during a drill it may be two. */
async function atHolders(input: ClaimInput, act: (door: Door) => Promise<unknown>): Promise<void> {
  const key = drillKey(input.group.name);
  const visit = async (door: Door) => {
    if (parseRole(await door.call(["ROLE"])).kind !== "primary") return;
    if (String(await door.call(["GET", key])).includes(input.token)) await act(door);
  };
  // Who does not answer, or takes no writes, is a victim of the drill: the claim lives on until it expires.
  await Promise.all(
    [...input.doors.nodes.values()].map(async (door) => await visit(door).catch(ignore)),
  );
}

/** @throws BatonError BUSY when somebody was faster. */
export async function claimDrill(input: ClaimInput): Promise<Claim> {
  const { doors, group, primary, token, about, lifeMs, clock } = input;
  const text = JSON.stringify({ token, ...about, since: new Date(clock.wallMs()).toISOString() });
  const [key, life] = [drillKey(group.name), String(Math.round(lifeMs))];
  const door = doorOf(doors, primary);
  const rest = (): readonly [string, ...string[]] => {
    const next = new Date(clock.wallMs() + REST_MS).toISOString();
    const note = JSON.stringify({ ...about, next });
    return ["SET", drilledKey(group.name), note, "PX", String(REST_MS)];
  };
  if ((await door.call(["SET", key, text, "NX", "PX", life])) !== "OK") {
    throw new BatonError("BUSY", `${group.name}: another drill has just begun`);
  }
  // At once: a drill that dies counts as well.
  await door.call(rest());
  const over = new AbortController();
  async function renew(): Promise<void> {
    while (!over.signal.aborted) {
      await clock.sleep(RENEW_MS, over.signal).catch(ignore);
      if (!over.signal.aborted)
        await atHolders(input, (holder) => holder.call(["SET", key, text, "XX", "PX", life]));
    }
  }
  const renewing = renew();
  return {
    async release() {
      over.abort();
      await renewing;
      await atHolders(input, async (holder) => {
        await holder.call(rest());
        await holder.call(["DEL", key]);
      });
    },
  };
}
