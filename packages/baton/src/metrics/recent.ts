// What can only be told from several turns: how fast the primary's stream grows, how long nodes keep others
// waiting, how old a replica's data is. Bounded: a few numbers a node, the stream of five minutes.
import type { GroupPlan } from "../cluster/types.ts";
import { heardViews, isSame } from "../decide/agree.ts";
import { nextRecords } from "../decide/caught-up.ts";
import type { Memory, Route } from "../decide/types.ts";
import type { NodeView, Observation, ReplicaView } from "../observe/types.ts";

/** One sample of the stream is kept for each of these. */
const SAMPLE_EVERY_MS = 10_000;
const STREAM_MS = 300_000;
/** Less says nothing of a rate. */
const SPAN_MS_MIN = 5_000;
/** A wait is told for one to two of these: no scrape of twice a minute misses it. */
const PEAK_MS = 30_000;

type Primary = Extract<NodeView, { kind: "primary" }>;

interface Stream {
  readonly node: string;
  /** A restart or a promotion begins another history. */
  readonly replicationId: string | undefined;
  /** Oldest first. */
  readonly samples: { readonly atMs: number; readonly bytes: number }[];
  /** Of the last turn that saw it. */
  newest: { readonly atMs: number; readonly bytes: number };
}

interface Peak {
  sinceMs: number;
  presentMs: number;
  beforeMs: number;
}

/** What a turn adds. */
export interface RecentTurn {
  readonly observation: Observation;
  readonly route: Route;
}

export interface Recent {
  see(turn: RecentTurn): void;
  /** Bytes a second that the routed primary has written lately; undefined: not known yet, or none. */
  streamRate(): number | undefined;
  /** The longest that the node kept this agent, or most of the Sentinels, waiting within the last minute. */
  longestWaitMs(node: string): number | undefined;
  /** How long ago the primary wrote what this replica has yet to read; undefined: it follows nobody. */
  behindMs(node: string): number | undefined;
}

const routedView = ({ observation, route }: RecentTurn): Primary | undefined => {
  const view = observation.nodes.find(({ node }) => route.kind === "primary" && node === route.node);
  return view?.kind === "primary" ? view : undefined;
};

function nextStream(before: Stream | undefined, view: Primary, atMs: number): Stream {
  const newest = { atMs, bytes: view.offsetBytes };
  const { node, replicationId } = view;
  const isSameHistory =
    before !== undefined &&
    before.node === node &&
    before.replicationId === replicationId &&
    newest.bytes >= before.newest.bytes;
  if (!isSameHistory) return { node, replicationId, samples: [newest], newest };
  const { samples } = before;
  if (atMs - (samples.at(-1)?.atMs ?? 0) >= SAMPLE_EVERY_MS) samples.push(newest);
  while ((samples[0]?.atMs ?? atMs) < atMs - STREAM_MS) samples.shift();
  return { ...before, newest };
}

function rateOf({ samples, newest }: Stream): number | undefined {
  const [oldest] = samples;
  if (oldest === undefined) return undefined;
  const [spanMs, bytes] = [newest.atMs - oldest.atMs, newest.bytes - oldest.bytes];
  return spanMs < SPAN_MS_MIN || bytes === 0 ? undefined : (bytes * 1_000) / spanMs;
}

const NOBODY_WAITS: Peak = { sinceMs: Number.NEGATIVE_INFINITY, presentMs: 0, beforeMs: 0 };

function nextPeak({ sinceMs, presentMs, beforeMs }: Peak, waitMs: number, atMs: number): Peak {
  const ageMs = atMs - sinceMs;
  if (ageMs < PEAK_MS) return { sinceMs, presentMs: Math.max(presentMs, waitMs), beforeMs };
  return { sinceMs: atMs, presentMs: waitMs, beforeMs: ageMs < 2 * PEAK_MS ? presentMs : 0 };
}

/** What a Sentinel says of a node, be it the primary or a replica. */
type Waiting = Pick<ReplicaView, "flags" | "pingWaitMs">;

/**
 * What the Sentinels say of one node: how long more than half of them wait for it at least, because one alone
 * may be slow itself, and whether any holds it to be down.
 */
function sentinelsOn(plan: GroupPlan["nodes"][number], { views }: Observation) {
  // One in TILT has stood still, and takes that for a wait.
  const said = heardViews(views).flatMap((view): readonly Waiting[] => {
    if (view.tilt) return [];
    return isSame(view.primary, plan) ? [view] : view.replicas.filter((one) => isSame(one, plan));
  });
  const waits = said.map(({ pingWaitMs = 0 }) => pingWaitMs).sort((one, other) => other - one);
  return {
    waitMs: waits[Math.floor(waits.length / 2)] ?? 0,
    isDown: said.some(({ flags }) => flags.includes("s_down") || flags.includes("o_down")),
  };
}

export function openRecent(group: GroupPlan): Recent {
  let stream: Stream | undefined;
  let records: Memory["replicas"] = {};
  let last: Observation | undefined;
  /** Nobody's data has an age while the routed primary does not answer as one. */
  let measuredBy: string | undefined;
  const peaks = new Map<string, Peak>();

  function seeWaits(observation: Observation): void {
    for (const plan of group.nodes) {
      const view = observation.nodes.find(({ node }) => node === plan.id);
      const { waitMs, isDown } = sentinelsOn(plan, observation);
      // Down is not slow: there is a name of its own for it.
      if (isDown) peaks.delete(plan.id);
      else {
        const tookMs = view === undefined || view.kind === "silent" ? 0 : (view.tookMs ?? 0);
        const before = peaks.get(plan.id) ?? NOBODY_WAITS;
        peaks.set(plan.id, nextPeak(before, Math.max(tookMs, waitMs), observation.atMs));
      }
    }
  }

  return {
    see(turn) {
      const { observation, route } = turn;
      const { atMs: nowMs } = observation;
      const view = routedView(turn);
      if (view !== undefined) stream = nextStream(stream, view, nowMs);
      else if (route.kind === "primary" && route.node !== stream?.node) stream = undefined;
      records = nextRecords({ group, observation, route, before: records, nowMs });
      last = observation;
      measuredBy = view?.node;
      seeWaits(observation);
    },
    streamRate: () => stream && rateOf(stream),
    longestWaitMs(node) {
      const view = last?.nodes.find((one) => one.node === node);
      const peak = peaks.get(node);
      if (view === undefined || view.kind === "silent" || peak === undefined) return undefined;
      return Math.max(peak.presentMs, peak.beforeMs);
    },
    behindMs(node) {
      const record = records[node];
      if (record === undefined || last === undefined) return undefined;
      if (measuredBy === undefined || measuredBy === node) return undefined;
      if (record.owed !== undefined) return Math.max(0, last.atMs - record.owed.sinceMs);
      return record.keepsUp ? 0 : undefined;
    },
  };
}
