// One drill at a time on a deployment, and not one after the other: keys with an expiry in the group's own
// Redis, which agents and switchovers see, too.
import { randomUUID } from "node:crypto";
import { drilledKey, drillKey, handoverKey, pauseKey } from "../../cluster/shared-keys.ts";
import { BatonError } from "../../errors.ts";
import type { Door } from "../../redis/door.ts";
import { type DrillKeyInput, drillText, keepDrillKey, lifeOf } from "../drill-key.ts";
import type { Doors } from "../whole.ts";

/** From the end of one drill to the beginning of the next. */
const REST_MS = 600_000;

export interface ClaimInput extends Omit<DrillKeyInput, "place"> {
  /** The host of the primary. */
  readonly primary: string;
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

/** @throws BatonError BUSY when somebody was faster. */
export async function claimDrill(claim: ClaimInput): Promise<Claim> {
  const { doors, group, primary, about, clock } = claim;
  const input: DrillKeyInput = { ...claim, place: "hosts" };
  const since = new Date(clock.wallMs()).toISOString();
  const words = [drillKey(group.name), drillText(input, since), "NX", "PX", lifeOf(input)] as const;
  const door = doorOf(doors, primary);
  const rest = (): readonly [string, ...string[]] => {
    const next = new Date(clock.wallMs() + REST_MS).toISOString();
    const note = JSON.stringify({ ...about, next });
    return ["SET", drilledKey(group.name), note, "PX", String(REST_MS)];
  };
  if ((await door.call(["SET", ...words])) !== "OK") {
    throw new BatonError("BUSY", `${group.name}: another drill has just begun`);
  }
  // At once: a drill that dies counts as well.
  await door.call(rest());
  const kept = keepDrillKey(input, since);
  return { release: () => kept.end((holder) => holder.call(rest())) };
}
