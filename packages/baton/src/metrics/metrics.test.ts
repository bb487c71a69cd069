import { afterEach, beforeEach, expect, test } from "vitest";
import { dead, follows, isPrimary, mute, says } from "../decide/world.fixture.ts";
import type { EntryKind, JournalEntry } from "../journal/journal.ts";
import type { NodeView } from "../observe/types.ts";
import type { RouterStats } from "../router/router.ts";
import type { Metrics } from "./metrics.ts";
import { type Bench, openBench } from "./metrics.fixture.ts";
import { METRICS } from "./table.ts";

const stats: RouterStats = {
  sessions: 3,
  held: 1,
  accepted: 10,
  released: 4,
  moved: 8,
  cut: 2,
  lost: 1,
  garbage: 6,
  unconfirmed: 7,
  bytesFromClients: 100,
  bytesFromPrimary: 300,
  commands: 50,
  holds: { count: 3, totalMs: 4_150, within: { 1_000: 1, 100: 1, 500: 0 } },
  waits: { count: 1, totalMs: 0.25, within: { 0.5: 1, 1: 0 } },
  routeChanges: 1,
  acceptFailures: 0,
  handshakeFailures: 9,
  refused: { holdTime: 5, holdSessions: 0, sessions: 0 },
  route: { kind: "none", reason: "test" },
  confirmations: { kind: "not-asked" },
};

let bench: Bench;
let metrics: Metrics;
beforeEach(() => {
  const routers = () => [
    { group: "main", stats },
    { group: "main", stats },
  ];
  const counts = { accepted: 7, cut: 6, refused: 5, handshakeFailures: 4 };
  const reads = { sessions: 3, waiting: 0, sessionsByNode: { h2: 1, h3: 2 }, replicas: 2, ...counts };
  const readRouters = () => [{ group: "main", stats: reads }];
  const processes = () => ({ wanted: 2, running: 1, deaths: 4 });
  bench = openBench({ routers, readRouters, processes });
  metrics = bench.metrics;
});
afterEach(() => metrics.close());

const turn: Bench["turn"] = (views, nodes) => bench.turn(views, nodes);
const lines = () => bench.lines();
function entry(kind: EntryKind, facts: Record<string, unknown>, group = "main"): void {
  const at = "2026-01-01T00:00:00.000Z";
  const made: JournalEntry = { id: 1, at, monotonicMs: 0, kind, group, sentence: "s", facts };
  metrics.recordEntry(made);
}

const healthyViews = [says("h1", "h1", 4), says("h2", "h1", 4), says("h3", "h1", 4)];
const healthyNodes = [
  isPrimary("h1", ["h2", "h3"]),
  { ...follows("h2", "h1"), offsetBytes: 900 } as NodeView,
  follows("h3", "h1"),
];

test("the last turn is what gauges say: route, agreement, Sentinels, roles, lag", async () => {
  turn(healthyViews, healthyNodes);
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'baton_info{host="h1",version="1.2.3"} 1',
      'baton_route_epoch{group="main"} 4',
      'baton_route_info{group="main",node="h1",confirmed="true"} 1',
      'baton_agreement{group="main"} 1',
      'baton_sentinels_heard{group="main"} 3',
      'baton_sentinel_epoch{group="main",sentinel="h2"} 4',
      'baton_node_role{group="main",node="h1",role="primary"} 1',
      'baton_replica_lag_bytes{group="main",node="h2"} 100',
      'baton_decision_age_seconds{group="main"} 0.5',
      'baton_turn_duration_seconds_bucket{le="0.04",group="main"} 1',
      'baton_decisions_total{group="main",kind="route"} 1',
    ]),
  );
});

test("nothing stays behind of a route, a role or a Sentinel that is gone", async () => {
  turn(healthyViews, healthyNodes);
  await metrics.scrape();
  turn([says("h1", "h1", 4), mute("h2"), mute("h3")], [dead("h1"), dead("h2"), dead("h3")]);
  const now = await lines();
  expect(now.filter((line) => /^baton_(route|replica)_/.test(line))).toEqual([]);
  expect(
    now.filter((line) => line.startsWith("baton_node_role")).every((line) => /unknown/.test(line)),
  ).toBe(true);
  expect(now).toContain('baton_agreement{group="main"} 0');
  expect(now).toContain('baton_problem{group="main",code="sentinels-silent",severity="error"} 1');
});

test("failovers are counted from the second confirmed epoch on, and never twice", async () => {
  const routed = (epoch: number, confirmed: boolean) =>
    entry("decision", { route: { kind: "primary", node: "h1", epoch, confirmed } });
  routed(4, true);
  expect((await lines()).filter((line) => line.startsWith("baton_failovers"))).toEqual([]);
  routed(5, false);
  routed(5, true);
  routed(5, true);
  expect(await lines()).toContain('baton_failovers_total{group="main"} 1');
});

