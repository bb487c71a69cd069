// From the numbers that Sentinels and nodes work with today to the objectives that allow them, and to what a
// cluster file has to set by hand. Pure.
import { formatDuration } from "../cluster/duration.ts";
import { listed, quoted } from "../cluster/text.ts";
import type { Timings } from "../cluster/types.ts";
import { nameOf, numberIn, type Row } from "../doctor/live/answers.ts";
import type { SeenCluster } from "./seen.ts";

/** A value that a cluster file may set by hand. */
export interface Override {
  readonly section: "redis" | "sentinel";
  readonly key: string;
  readonly value: string | number;
  /** As Redis or Sentinel calls it, with today's value. */
  readonly live: string;
  /** What Baton would derive instead, where the cluster file says nothing. */
  readonly derived: (timings: Timings) => string | number;
}

export interface Wishes {
  readonly rto: string;
  readonly rpo: string;
  readonly overrides: readonly Override[];
  /** What one value for everybody leaves out, as sentences. */
  readonly lost: readonly string[];
}

/** Of `baton explain`: how long after down-after writes flow again. */
const FAILOVER_MS = 1200;
const RTO_DEFAULT_MS = 5000;
const HOUR_MS = 3_600_000;
/** Redis counts whole seconds: a primary goes on for one more than max-lag. */
const MARGIN_SECONDS = 1;
const RPO_SECONDS_MIN = 3;
const REPLICAS_MIN = 2;

interface Voice {
  readonly who: string;
  readonly value: number;
}

/** What most of them have, and of those the largest, which acts least; the others as a sentence. */
function common(what: string, voices: readonly Voice[], lost: string[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { value } of voices) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [chosen] = [...counts].sort(([value, count], [other, otherCount]) => {
    return otherCount - count || other - value;
  });
  if (chosen === undefined) return undefined;
  const others = voices.filter(({ value }) => value !== chosen[0]);
  if (others.length > 0) {
    const clauses = others.map(({ who, value }) => `${value} of ${who}`);
    lost.push(
      `${what} ${listed([...new Set(clauses)])}: one value is for all, and most have ${chosen[0]}`,
    );
  }
  return chosen[0];
}

function fromSentinels(field: string, { groups }: SeenCluster, lost: string[]): number | undefined {
  const voices = groups.flatMap(({ name, views }) =>
    views.flatMap(({ sentinel, view }) => {
      const value = numberIn(view.primary, field);
      return value === undefined ? [] : [{ who: `group ${quoted(name)} at ${nameOf(sentinel)}`, value }];
    }),
  );
  return common(field, voices, lost);
}

function fromNodes(setting: string, { groups }: SeenCluster, lost: string[]): number | undefined {
  const voices = groups.flatMap(({ nodes }) =>
    nodes.flatMap((node) => {
      const settings: Row = node.settings ?? new Map<string, string>();
      const value = numberIn(settings, setting);
      return value === undefined ? [] : [{ who: nameOf(node), value }];
    }),
  );
  return common(setting, voices, lost);
}

/** The shortest whole seconds that this down-after keeps; what is set by hand shall break no promise. */
function rtoFor(downAfterMs: number | undefined): string {
  const neededMs = Math.ceil(((downAfterMs ?? 0) + FAILOVER_MS) / 1000) * 1000;
  return formatDuration(Math.min(HOUR_MS, Math.max(RTO_DEFAULT_MS, neededMs)));
}

/** A promise only where a primary stops today that is cut off. */
function rpoFor(needed: number, lagSeconds: number, cluster: SeenCluster): string {
  const hasReplicas = cluster.groups.every(({ nodes }) => nodes.length > REPLICAS_MIN);
  const ms = Math.max(RPO_SECONDS_MIN, lagSeconds + MARGIN_SECONDS) * 1000;
  return needed > 0 && hasReplicas && ms <= HOUR_MS ? formatDuration(ms) : "none";
}

export function wishesOf(cluster: SeenCluster): Wishes {
  const lost: string[] = [];
  const downAfterMs = fromSentinels("down-after-milliseconds", cluster, lost);
  const failoverMs = fromSentinels("failover-timeout", cluster, lost);
  const syncs = fromSentinels("parallel-syncs", cluster, lost);
  const quorum = fromSentinels("quorum", cluster, lost);
  const lagSeconds = fromNodes("min-replicas-max-lag", cluster, lost) ?? 0;
  // Either of them at 0 switches both off.
  const needed = lagSeconds === 0 ? 0 : (fromNodes("min-replicas-to-write", cluster, lost) ?? 0);
  const overrides: Override[] = [];
  const add = (value: number | undefined, override: Override): void => {
    if (value !== undefined) overrides.push(override);
  };
  add(downAfterMs, {
    section: "sentinel",
    key: "downAfter",
    value: written(downAfterMs),
    live: `down-after-milliseconds ${downAfterMs}`,
    derived: ({ downAfterMs }) => formatDuration(downAfterMs.value),
  });
  add(failoverMs, {
    section: "sentinel",
    key: "failoverTimeout",
    value: written(failoverMs),
    live: `failover-timeout ${failoverMs}`,
    derived: ({ failoverTimeoutMs }) => formatDuration(failoverTimeoutMs.value),
  });
  add(syncs, {
    section: "sentinel",
    key: "parallelSyncs",
    value: syncs ?? 0,
    live: `parallel-syncs ${syncs}`,
    derived: ({ parallelSyncs }) => parallelSyncs.value,
  });
  add(quorum, {
    section: "sentinel",
    key: "quorum",
    value: quorum ?? 0,
    live: `quorum ${quorum}`,
    derived: ({ quorum }) => quorum.value,
  });
  add(needed, {
    section: "redis",
    key: "minReplicasToWrite",
    value: needed,
    live: `min-replicas-to-write ${needed}`,
    derived: ({ minReplicasToWrite }) => minReplicasToWrite.value,
  });
  add(needed === 0 ? undefined : lagSeconds, {
    section: "redis",
    key: "minReplicasMaxLag",
    value: written(lagSeconds * 1000),
    live: `min-replicas-max-lag ${lagSeconds}`,
    derived: ({ minReplicasMaxLagSeconds }) => `${minReplicasMaxLagSeconds.value}s`,
  });
  return { rto: rtoFor(downAfterMs), rpo: rpoFor(needed, lagSeconds, cluster), overrides, lost };
}

/** What no duration can be is written as it is: the loader refuses it with its own sentence. */
function written(ms: number | undefined): string {
  return ms !== undefined && Number.isSafeInteger(ms) && ms >= 0 ? formatDuration(ms) : `${ms}ms`;
}
