// What the agent's HTTP shows of its loops: checks, metrics, history. Nothing here asks or changes anything.
import { join } from "node:path";
import type { GroupPlan, Layout } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import type { HttpParts } from "../http/server.ts";
import { incidentsIn } from "../journal/history.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { type Metrics, openMetrics } from "../metrics/metrics.ts";
import type { Processes } from "../router/processes.ts";
import { judgePrimary, judgeReplica, type RoleQuestion, whyNotReady } from "../status/role-check.ts";
import type { Clock } from "../sys/clock.ts";
import type { Turn } from "./loop.ts";
import { openProblemLog, type ProblemLog } from "./problem-log.ts";
import type { GroupRouters } from "./routers.ts";
import { timeLimit } from "../sys/time-limit.ts";

export interface ShownOptions {
  readonly layout: Layout;
  readonly host: string;
  readonly version: string;
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly processes: Pick<Processes, "stats">;
  readonly say: (line: string) => void;
}

export interface Shown {
  readonly journal: Journal;
  readonly metrics: Metrics;
  /** The last turn of every group, by its name. */
  readonly turns: ReadonlyMap<string, Turn>;
  readonly parts: Pick<HttpParts, "journal" | "checks" | "incidents" | "metrics" | "wallMs" | "onBug">;
  see(group: GroupPlan, turn: Turn): void;
  addRouters(group: GroupPlan, routers: Pick<GroupRouters, "routers" | "readRouters">): void;
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
  const { layout, host, version, stateDirectory, clock, say } = options;
  const path = join(stateDirectory, "journal.jsonl");
  const journal = openJournal(path, clock, (error) => say(`journal: ${error.message}`));
  const turns = new Map<string, Turn>();
  const routersOf = new Map<string, Pick<GroupRouters, "routers" | "readRouters">>();
  const problemLogs = new Map(layout.groups.map((group) => [group.name, problemLogFor(group, journal)]));
  const routers = () =>
    [...routersOf].flatMap(([group, own]) => own.routers.map((one) => ({ group, stats: one.stats() })));
  const readRouters = () =>
    [...routersOf].flatMap(([group, own]) =>
      own.readRouters.map((one) => ({ group, stats: one.stats() })),
    );
  const processes = () => options.processes.stats();
  const metrics = openMetrics({ host, version, clock, routers, readRouters, processes });
  const unsubscribe = journal.subscribe((entry) => metrics.recordEntry(entry));

  function questionOf(group: GroupPlan): RoleQuestion {
    const turn = turns.get(group.name);
    const seen = turn === undefined ? undefined : { ...turn, memory: turn.decided.memory };
    return { group, host, seen, nowMs: clock.monotonicMs() };
  }
  function questionAbout(name: string): RoleQuestion {
    const group = layout.groups.find((one) => one.name === name);
    if (group === undefined) throw new BatonError("USAGE", `no group ${name} in the cluster file`);
    return questionOf(group);
  }

  return {
    journal,
    metrics,
    turns,
    parts: {
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
      turns.set(group.name, turn);
      metrics.recordTurn(group, turn);
      problemLogs.get(group.name)?.see(turn.decided.problems, turn.observation.atMs);
    },
    addRouters: (group, some) => void routersOf.set(group.name, some),
    close() {
      unsubscribe();
      metrics.close();
    },
  };
}
