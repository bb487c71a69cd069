// What an agent knows of all its groups, as /status and /api/live show it.
import type { GroupPlan, Layout } from "../cluster/types.ts";
import { assert } from "../errors.ts";
import type { Problem } from "../decide/types.ts";
import type { LiveSource } from "../http/live-source.ts";
import type { HttpParts } from "../http/server.ts";
import type { Journal } from "../journal/journal.ts";
import { readJournal } from "../journal/read.ts";
import { openRecall } from "../journal/recall.ts";
import type { Door } from "../redis/door.ts";
import type { GroupStatus } from "../status/status.ts";
import type { Clock } from "../sys/clock.ts";
import { timeLimit } from "../sys/time-limit.ts";
import { type GroupMemory, openGroupMemory } from "./group-memory.ts";
import type { Turn } from "./loop.ts";
import { calmPace } from "./pace.ts";

export interface KnownGroupsOptions {
  readonly layout: Layout;
  readonly host: string;
  readonly version: string;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Of the journal on disk. */
  readonly path: string;
  readonly say: (line: string) => void;
}

export interface KnownGroups {
  readonly parts: Pick<HttpParts, "status" | "live">;
  /** As the last turn of the group has left it. */
  statusOf(group: string): GroupStatus;
  /** Problems of a group that no turn finds, shown after those of its turns. */
  addProblems(of: (group: string) => readonly Problem[]): void;
  drillsOf(group: string): ReturnType<GroupMemory["drills"]>;
  /** The last one of that group; undefined before the first. */
  turn(group: GroupPlan): Turn | undefined;
  see(group: GroupPlan, turn: Turn): void;
  /** How drills ended is read over these connections from now on. */
  readBy(group: GroupPlan, doorOf: (node: string) => Door): void;
  close(): void;
}

/** A journal of 16 MiB is read within a second or two; one that hangs is done without. */
const READ_MS = 20_000;

type Memories = ReadonlyMap<string, GroupMemory>;

/** A group without a turn has waited since the start. */
function oldestTurnMs(memories: Memories, startedMs: number, nowMs: number): number | null {
  let oldestMs = nowMs;
  let isAnyKnown = false;
  for (const memory of memories.values()) {
    const atMs = memory.turn()?.observation.atMs;
    isAnyKnown ||= atMs !== undefined;
    oldestMs = Math.min(oldestMs, atMs ?? startedMs);
  }
  return isAnyKnown ? Math.round(nowMs - oldestMs) : null;
}

function newestTurnMs(memories: Memories): number | undefined {
  let newestMs: number | undefined;
  for (const memory of memories.values()) {
    const { atWallMs } = memory.turn() ?? {};
    if (atWallMs !== undefined) newestMs = Math.max(newestMs ?? 0, atWallMs);
  }
  return newestMs;
}

function openOwnRecall({ journal, path, say }: KnownGroupsOptions) {
  const signal = timeLimit(READ_MS);
  const earlier = readJournal(path, signal);
  const onTrouble = ({ message }: Error) => say(`what the journal told before is not shown: ${message}`);
  return openRecall({ journal, earlier, signal, onTrouble });
}

export function openKnownGroups(options: KnownGroupsOptions): KnownGroups {
  const { layout, host, version, clock } = options;
  const memories: Memories = new Map(
    layout.groups.map((group) => [group.name, openGroupMemory({ layout, group, clock })]),
  );
  const recall = openOwnRecall(options);
  const listeners = new Set<(group: string) => void>();
  const startedMs = clock.monotonicMs();

  const memoryOf = (name: string): GroupMemory => {
    const memory = memories.get(name);
    assert(memory !== undefined, `${name} is a group of the cluster file`);
    return memory;
  };
  let moreOf: (group: string) => readonly Problem[] = () => [];
  const statusOf = (name: string): GroupStatus => {
    const status = memoryOf(name).status();
    return { ...status, problems: [...status.problems, ...moreOf(name)] };
  };
  const live: LiveSource = {
    about: {
      observedBy: host,
      version,
      startedAt: new Date(clock.wallMs()).toISOString(),
      hosts: layout.cluster.hosts.map(({ name, zone }) => ({ name, zone })),
      lookEveryMs: calmPace(layout).pauseMs,
    },
    groups: [...memories.keys()],
    status: statusOf,
    oldestTurnMs: () => oldestTurnMs(memories, startedMs, clock.monotonicMs()),
    onTurn(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    recall,
    clock,
  };
  return {
    parts: {
      live,
      status: () => ({
        observedBy: host,
        at: new Date(newestTurnMs(memories) ?? clock.wallMs()).toISOString(),
        groups: [...memories.keys()].map(statusOf),
      }),
    },
    statusOf,
    addProblems: (of) => void (moreOf = of),
    drillsOf: (name) => memoryOf(name).drills(),
    turn: ({ name }) => memoryOf(name).turn(),
    see({ name }, turn) {
      memoryOf(name).see(turn);
      for (const listener of listeners) listener(name);
    },
    readBy: ({ name }, doorOf) => memoryOf(name).readBy(doorOf),
    close: () => recall.close(),
  };
}
