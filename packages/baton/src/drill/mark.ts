// What a drill in a lab leaves in its Redis: the word that it is under way, so that whoever alerts is quiet,
// and a note of how it ended. The note is left on hosts, too, whose drills have a claim of their own.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { DRILL_NOTES_LIFE_SECONDS, DRILL_NOTES_MAX, type DrillNote } from "../cluster/drill-note.ts";
import { drillKey, drillsKey, WAKE_CHANNEL } from "../cluster/shared-keys.ts";
import type { GroupPlan, NodePlan } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { openDoor } from "../redis/door.ts";
import { type Clock, slowness } from "../sys/clock.ts";
import { type DrillKeyInput, drillText, keepDrillKey, lifeOf } from "./drill-key.ts";
import type { Fault } from "./fault.ts";
import type { DrillSite } from "./site.ts";
import type { Doors } from "./whole.ts";

/** Beyond the longest time in which nobody can write. */
const MARGIN_MS = 30_000;

export interface Mark {
  /** Takes the word back. */
  end(): Promise<void>;
}

const NONE: Mark = { end: () => Promise.resolve() };

export interface MarkInput {
  readonly lab: Pick<DrillSite, "hosts">;
  readonly group: GroupPlan;
  readonly doors: Pick<Doors, "nodes">;
  readonly primary: NodePlan;
  readonly fault: Pick<Fault, "id" | "cureAfterMs">;
  readonly clock: Clock;
}

/** Of a lab. Nobody is refused by it, another drill neither: a lab whose primary refuses it goes without. */
export async function markDrill(input: MarkInput): Promise<Mark> {
  const { lab, group, doors, primary, fault, clock } = input;
  const door = doors.nodes.get(primary.host);
  if (lab.hosts !== undefined || door === undefined) return NONE;
  const { downAfterMs, failoverTimeoutMs } = group.timings;
  const longestMs = downAfterMs.value + 2 * failoverTimeoutMs.value + (fault.cureAfterMs ?? 0);
  const key: DrillKeyInput = {
    doors,
    group,
    token: randomUUID(),
    about: { fault: fault.id, by: hostname() },
    place: "lab",
    lifeMs: slowness() * (longestMs + MARGIN_MS),
    clock,
  };
  const since = new Date(clock.wallMs()).toISOString();
  const wake = ["PUBLISH", WAKE_CHANNEL, group.name] as const;
  try {
    await door.call(["SET", drillKey(group.name), drillText(key, since), "PX", lifeOf(key)]);
    await door.call(wake);
  } catch {
    return NONE;
  }
  const kept = keepDrillKey(key, since);
  return {
    async end() {
      // Whoever is woken looks after the word is gone.
      await kept.end(() => Promise.resolve());
      await door.call(wake).catch(() => undefined);
    },
  };
}

export interface NoteInput {
  readonly lab: Pick<DrillSite, "secrets">;
  readonly group: Pick<GroupPlan, "name">;
  readonly primary: NodePlan;
  readonly note: DrillNote;
}

/**
 * As the application, whose lists a drill writes anyhow: agents only read it.
 * @throws BatonError UNREACHABLE, REFUSED
 */
export async function leaveNote({ lab, group, primary, note }: NoteInput): Promise<void> {
  const { application: password, tls } = lab.secrets;
  const { address, port } = primary;
  const door = openDoor({ address, port, password, tls, connectMs: 1_000, commandMs: 5_000 });
  const key = drillsKey(group.name);
  try {
    const replies = await door.batch([
      ["LPUSH", key, JSON.stringify(note)],
      ["LTRIM", key, "0", String(DRILL_NOTES_MAX - 1)],
      ["EXPIRE", key, String(DRILL_NOTES_LIFE_SECONDS)],
    ]);
    const refused = replies.find((reply) => reply instanceof Error);
    if (refused instanceof Error) throw new BatonError("REFUSED", `${key}: ${refused.message}`);
  } finally {
    door.close();
  }
}
