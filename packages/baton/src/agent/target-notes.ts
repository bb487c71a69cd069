// Writes down in the group's own Redis how the targets of this host are, for `baton status` and for the
// preflight of a switchover: they may run where no target can be reached.
import { targetsKey } from "../cluster/shared-keys.ts";
import type { GroupPlan } from "../cluster/types.ts";
import { isSame } from "../decide/agree.ts";
import type { TargetNote } from "../observe/types.ts";
import type { Door } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";
import type { TargetState } from "../targets/state.ts";
import { endpointText } from "../targets/target.ts";
import type { Turn } from "./loop.ts";

const RENEW_MS = 10_000;
/** Whoever has said nothing for that long is not there. */
const LIFE_MS = 30_000;
const SENTENCE_CHARACTERS_MAX = 300;

/** Pure. */
export function noteOf(state: TargetState): Omit<TargetNote, "host"> {
  const { name, kind, reach, isInSync, lastError, problems, observed } = state;
  const where = observed === undefined ? "nowhere" : `to ${endpointText(observed.endpoint)}`;
  const why = lastError ?? problems[0];
  const ok = isInSync && problems.length === 0;
  const said = ok || why === undefined ? `${kind} leads ${where}` : why;
  return { name, reach, ok, sentence: said.slice(0, SENTENCE_CHARACTERS_MAX) };
}

export interface TargetNotesOptions {
  /** This agent's. */
  readonly host: string;
  readonly group: GroupPlan;
  readonly nodeDoor: (id: string) => Door;
  readonly clock: Clock;
}

export interface TargetNotes {
  /** To be called after every turn. Returns at once. */
  see(turn: Turn, states: readonly TargetState[]): void;
}

export function openTargetNotes(options: TargetNotesOptions): TargetNotes {
  const { host, group, nodeDoor, clock } = options;
  let told = "";
  let toldAtMs = 0;
  return {
    see({ observation, decided }, states) {
      const { route } = decided.memory;
      if (states.length === 0 || route.kind !== "primary" || !route.confirmed) return;
      // A write to a node whose writes are paused would keep everything behind it waiting.
      const isMoving = observation.nodes.some((view) => view.kind !== "silent" && view.handover);
      const primary = group.nodes.find((node) => isSame(node, route.endpoint));
      if (isMoving || primary === undefined) return;
      const text = JSON.stringify(states.map(noteOf));
      const nowMs = clock.monotonicMs();
      if (text === told && nowMs - toldAtMs < RENEW_MS) return;
      [told, toldAtMs] = [text, nowMs];
      const words = ["SET", targetsKey(group.name, host), text, "PX", String(LIFE_MS)] as const;
      const tell = async () => await nodeDoor(primary.id).call(words);
      // The next turn says it again.
      tell().catch(() => void (told = ""));
    },
  };
}
