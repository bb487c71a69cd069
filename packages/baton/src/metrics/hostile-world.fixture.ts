// A world in which nodes, Sentinels, targets and the journal are full of names that nobody chose well: no two
// are the same, and each would be a forged sample if it ever became a label.
import type { HeardView } from "../decide/agree.ts";
import { at, dead } from "../decide/world.fixture.ts";
import type { EntryKind, JournalEntry } from "../journal/journal.ts";
import type { NodeVitals, NodeView, View } from "../observe/types.ts";

export const HOSTS = ["h1", "h2", "h3"] as const;
type HostName = (typeof HOSTS)[number];

let told = 0;
export const hostile = (): string =>
  `evil${(told += 1)}"} 1\nbaton_forged{x="\\${String.fromCodePoint(0x202e)}`;
const CONSTANT = hostile();

const primaryAt = (turn: number): HostName => HOSTS[Math.floor(turn / 3) % 3] ?? "h1";
const sometimes = (turn: number, word: string): string => (turn % 2 === 0 ? word : hostile());

/** What a Sentinel says in this turn: healthy, silent, split, in TILT, tuned otherwise. */
export function hostileView(sentinel: string, turn: number): View {
  if (turn % 5 === 4) return { kind: "silent", isRefused: turn % 2 === 0, sentinel, reason: hostile() };
  const stranger = { address: hostile(), port: turn };
  const flags = [hostile(), "slave"];
  const replica = { flags, priority: 1, offsetBytes: turn, link: sometimes(turn, "ok") };
  const heard: HeardView = {
    kind: "heard",
    sentinel,
    runId: hostile(),
    primary: turn % 7 === 3 ? stranger : at(primaryAt(turn)),
    flags: ["master", hostile(), ...(turn % 4 === 1 ? ["s_down", "failover_in_progress"] : [])],
    configEpoch: Math.floor(turn / 3),
    quorum: 1 + (turn % 4),
    downAfterMs: turn,
    failoverTimeoutMs: turn,
    parallelSyncs: turn,
    replicas: [...HOSTS.map((id) => ({ ...replica, ...at(id) })), { ...replica, ...stranger }],
    peers: [{ ...stranger, runId: hostile(), flags: [hostile()], vote: undefined }],
    tilt: turn % 6 === 2,
    debug: { [hostile()]: 1 },
  };
  return heard;
}

/** What a node says in this turn: any role, dead, paused, handed over, behind. */
export function hostileNode(node: HostName, turn: number): NodeView {
  if (turn % 4 === 3) return dead(node);
  const to = turn % 5 === 0 ? "h2" : hostile();
  const remarks = {
    keys: turn % 3,
    replicationId: turn % 9 < 6 ? CONSTANT : hostile(),
    backlogBytes: 1_000,
    tookMs: turn,
    replicaPriority: turn % 2,
    ...(turn % 8 === 0 ? { pause: { until: hostile(), by: hostile() } } : {}),
    handover: { id: hostile(), from: "h1", to, epoch: turn, phase: "preparing" as const },
    targets: [
      { name: hostile(), host: hostile(), reach: "host" as const, ok: false, sentence: hostile() },
    ],
  };
  const offsetBytes = turn * 1_000;
  const primary = primaryAt(turn);
  if (node === primary || (turn % 5 === 2 && node === "h3"))
    return { kind: "primary", node, offsetBytes, replicas: [{ ...at("h2"), offsetBytes }], ...remarks };
  const link = sometimes(turn, "connected");
  return { kind: "replica", node, of: at(primary), link, offsetBytes: offsetBytes - 1, ...remarks };
}

export const hostileVitals = (): readonly NodeVitals[] =>
  HOSTS.map((node) => ({
    node,
    atMs: 0,
    fullResyncs: 1,
    usedBytes: 1,
    maxBytes: 2,
    isSnapshotOk: true,
    isAppendOnlyOk: false,
    settings: { [hostile()]: hostile(), appendonly: hostile() },
  }));

const KINDS: readonly EntryKind[] = [
  "decision",
  "done",
  "event",
  "failed",
  "fenced",
  "note",
  "switchover",
];

/** Of this group and of groups that there are not, with every outcome and more. */
export function hostileEntries(group: string): readonly JournalEntry[] {
  return KINDS.flatMap((kind) =>
    [group, hostile()].flatMap((name) =>
      ["done", "undone", hostile()].map((outcome, index): JournalEntry => {
        const route = { kind: "primary", node: hostile(), epoch: index, confirmed: true };
        const facts = { outcome, decision: "fence", route, [hostile()]: hostile() };
        const when = { at: "2026-03-01T00:00:00.000Z", monotonicMs: 0 };
        return { id: 1, ...when, kind, group: name, sentence: hostile(), facts };
      }),
    ),
  );
}
