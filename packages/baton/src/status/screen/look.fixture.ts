// Groups as an agent would show them, good and bad ones, for tests of what is drawn.
import type { ShownGroup, ShownStatus } from "../shown.ts";
import type { DrillNote } from "../../cluster/drill-note.ts";

export const AT = "2026-11-22T11:02:07.120Z";

/** So many ms before AT. */
export const ago = (ms: number): string => new Date(Date.parse(AT) - ms).toISOString();

type NodeShown = ShownGroup["nodes"][number];
type SentinelShown = ShownGroup["sentinels"][number];

export function node(number: number, more: Partial<NodeShown> = {}): NodeShown {
  const id = `h${number}`;
  const isFirst = number === 1;
  return {
    id,
    host: id,
    zone: "abc"[number - 1] ?? "a",
    address: `10.0.0.1${number}`,
    port: 6379,
    role: isFirst ? "primary" : "replica",
    link: isFirst ? null : "connected",
    of: isFirst ? null : "10.0.0.11:6379",
    offsetBytes: 81_234,
    lagBytes: isFirst ? null : 120 * number,
    reason: null,
    ...more,
  };
}

export function sentinel(number: number, more: Partial<SentinelShown> = {}): SentinelShown {
  return {
    id: `h${number}`,
    address: `10.0.0.1${number}`,
    port: 26379,
    state: "heard",
    primary: { address: "10.0.0.11", port: 6379 },
    epoch: 7,
    flags: ["master"],
    tilt: false,
    reason: null,
    ...more,
  };
}

export const drillNote: DrillNote = {
  id: "d1",
  fault: "kill-primary",
  place: "hosts",
  at: ago(3 * 86_400_000),
  verdict: "held",
  rtoMs: 2_252,
  objectiveMs: 3_000,
  lost: 0,
  acknowledged: 625,
  sentence: "writes were away for 2252 ms, the objective is 3000 ms",
  cureAtMs: null,
  marks: [],
  lanes: [],
};

/** A healthy group of three nodes, as a command sees it that looks once. */
export function group(name: string, more: Partial<ShownGroup> = {}): ShownGroup {
  return {
    name,
    route: { kind: "primary", host: "h1", address: "10.0.0.11", port: 6379, epoch: 7, confirmed: true },
    confirmations: { kind: "not-asked" },
    problems: [],
    nodes: [node(1), node(2), node(3)],
    sentinels: [sentinel(1), sentinel(2), sentinel(3)],
    targets: [],
    routeSince: null,
    decision: null,
    doubts: [],
    pause: null,
    drill: null,
    drills: [],
    ...more,
  };
}

/** The same as an agent shows it. */
export const ofAgent = (name: string, more: Partial<ShownGroup> = {}): ShownGroup =>
  group(name, {
    routeSince: ago(11_520_000),
    decision: { kind: "stay", reason: "h1 is the primary in epoch 7", at: ago(12_000) },
    drills: [drillNote],
    targets: [
      {
        name: "edge",
        host: "app",
        reach: "host",
        ok: true,
        sentence: "haproxy leads to 10.0.0.11:6379",
      },
    ],
    ...more,
  });

/** The primary is dead, and its Sentinels have not agreed on another one yet. */
export const dead = (name: string): ShownGroup =>
  ofAgent(name, {
    route: { kind: "none", reason: "the agreed primary h1 does not answer" },
    routeSince: null,
    problems: [
      {
        code: "primary-down",
        severity: "error",
        message: "the primary h1 does not answer: connect ECONNREFUSED 10.0.0.11:6379",
      },
      {
        code: "sentinel-silent",
        severity: "warning",
        message: "the Sentinel on h1 does not answer: connect ECONNREFUSED",
      },
      { code: "failover-running", severity: "info", message: "a failover is under way" },
    ],
    nodes: [
      node(1, { role: "unknown", offsetBytes: null, reason: "connect ECONNREFUSED 10.0.0.11:6379" }),
      node(2, { link: "connect", lagBytes: null }),
      node(3, { link: "connect", lagBytes: null }),
    ],
    sentinels: [
      sentinel(1, {
        state: "silent",
        primary: null,
        epoch: null,
        flags: [],
        reason: "connect ECONNREFUSED",
      }),
      sentinel(2, { flags: ["master", "s_down", "o_down"] }),
      sentinel(3, { flags: ["master", "s_down"] }),
    ],
    decision: {
      kind: "hold",
      reason: "the agreed primary h1 does not answer: waiting for the Sentinels",
      at: ago(400),
    },
  });

/** Paused, with a drill under way and a last one that was broken. */
export const quiet = (name: string): ShownGroup =>
  ofAgent(name, {
    pause: { until: ago(-1_080_000), by: "ops-7" },
    problems: [
      {
        code: "maintenance",
        severity: "warning",
        message: `paused until ${ago(-1_080_000)} by ops-7: this agent watches and does nothing`,
      },
    ],
    drill: { fault: "kill-primary", by: "ci", since: ago(20_000), until: ago(-40_000) },
    drills: [
      { ...drillNote, verdict: "broken", place: "lab", sentence: "3 acknowledged writes are gone" },
      drillNote,
    ],
    doubts: ["it stood still for 3100 ms"],
  });

export const status = (...groups: readonly ShownGroup[]): ShownStatus => ({
  observedBy: "h2",
  at: AT,
  groups,
});
