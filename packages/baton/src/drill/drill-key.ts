// The word that a drill is under way, in the group's own Redis: kept alive while the drill lives, and gone by
// itself soon after one that died.
import type { RunningDrill } from "../cluster/drill-note.ts";
import { drillKey } from "../cluster/shared-keys.ts";
import type { GroupPlan } from "../cluster/types.ts";
import type { Door } from "../redis/door.ts";
import { parseRole } from "../redis/replies.ts";
import type { Clock } from "../sys/clock.ts";
import type { Doors } from "./whole.ts";

const RENEW_MS = 5_000;

export interface DrillKeyInput {
  readonly doors: Pick<Doors, "nodes">;
  readonly group: Pick<GroupPlan, "name">;
  /** By which a command that belongs to the drill knows it, and the drill its own word. */
  readonly token: string;
  readonly about: Pick<RunningDrill, "fault" | "by">;
  /** In a lab it only says so; on hosts a switchover of others waits. */
  readonly place: "lab" | "hosts";
  /** Longer than nobody can write. */
  readonly lifeMs: number;
  readonly clock: Clock;
}

/** A RunningDrill and more. */
export function drillText(input: DrillKeyInput, since: string): string {
  const { token, about, place, lifeMs, clock } = input;
  const until = new Date(clock.wallMs() + lifeMs).toISOString();
  return JSON.stringify({ token, ...about, place, since, until });
}

export const lifeOf = ({ lifeMs }: DrillKeyInput): string => String(Math.round(lifeMs));

const ignore = (): undefined => undefined;

/** Wherever a node says that it is primary and still has the word: during a drill it may be two. */
async function atHolders(input: DrillKeyInput, act: (door: Door) => Promise<unknown>): Promise<void> {
  const key = drillKey(input.group.name);
  const visit = async (door: Door) => {
    if (parseRole(await door.call(["ROLE"])).kind !== "primary") return;
    if (String(await door.call(["GET", key])).includes(input.token)) await act(door);
  };
  // Who does not answer, or takes no writes, is a victim of the drill: the word lives on until it expires.
  await Promise.all(
    [...input.doors.nodes.values()].map(async (door) => await visit(door).catch(ignore)),
  );
}

export interface KeptDrillKey {
  /** Takes it back, after a last deed at each primary that has it. */
  end(last: (door: Door) => Promise<unknown>): Promise<void>;
}

/** To be called once it has been written. Renews it, and writes it nowhere where it is not. */
export function keepDrillKey(input: DrillKeyInput, since: string): KeptDrillKey {
  const { clock, group } = input;
  const key = drillKey(group.name);
  const over = new AbortController();
  async function renew(): Promise<void> {
    while (!over.signal.aborted) {
      await clock.sleep(RENEW_MS, over.signal).catch(ignore);
      if (over.signal.aborted) return;
      const words = ["SET", key, drillText(input, since), "XX", "PX", lifeOf(input)] as const;
      await atHolders(input, (door) => door.call(words));
    }
  }
  const renewing = renew();
  return {
    async end(last) {
      over.abort();
      await renewing;
      await atHolders(input, async (door) => {
        await last(door);
        await door.call(["DEL", key]);
      });
    },
  };
}
