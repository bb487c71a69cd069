// Stops what the cluster file does not want on this host any more; a primary hands over first.
import { layoutOf } from "../cluster/layout.ts";
import type { Layout } from "../cluster/types.ts";
import { agree, isSame } from "../decide/agree.ts";
import { handOver, untilWhole, WHOLE_MS } from "./node-steps.ts";
import { stopUnit } from "./systemd.ts";
import type { Job } from "./units.ts";
import type { Place } from "./watch.ts";

const STOP_MS = 120_000;

/** The cluster as it is while this node still runs. */
function withNode({ cluster }: Layout, group: string, host: string): Layout {
  return layoutOf({
    ...cluster,
    hosts: cluster.hosts.map((one) =>
      one.name === host && !one.runs.includes("redis") ? { ...one, runs: [...one.runs, "redis"] } : one,
    ),
    groups: cluster.groups.map((one) =>
      one.name === group ? { ...one, hosts: [...one.hosts, host] } : one,
    ),
  });
}

async function handOverFirst(
  unit: string,
  name: string,
  place: Place,
  signal: AbortSignal,
): Promise<void> {
  const layout = withNode(place.layout, name, place.host);
  const group = layout.groups.find((one) => one.name === name);
  const node = group?.nodes.find(({ host }) => host === place.host);
  if (group === undefined || node === undefined) return;
  const here = { ...place, layout };
  const observation = await untilWhole(here, group, { withinMs: WHOLE_MS, signal });
  const agreement = agree(observation.views);
  if (agreement.kind !== "agreed" || !isSame(agreement.primary, node)) return;
  await handOver({ unit, group, node }, here, signal);
  await untilWhole(here, group, { withinMs: WHOLE_MS, signal });
}

/** Data stays on the disk. A group that is in no cluster file any more is stopped as it is. */
export async function retire(
  unit: string,
  job: Job,
  isActive: boolean,
  place: Place,
  signal: AbortSignal,
): Promise<string> {
  if (job.kind === "node" && isActive) await handOverFirst(unit, job.group, place, signal);
  await stopUnit(unit, STOP_MS, signal);
  return `${unit} is stopped, its files are left`;
}
