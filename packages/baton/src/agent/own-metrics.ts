// The metrics of this process: where each of their numbers comes from.
import type { GroupPlan, Layout, OwnSecrets } from "../cluster/types.ts";
import type { DrillNotes } from "../metrics/group-gauges.ts";
import { type Metrics, openMetrics } from "../metrics/metrics.ts";
import type { Observer } from "../observe/observer.ts";
import type { Processes } from "../router/processes.ts";
import type { Clock } from "../sys/clock.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import { openCertificates } from "./certificates.ts";
import type { GroupRouters } from "./routers.ts";
import { type GroupVitals, openGroupVitals } from "./vitals.ts";

type Routers = Pick<GroupRouters, "routers" | "readRouters">;

export interface OwnMetricsOptions {
  readonly layout: Layout;
  readonly host: string;
  readonly version: string;
  readonly clock: Clock;
  readonly processes: Pick<Processes, "stats">;
  readonly secrets: OwnSecrets;
  readonly clientTls: TlsMaterial | undefined;
  /** What is known of a group's drills. */
  readonly notes: (group: string) => DrillNotes;
}

export interface OwnMetrics {
  /** With every turn that is recorded there, whoever it is time to ask is asked. */
  readonly metrics: Metrics;
  addRouters(group: GroupPlan, routers: Routers): void;
  /** From now on the nodes of a group are asked what changes slowly, over these connections. */
  askBy(group: GroupPlan, observer: Pick<Observer, "doors">): void;
}

export function openOwnMetrics(options: OwnMetricsOptions): OwnMetrics {
  const { layout, host, version, clock, secrets, clientTls, notes } = options;
  const routersOf = new Map<string, Routers>();
  const vitalsOf = new Map<string, GroupVitals>();
  const targets = layout.cluster.targets.filter(({ on }) => on.includes(host));
  const certificates = openCertificates({ tls: secrets.tls, clientTls, targets, clock });
  const metrics = openMetrics({
    host,
    version,
    clock,
    cluster: layout.cluster,
    routers: () =>
      [...routersOf].flatMap(([group, own]) =>
        own.routers.map((one) => ({ group, stats: one.stats() })),
      ),
    readRouters: () =>
      [...routersOf].flatMap(([group, own]) =>
        own.readRouters.map((one) => ({ group, stats: one.stats() })),
      ),
    processes: () => options.processes.stats(),
    vitals: (group) => vitalsOf.get(group)?.latest() ?? [],
    notes,
    certificates: () => certificates.facts(),
  });
  return {
    metrics: {
      ...metrics,
      recordTurn(group, turn) {
        metrics.recordTurn(group, turn);
        vitalsOf.get(group.name)?.see(turn);
      },
    },
    addRouters: ({ name }, routers) => void routersOf.set(name, routers),
    askBy(group, observer) {
      vitalsOf.set(group.name, openGroupVitals({ layout, group, observer, clock }));
    },
  };
}
