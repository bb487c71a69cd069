// Silences what serves the targets of a lab where that runs on this machine: a load balancer that stands
// still, an API that no longer answers.
import type { Layout } from "../../cluster/types.ts";
import { listenersAt } from "../../sys/listeners.ts";
import { type ProcessIdentity, signalProcess } from "../../sys/processes.ts";
import { knownTargets } from "../../targets/settings.ts";

export interface Servers {
  /** Of the targets that they serve. */
  readonly names: readonly string[];
  readonly processes: readonly ProcessIdentity[];
}

/** What could be silenced: targets whose far side is a process of this machine and this user. */
export function targetServers({ cluster }: Pick<Layout, "cluster">, group: string): Servers {
  const own = knownTargets(cluster.targets).filter(({ plan }) => plan.group === group);
  const served = own.map(({ plan, kind, settings }) => {
    return { name: plan.name, found: listenersAt(kind.reachedAt?.(settings) ?? []) };
  });
  const there = served.filter(({ found }) => found.length > 0);
  const processes = new Map(there.flatMap(({ found }) => found).map((one) => [one.pid, one]));
  return { names: there.map(({ name }) => name), processes: [...processes.values()] };
}

export function silence({ processes }: Servers): void {
  for (const one of processes) signalProcess(one, "SIGSTOP");
}

export function wake({ processes }: Servers): void {
  for (const one of processes) signalProcess(one, "SIGCONT");
}
