// The targets of this host in the agent: given every turn, shown in metrics, recorded in the journal.
import type { GroupPlan, Layout, SecretReference } from "../cluster/types.ts";
import type { Route } from "../decide/types.ts";
import type { Journal } from "../journal/journal.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Clock } from "../sys/clock.ts";
import { openTargets } from "../targets/engine.ts";
import { nodesIn } from "../targets/nodes.ts";
import type { TargetState } from "../targets/state.ts";
import type { Turn } from "./loop.ts";

export interface LedTargets {
  /** The moment a route is set, before the rest of the turn has been carried out. */
  setRoute(group: GroupPlan, route: Route): void;
  see(group: GroupPlan, turn: Turn): void;
  state(): readonly TargetState[];
  /** Of one group. */
  of(group: GroupPlan): readonly TargetState[];
  close(): Promise<void>;
}

export interface LedTargetsOptions {
  readonly layout: Layout;
  readonly host: string;
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly readSecret: (what: string, reference: SecretReference) => Promise<string>;
  readonly journal: Journal;
  readonly metrics: Metrics;
}

/** A turn that holds, and any turn in maintenance, changes nothing outside. */
const mayActAfter = ({ decided }: Turn): boolean =>
  decided.decisions.every(({ kind }) => kind !== "hold") &&
  decided.problems.every(({ code }) => code !== "maintenance");

/** @throws BatonError CLUSTER_FILE, DISK */
export async function openLedTargets(options: LedTargetsOptions): Promise<LedTargets> {
  const { layout, host, stateDirectory, clock, readSecret, journal, metrics } = options;
  const engine = await openTargets({
    plans: layout.cluster.targets,
    host,
    nodesOf: nodesIn(layout.groups),
    stateDirectory,
    clock,
    readSecret,
    write: (news) => void journal.write(news),
  });
  /** Groups that were looked at and are not in maintenance: before the first look nobody knows. */
  const ready = new Set<string>();
  return {
    setRoute: ({ name }, route) => {
      if (ready.has(name)) engine.turn(name, route, true);
    },
    see({ name }, turn) {
      const isPaused = turn.decided.problems.some(({ code }) => code === "maintenance");
      if (isPaused) ready.delete(name);
      else ready.add(name);
      engine.turn(name, turn.decided.memory.route, mayActAfter(turn));
      for (const state of engine.state().filter(({ group }) => group === name)) {
        const { name: target, group, kind, isInSync: ok, latencyMs, observed } = state;
        const shown = { epoch: observed?.epoch, endpoint: observed?.endpoint };
        metrics.recordTarget({ target, group, kind, ok, latencyMs, ...shown });
      }
    },
    of: ({ name }) => engine.state().filter(({ group }) => group === name),
    state: () => engine.state(),
    close: () => engine.close(),
  };
}