test("fences, refusals and switchovers are counted by outcome; unknown outcomes are no label", async () => {
  entry("fenced", { node: "h1" });
  entry("failed", { decision: "fence" });
  entry("failed", { decision: "attach-replica" });
  entry("switchover", { step: "release", outcome: "done" });
  entry("switchover", { step: "hold", outcome: "x".repeat(100) });
  const now = (await lines()).filter((line) => /fences|failed_actions|switchovers/.test(line));
  expect(now.sort()).toEqual([
    'baton_failed_actions_total{group="main"} 2',
    'baton_fences_total{group="main",outcome="done"} 1',
    'baton_fences_total{group="main",outcome="failed"} 1',
    'baton_switchovers_total{group="main",outcome="done"} 1',
  ]);
});

test("what is told of a group that is not in the cluster file is counted nowhere", async () => {
  for (const kind of ["failed", "fenced", "switchover"] as const)
    entry(kind, { outcome: "done", decision: "fence" }, 'main",evil="1');
  const now = (await lines()).filter((line) => /fences|failed_actions|switchovers/.test(line));
  expect(now).toEqual([]);
});

test("routers of a group are summed, and a second scrape says the same", async () => {
  const found = async () => (await lines()).filter((line) => line.startsWith("baton_router"));
  const first = await found();
  expect(first).toEqual(
    expect.arrayContaining([
      'baton_router_sessions{group="main"} 6',
      'baton_router_held_sessions{group="main"} 2',
      'baton_router_cut_total{group="main"} 4',
      'baton_router_lost_total{group="main"} 2',
      'baton_router_moved_total{group="main"} 16',
      'baton_router_protocol_errors_total{group="main"} 12',
      'baton_router_unconfirmed_total{group="main"} 14',
      'baton_router_commands_total{group="main"} 100',
      'baton_router_received_bytes_total{group="main",from="clients"} 200',
      'baton_router_received_bytes_total{group="main",from="primary"} 600',
      'baton_router_refused_total{group="main",bound="holdTime"} 10',
      'baton_router_handshake_failures_total{group="main",port="writes"} 18',
    ]),
  );
  expect(await found()).toEqual(first);
  const [one, other] = await Promise.all([metrics.scrape(), metrics.scrape()]);
  for (const { text } of [one, other]) expect(text).toContain('baton_router_cut_total{group="main"} 4');
});

test("waits are a histogram: a bound counts all that are within it, and routers are summed", async () => {
  const found = async (name: string) => (await lines()).filter((line) => line.startsWith(name));
  const expected = [
    'baton_router_hold_seconds_bucket{le="0.1",group="main"} 2',
    'baton_router_hold_seconds_bucket{le="0.5",group="main"} 2',
    'baton_router_hold_seconds_bucket{le="1",group="main"} 4',
    'baton_router_hold_seconds_bucket{le="+Inf",group="main"} 6',
    'baton_router_hold_seconds_sum{group="main"} 8.3',
    'baton_router_hold_seconds_count{group="main"} 6',
  ];
  expect(await found("baton_router_hold")).toEqual(expected);
  expect(await found("baton_router_hold")).toEqual(expected);
  expect(await found("baton_router_confirmation_wait_seconds_bucket")).toEqual([
    'baton_router_confirmation_wait_seconds_bucket{le="0.0005",group="main"} 2',
    'baton_router_confirmation_wait_seconds_bucket{le="0.001",group="main"} 2',
    'baton_router_confirmation_wait_seconds_bucket{le="+Inf",group="main"} 2',
  ]);
  const { text } = await metrics.scrape();
  expect(text).toContain("# TYPE baton_router_hold_seconds histogram");
});

test("a target's last update is what is told of it", async () => {
  const facts = { target: "lb", group: "main", kind: "haproxy", endpoint: undefined };
  metrics.recordTarget({ ...facts, ok: true, latencyMs: 12, epoch: 4 });
  metrics.recordTarget({ ...facts, ok: false, latencyMs: undefined, epoch: undefined });
  expect((await lines()).filter((line) => line.startsWith("baton_target"))).toEqual([
    'baton_target_ok{target="lb",group="main",kind="haproxy"} 0',
  ]);
});

test("names say their unit as Prometheus wants it, and every metric has a sentence", () => {
  for (const [name, { kind, help }] of Object.entries(METRICS)) {
    expect(name).toMatch(/^(baton|process)_[a-z_]+$/);
    expect(name).not.toMatch(/_(ms|milliseconds|kb)$/);
    expect([name, name.endsWith("_total")]).toEqual([name, kind === "counter"]);
    expect(help).toMatch(/^[A-Z1].*\.$/);
  }
  expect(Object.keys(METRICS)).toEqual(Object.keys(METRICS).sort());
});

test("ports for reads tell of replicas and sessions by node, and processes of their deaths", async () => {
  const expected = [
    'baton_router_reads_replicas{group="main"} 2',
    'baton_router_reads_sessions{group="main",node="h3"} 2',
    'baton_router_reads_accepted_total{group="main"} 7',
    'baton_router_reads_cut_total{group="main"} 6',
    'baton_router_reads_refused_total{group="main"} 5',
    'baton_router_handshake_failures_total{group="main",port="reads"} 4',
    "baton_router_processes 1",
    "baton_router_process_deaths_total 4",
  ];
  await metrics.scrape();
  expect(await lines()).toEqual(expect.arrayContaining(expected));
});
