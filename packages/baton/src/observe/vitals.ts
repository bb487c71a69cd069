// Asks each node of a group now and then what changes slowly, beside the turns of the loop and never in
// their way.
import type { GroupPlan } from "../cluster/types.ts";
import type { Door } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";
import { vitalQuestions, vitalsOf } from "./node-vitals.ts";
import type { NodeVitals } from "./types.ts";

/** Two of Prometheus' usual intervals have an answer of their own. */
const EVERY_MS = 10_000;
/** People change settings seldom, and each of them is a question. */
const SETTINGS_EVERY_MS = 60_000;
/** Older, and it is no answer any more. A minute in which nobody is asked, as in a failover, fits in. */
const FRESH_MS = 90_000;

export interface VitalsOptions {
  readonly group: Pick<GroupPlan, "nodes">;
  /** undefined: there is no connection to it. */
  readonly doorOf: (node: string) => Pick<Door, "batch"> | undefined;
  /** Names of settings to read. */
  readonly settings: readonly string[];
  readonly clock: Pick<Clock, "monotonicMs">;
  /** From 0 to 1, never 1: spreads the questions of many groups and agents. */
  readonly random?: () => number;
}

export interface Vitals {
  /**
   * To be called after every turn in which nothing urgent is going on: asks whoever it is time to ask among
   * those that have answered in it. A question to a silent node would only end the connection that the loop
   * needs. Returns at once.
   */
  askWhoeverIsDue(hasAnswered: (node: string) => boolean): void;
  /** One a node at most: what it said last, unless that is older than 90 s. */
  latest(): readonly NodeVitals[];
}

interface Asked {
  readonly node: string;
  dueAtMs: number;
  settingsDueAtMs: number;
  isUnderWay: boolean;
  last: NodeVitals | undefined;
}

export function openVitals(options: VitalsOptions): Vitals {
  const { group, doorOf, settings, clock, random = Math.random } = options;
  const all = group.nodes.map(({ id }): Asked => {
    return { node: id, dueAtMs: 0, settingsDueAtMs: 0, isUnderWay: false, last: undefined };
  });
  const spread = (ms: number) => ms * (0.8 + 0.4 * random());

  async function ask(asked: Asked, door: Pick<Door, "batch">, atMs: number): Promise<void> {
    const names = atMs >= asked.settingsDueAtMs ? settings : [];
    const answer = vitalsOf({ node: asked.node, atMs }, await door.batch(vitalQuestions(names)), names);
    if (names.length > 0) asked.settingsDueAtMs = atMs + spread(SETTINGS_EVERY_MS);
    // What was not asked this time is what it said before.
    const known = names.length > 0 ? answer.settings : (asked.last?.settings ?? {});
    asked.last = { ...answer, settings: known };
  }

  return {
    askWhoeverIsDue(hasAnswered) {
      const nowMs = clock.monotonicMs();
      for (const asked of all) {
        if (asked.isUnderWay || nowMs < asked.dueAtMs || !hasAnswered(asked.node)) continue;
        const door = doorOf(asked.node);
        if (door === undefined) continue;
        asked.isUnderWay = true;
        asked.dueAtMs = nowMs + spread(EVERY_MS);
        const settle = () => void (asked.isUnderWay = false);
        // Whoever does not answer is silent in the turns, too: there it is said.
        ask(asked, door, nowMs).then(settle, settle);
      }
    },
    latest() {
      const nowMs = clock.monotonicMs();
      return all.flatMap(({ last }) =>
        last === undefined || nowMs - last.atMs > FRESH_MS ? [] : [last],
      );
    },
  };
}
