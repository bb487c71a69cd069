// What the agent's HTTP shows of its loops: checks, status, metrics, history. Nothing here changes anything.
import { join } from "node:path";
import type { GroupPlan } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import type { HttpParts } from "../http/server.ts";
import { incidentsIn } from "../journal/history.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { judgePrimary, judgeReplica, type RoleQuestion, whyNotReady } from "../status/role-check.ts";
import type { Clock } from "../sys/clock.ts";
import { type KnownGroups, openKnownGroups } from "./known-groups.ts";
import type { Turn } from "./loop.ts";
import { openOwnMetrics, type OwnMetrics, type OwnMetricsOptions } from "./own-metrics.ts";
import { turnFreshMs } from "./pace.ts";
import { openProblemLog, type ProblemLog } from "./problem-log.ts";
import { timeLimit } from "../sys/time-limit.ts";

export interface ShownOptions extends Omit<OwnMetricsOptions, "notes"> {
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

export interface Shown {
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly known: KnownGroups;
  readonly parts: Pick<
    HttpParts,
    "status" | "live" | "journal" | "checks" | "incidents" | "metrics" | "wallMs" | "onBug"
  >;
  see(group: GroupPlan, turn: Turn): void;
  readonly addRouters: OwnMetrics["addRouters"];
  readonly askBy: OwnMetrics["askBy"];
  close(): void;
}

/** A journal of 16 MiB is read within a second or two; a disk that hangs must not keep a request for ever. */
const READ_MS = 20_000;

function problemLogFor({ name: group }: GroupPlan, journal: Journal): ProblemLog {
  return openProblemLog((problems) => {
    const sentence = problems.length === 0 ? "no problem is left" : `problems: ${problems.join(", ")}`;
    journal.write({ kind: "note", group, sentence, facts: { problems } });
  });
}

export function openShown(options: ShownOptions): Shown {
  const { layout, host, stateDirectory, clock, say } = options;
  const path = join(stateDirectory, "journal.jsonl");
  const journal = openJournal(path, clock, (error) => say(`journal: ${error.message}`));
  const known = openKnownGroups({ ...options, journal, path });
  const problemLogs = new Map(layout.groups.map((group) => [group.name, problemLogFor(group, journal)]));
  const { metrics, addRouters, askBy } = openOwnMetrics({ ...options, notes: known.drillsOf });
  const unsubscribe = journal.subscribe((entry) => metrics.recordEntry(entry));

  const freshMs = turnFreshMs(layout);
  function questionOf(group: GroupPlan): RoleQuestion {
    const turn = known.turn(group);
    const seen = turn === undefined ? undefined : { ...turn, memory: turn.decided.memory };
    return { group, host, seen, nowMs: clock.monotonicMs(), freshMs };
  }
  function questionAbout(name: string): RoleQuestion {
    const group = layout.groups.find((one) => one.name === name);
    if (group === undefined) throw new BatonError("USAGE", `no group ${name} in the cluster file`);
    return questionOf(group);
  }

  return {
    journal,
    metrics,
    known,
    parts: {
      ...known.parts,
      journal,
      checks: {
        groups: layout.groups.map(({ name }) => name),
        primary: (group) => judgePrimary(questionAbout(group)),
        replica: (group, maxLagBytes) => judgeReplica(questionAbout(group), maxLagBytes),
        notReady: () =>
          layout.groups
            .map((group) => whyNotReady(questionOf(group)))
            .filter((reason) => reason !== undefined),
      },
      incidents: () => incidentsIn(path, timeLimit(READ_MS)),
      metrics: () => metrics.scrape(),
      wallMs: () => clock.wallMs(),
      onBug: (error) => say(`http: ${error.stack ?? error.message}`),
    },
    see(group, turn) {
      known.see(group, turn);
      metrics.recordTurn(group, turn);
      problemLogs.get(group.name)?.see(turn.decided.problems, turn.observation.atMs);
    },
    addRouters,
    askBy,
    close() {
      unsubscribe();
      known.close();
      metrics.close();
    },
  };
}
