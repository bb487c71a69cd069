// Whether each replica keeps up with the primary, and for how long it has or has not: by what the nodes
// themselves say. Pure.
import type { GroupPlan } from "../cluster/types.ts";
import type { NodeView, Observation } from "../observe/types.ts";
import { isSame } from "./agree.ts";
import type { ReplicaRecord, Route } from "./types.ts";

type Records = Readonly<Record<string, ReplicaRecord>>;
type Primary = Extract<NodeView, { kind: "primary" }>;

/**
 * A replica that has not read within this time what its primary had written before is behind. Bytes say
 * nothing: an idle primary writes a few with each ping, and a busy one megabytes a second. Above the
 * 1200 ms that an answer may be old.
 */
const LAG_MS_MAX = 2_000;

const UNKNOWN: ReplicaRecord = {
  owed: undefined,
  keepsUp: false,
  sinceMs: Number.POSITIVE_INFINITY,
  zeroSinceMs: undefined,
};

/**
 * What it owes is fixed when it is first seen behind, and fixed anew when it has read that. So a replica
 * that is always some bytes behind a busy primary is not behind for long, and one whose connection is
 * silently cut is, though both ends call it connected for another 20 s.
 */
function owedBy(
  offsetBytes: number,
  primary: Primary,
  before: ReplicaRecord,
  nowMs: number,
): ReplicaRecord["owed"] {
  const { owed } = before;
  // Another primary counts in another history.
  if (owed !== undefined && owed.to === primary.node && offsetBytes < owed.bytes) return owed;
  if (offsetBytes >= primary.offsetBytes) return undefined;
  return { to: primary.node, bytes: primary.offsetBytes, sinceMs: nowMs };
}

function recordOf(options: {
  readonly view: NodeView;
  readonly primary: Primary;
  readonly endpoint: { readonly address: string; readonly port: number };
  readonly before: ReplicaRecord;
  readonly nowMs: number;
}): ReplicaRecord {
  const { view, primary, endpoint, before, nowMs } = options;
  const isFollowing =
    view.kind === "replica" &&
    view.isLoading !== true &&
    view.link === "connected" &&
    isSame(view.of, endpoint);
  const owed = isFollowing ? owedBy(view.offsetBytes, primary, before, nowMs) : undefined;
  const keepsUp = isFollowing && (owed === undefined || nowMs - owed.sinceMs <= LAG_MS_MAX);
  const isNews = keepsUp !== before.keepsUp || before.sinceMs === Number.POSITIVE_INFINITY;
  return { owed, keepsUp, sinceMs: isNews ? nowMs : before.sinceMs, zeroSinceMs: before.zeroSinceMs };
}

/** Silence is no news: the last that it said was 0, and only an agent changes that. */
function zeroSince(view: NodeView, before: ReplicaRecord, nowMs: number): number | undefined {
  if (view.kind === "silent" || view.replicaPriority === undefined) return before.zeroSinceMs;
  return view.replicaPriority === 0 ? (before.zeroSinceMs ?? nowMs) : undefined;
}

/** While the routed primary does not answer as one, nobody can be measured against it. */
export function nextRecords(options: {
  readonly group: GroupPlan;
  readonly observation: Observation;
  readonly route: Route;
  readonly before: Records;
  readonly nowMs: number;
}): Records {
  const { group, observation, route, before, nowMs } = options;
  const routed = route.kind === "primary" ? route : undefined;
  const primary = observation.nodes.find(({ node }) => node === routed?.node);
  const after: Record<string, ReplicaRecord> = {};
  for (const { id } of group.nodes) {
    const view = observation.nodes.find(({ node }) => node === id);
    const known = before[id] ?? UNKNOWN;
    if (view === undefined) continue;
    const isMeasured = routed !== undefined && primary?.kind === "primary" && id !== routed.node;
    const measured = isMeasured
      ? recordOf({ view, primary, endpoint: routed.endpoint, before: known, nowMs })
      : { ...known, owed: undefined };
    after[id] = { ...measured, zeroSinceMs: zeroSince(view, known, nowMs) };
  }
  return after;
}
