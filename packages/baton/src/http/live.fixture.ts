// A world for tests of /api/live: groups that turn when they are told to, and a journal in memory.
import { openJournal } from "../journal/journal.ts";
import { openRecall } from "../journal/recall.ts";
import { statusFixture } from "../status/status.fixture.ts";
import type { GroupStatus } from "../status/status.ts";
import { systemClock } from "../sys/clock.ts";
import type { LiveSource } from "./live-source.ts";

async function* nothing(): AsyncGenerator<never> {
  yield* [];
}

/** A journal that nobody can keep: its entries stay in memory. */
export const journalInMemory = () =>
  openJournal("/dev/null/journal.jsonl", systemClock, () => undefined);

export function liveFixture(groups: readonly string[] = ["main"], journal = journalInMemory()) {
  const listeners = new Set<(group: string) => void>();
  const statuses = new Map<string, GroupStatus>();
  const healthy = statusFixture();
  let asked = 0;
  const recall = openRecall({
    journal,
    earlier: nothing(),
    signal: new AbortController().signal,
    onTrouble: (error) => {
      throw error;
    },
  });
  const source: LiveSource = {
    about: {
      observedBy: "h1",
      version: "1.2.3",
      startedAt: "2026-03-14T09:00:00.000Z",
      hosts: [{ name: "h1", zone: "a" }],
      lookEveryMs: 500,
    },
    groups,
    status(name) {
      asked += 1;
      return { ...(statuses.get(name) ?? healthy), name };
    },
    oldestTurnMs: () => 120,
    onTurn(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    recall,
    clock: systemClock,
  };
  return {
    source,
    journal,
    /** As after a turn of the loop. */
    turn(name: string, status: GroupStatus = healthy) {
      statuses.set(name, status);
      for (const listener of listeners) listener(name);
    },
    listeners: () => listeners.size,
    /** How often a status was made. */
    asked: () => asked,
  };
}
