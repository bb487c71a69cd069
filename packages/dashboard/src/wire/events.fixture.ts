// What an agent says on /api/live, for the tests of the page: a group after a failover, with everything that
// a page can show of one.

const silentNode = { link: null, of: null, offsetBytes: null, lagBytes: null, reason: null };
const heardSentinel = { port: 26_379, state: "heard", tilt: false, reason: null };

export const NOW = "2026-03-14T09:26:53.589Z";

const redis = (host: number) => ({ address: `127.41.0.1${host}`, port: 6379 });
const node = (host: number, zone: string) => ({
  id: `h${host}`,
  host: `h${host}`,
  zone,
  ...redis(host),
});
const view = (host: number) => ({ id: `h${host}`, address: `127.41.0.1${host}` });

export const helloAnswer = {
  observedBy: "h1",
  version: "0.1.0",
  startedAt: "2026-03-14T08:00:00.000Z",
  hosts: [
    { name: "h1", zone: "a" },
    { name: "h2", zone: "b" },
    { name: "h3", zone: "c" },
    { name: "app", zone: "a" },
  ],
  groups: 1,
  lookEveryMs: 500,
  canChange: true,
};

export const drillAnswer = {
  id: "2026-03-13-kill-primary",
  fault: "kill-primary",
  place: "lab",
  at: "2026-03-13T10:00:00.000Z",
  verdict: "held",
  rtoMs: 2152,
  objectiveMs: 3000,
  lost: 0,
  acknowledged: 4182,
  sentence: "held: writes flowed again after 2.15 s, and nothing acknowledged was lost",
  cureAtMs: 4200,
  marks: [
    [0, "fault"],
    [1510, "+sdown"],
    [1579, "+odown"],
    [1658, "elected"],
    [1948, "promoted"],
    [2010, "route"],
    [2751, "confirmed"],
    [4200, "cure"],
    [4371, "demoted"],
  ].map(([atMs, event]) => ({ atMs, event, who: "sentinel h2" })),
  lanes: [
    { label: "router", awayFromMs: 2, awayToMs: 2152, count: 10 },
    { label: "ioredis-sentinel", awayFromMs: 1, awayToMs: 2980, count: 10 },
    { label: "hard-coded", awayFromMs: 0, awayToMs: null, count: 4 },
  ],
};

export const groupAnswer = {
  name: "orders",
  route: { kind: "primary", host: "h3", ...redis(3), epoch: 7, confirmed: true },
  routeSince: "2026-03-14T09:23:53.589Z",
  decision: {
    kind: "stay",
    reason: "3 of 3 Sentinels name h3 in epoch 7",
    at: "2026-03-14T09:26:52.589Z",
  },
  doubts: [],
  pause: null,
  drill: null,
  drills: [drillAnswer],
  confirmations: { kind: "not-asked" },
  problems: [
    { code: "replica-down", severity: "error", message: "h1 does not answer: connection refused" },
  ],
  nodes: [
    { ...silentNode, ...node(1, "a"), role: "unknown", reason: "connection refused" },
    {
      ...silentNode,
      ...node(2, "b"),
      role: "replica",
      link: "connected",
      of: "127.41.0.13:6379",
      lagBytes: 1234,
    },
    { ...silentNode, ...node(3, "c"), role: "primary", offsetBytes: 901_234 },
  ],
  sentinels: [
    {
      ...heardSentinel,
      ...view(1),
      epoch: 6,
      tilt: true,
      primary: redis(1),
      flags: ["master", "s_down"],
    },
    { ...heardSentinel, ...view(2), epoch: 7, primary: redis(3), flags: ["master"] },
    {
      ...heardSentinel,
      ...view(3),
      state: "silent",
      epoch: null,
      primary: null,
      flags: [],
      reason: "no answer within 500 ms",
    },
  ],
  targets: [
    { name: "lb", host: "h2", reach: "shared", ok: true, sentence: "haproxy leads to 127.41.0.13:6379" },
    { name: "env", host: "h1", reach: "host", ok: false, sentence: "file leads to 127.41.0.11:6379" },
  ],
};

export const rowAnswer = {
  name: "orders",
  host: "h3",
  address: "127.41.0.13",
  port: 6379,
  epoch: 7,
  confirmed: true,
  severity: "error",
  problems: 1,
  headline: "h1 does not answer: connection refused",
  lagBytesMax: 1234,
  targetsOk: 1,
  targetsAll: 2,
  isQuiet: false,
};

export const entryAnswers = [
  {
    id: 41,
    at: "2026-03-14T09:23:51.000Z",
    monotonicMs: 1,
    kind: "event",
    group: "orders",
    sentence: "h2 said +sdown",
  },
  {
    id: 42,
    at: "2026-03-14T09:23:53.000Z",
    monotonicMs: 2,
    kind: "done",
    group: "orders",
    sentence: "routed to <h3>",
    facts: { because: "2 of 3 Sentinels name h3" },
  },
];

export const incidentAnswer = {
  kind: "failover",
  group: "orders",
  epoch: 7,
  from: "h1",
  to: "h3",
  outcome: "done",
  startedAt: "2026-03-14T09:23:51.000Z",
  durationMs: 2600,
  steps: [
    ["sdown", 0],
    ["odown", 150],
    ["elected", 250],
    ["early", 400],
    ["promoted", 1200],
    ["confirmed", 2600],
    ["announced", 2650],
    ["fenced h1", 3100],
    ["healed", 495_000],
  ].map(([name, afterMs]) => ({
    name,
    at: "2026-03-14T09:23:51.000Z",
    afterMs,
    sentence: `the ${name} step`,
  })),
};

/** Rows as a cluster with so many groups has them: a few are bad, and each is a little different. */
export function manyRows(count: number): readonly (typeof rowAnswer)[] {
  return Array.from({ length: count }, (_, index) => {
    const isBad = index % 97 === 13;
    const isWarned = index % 31 === 5;
    const severity = isBad ? "error" : isWarned ? "warning" : "fine";
    const host = `db${index % 7}`;
    const headline = isBad
      ? `the primary ${host} does not answer: no answer within 500 ms`
      : isWarned
        ? `the replica db${(index + 1) % 7} follows 10.0.0.${index % 7}:6379, link connecting`
        : `writes go to ${host}`;
    const name = `group-${String(index).padStart(4, "0")}`;
    const isQuiet = index % 211 === 7;
    return { ...rowAnswer, name, host, severity, headline, isQuiet, targetsOk: 2, problems: 0 };
  });
}
