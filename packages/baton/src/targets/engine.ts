// All targets that one host serves: a worker each, so that none waits for another.
import type { TargetPlan, SecretReference } from "../cluster/types.ts";
import type { Route } from "../decide/types.ts";
import type { Clock } from "../sys/clock.ts";
import { openPacers } from "./api/pacer.ts";
import { openTargetMemory } from "./memory.ts";
import { knownTargets } from "./settings.ts";
import type { TargetNews, TargetState } from "./state.ts";
import type { KnownNode, Surroundings, TargetKind } from "./target.ts";
import { Worker } from "./worker.ts";

export interface TargetEngine {
  /**
   * To be called in every turn, and once more the moment that a route is set. Returns at once. `mayAct` is
   * false while the agent holds or is paused: nothing is written then.
   */
  turn(group: string, route: Route, mayAct: boolean): void;
  state(): readonly TargetState[];
  /** Ends running attempts; a program of the user's is killed. */
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Of the whole cluster file. */
  readonly plans: readonly TargetPlan[];
  /** Only targets that this host serves are opened. */
  readonly host: string;
  /** Of a group. */
  readonly nodesOf: (group: string) => readonly KnownNode[];
  /** Where targets.json is kept. */
  readonly stateDirectory: string;
  readonly clock: Clock;
  /** @throws BatonError SECRET */
  readonly readSecret: (what: string, reference: SecretReference) => Promise<string>;
  /** For the journal. Must not throw. */
  readonly write: (news: TargetNews) => void;
  /** Other kinds than those of the index. */
  readonly kinds?: readonly TargetKind[];
  /** Other buckets than those of this engine. */
  readonly pacerOf?: Surroundings["pacerOf"];
}

/**
 * @throws BatonError CLUSTER_FILE for a target that cannot be understood, on whatever host it is; DISK for
 *   a damaged targets.json: better no agent than a forgetful one.
 */
export async function openTargets(options: EngineOptions): Promise<TargetEngine> {
  const { plans, host, nodesOf, stateDirectory, clock, readSecret, write, kinds } = options;
  const { pacerOf = openPacers(clock) } = options;
  const known = knownTargets(plans, kinds).filter(({ plan }) => plan.on.includes(host));
  const memory = await openTargetMemory(stateDirectory);
  const workers = known.map((one) => {
    const { name, group, on } = one.plan;
    const nodes = nodesOf(group);
    const surroundings = { name, group, nodes, readSecret, wallMs: () => clock.wallMs(), pacerOf };
    const rank = on.indexOf(host);
    return { group, worker: new Worker({ known: one, rank, memory, clock, surroundings, write }) };
  });
  return {
    turn(group, route, mayAct) {
      for (const one of workers) if (one.group === group) one.worker.offer(route, mayAct);
    },
    state: () => workers.map(({ worker }) => worker.state()),
    async close() {
      await Promise.all(workers.map(({ worker }) => worker.close()));
    },
  };
}
