import { describe, expect, test } from "vitest";
import { at, dead, follows, group, isPrimary, layout, mute, says } from "../decide/world.fixture.ts";
import type { HeardView } from "../decide/agree.ts";
import type { NodeVitals, NodeView, ReplicaView, View } from "../observe/types.ts";
import type { TargetFacts } from "./gauges.ts";
import { openBench } from "./metrics.fixture.ts";
import type { DrillFacts } from "./group-gauges.ts";

const HOSTS = ["h1", "h2", "h3"] as const;
const listed = (id: string, more: Partial<ReplicaView> = {}): ReplicaView => {
  return { ...at(id), flags: ["slave"], priority: 100, offsetBytes: 1_000, link: "ok", ...more };
};

function sentinel(id: string, more: Partial<HeardView> = {}): View {
  const peers = HOSTS.filter((other) => other !== id).map((other) => ({
    ...at(other),
    port: 26_379,
    runId: `run-${other}`,
    flags: ["sentinel"],
    vote: undefined,
  }));
  return says(id, "h1", 4, { replicas: [listed("h2"), listed("h3")], peers, ...more });
}
const views = HOSTS.map((id) => sentinel(id));
const node = (view: NodeView, more: object): NodeView => ({ ...view, ...more });
const nodes = [
  node(isPrimary("h1", ["h2", "h3"]), { keys: 10, replicationId: "one", backlogBytes: 60_000 }),
  node(follows("h2", "h1"), { keys: 10, tookMs: 4 }),
  node(follows("h3", "h1"), { keys: 10 }),
];

describe("the chance of a failover", () => {
  test("is what the Sentinels and replicas are: one may fail, two could be promoted", async () => {
    const { turn, of } = openBench();
    turn(views, nodes);
    expect(await of("baton_quorum_spare")).toEqual(['{group="main"} 1']);
    expect(await of("baton_candidates")).toEqual(['{group="main"} 2']);
    expect(await of("baton_failover_possible")).toEqual(['{group="main"} 1']);
    expect(await of("baton_primaries")).toEqual(['{group="main"} 1']);
    expect(await of("baton_node_up")).toHaveLength(3);
  });

  test("is none without a majority, and none without anybody to promote", async () => {
    const { turn, of } = openBench();
    turn([sentinel("h1"), mute("h2"), mute("h3")], nodes);
    expect(await of("baton_quorum_spare")).toEqual(['{group="main"} -1']);
    expect(await of("baton_failover_possible")).toEqual(['{group="main"} 0']);
    turn(
      HOSTS.map((id) => sentinel(id, { replicas: [listed("h2", { priority: 0 })] })),
      nodes,
    );
    expect(await of("baton_candidates")).toEqual(['{group="main"} 0']);
    expect(await of("baton_failover_possible")).toEqual(['{group="main"} 0']);
  });

  test("names a candidate that holds nothing, but not where nobody holds anything", async () => {
    const { turn, of } = openBench();
    const empty = node(follows("h2", "h1"), { keys: 0 });
    turn(views, nodes.with(1, empty));
    expect(await of("baton_candidate_empty")).toEqual([
      '{group="main",node="h2"} 1',
      '{group="main",node="h3"} 0',
    ]);
    turn(views, [node(isPrimary("h1"), { keys: 0 }), empty]);
    expect(await of("baton_candidate_empty")).toEqual(['{group="main",node="h2"} 0']);
  });

  test("counts two primaries as two, and a node that is down as down", async () => {
    const { turn, of } = openBench();
    turn(views, [isPrimary("h1"), isPrimary("h2"), dead("h3")]);
    expect(await of("baton_primaries")).toEqual(['{group="main"} 2']);
    expect(await of("baton_node_up")).toContain('{group="main",node="h3"} 0');
    expect((await of("baton_node_ping_seconds")).join()).not.toContain("h3");
  });
});

describe("objectives and what is held against them", () => {
  test("come from the cluster file", async () => {
    const { turn, of } = openBench();
    turn(views, nodes);
    expect(await of("baton_objective_seconds")).toEqual([
      '{group="main",objective="rto"} 3',
      '{group="main",objective="down_after"} 1.8',
      '{group="main",objective="rpo"} 5',
    ]);
    expect(await of("baton_replicas_needed")).toEqual(['{group="main"} 1']);
    expect(await of("baton_objective_lag_bytes")).toEqual([]);
  });

  test("are absent where it names none, and there where reads have a bound in bytes", async () => {
    const { cluster } = layout;
    const reads = { maxLag: { kind: "bytes", bytes: 4_096 }, fallback: "refuse" } as const;
    const objectives = { rtoMs: 3_000, rpo: { kind: "none" } } as const;
    const loose = { ...cluster, objectives, router: { ...cluster.router, reads } };
    const { turn, of } = openBench({ cluster: loose });
    turn(views, nodes);
    expect((await of("baton_objective_seconds")).join()).not.toContain("rpo");
    expect(await of("baton_objective_lag_bytes")).toEqual(['{group="main"} 4096']);
  });

  test("replicas online are those that count for the primary, and its own list without that", async () => {
    const { turn, of } = openBench();
    turn(views, nodes);
    expect(await of("baton_replicas_online")).toEqual(['{group="main"} 2']);
    turn(views, nodes.with(0, node(isPrimary("h1", ["h2", "h3"]), { goodReplicas: 1 })));
    expect(await of("baton_replicas_online")).toEqual(['{group="main"} 1']);
    turn(views, [dead("h1"), follows("h2", "h1")]);
    expect(await of("baton_replicas_online")).toEqual([]);
  });

  test("the backlog lasts as long as it takes to write that much", async () => {
    const { turn, of } = openBench();
    const writing = (offsetBytes: number) =>
      node(isPrimary("h1", ["h2", "h3"]), { offsetBytes, replicationId: "one", backlogBytes: 60_000 });
    turn(views, [writing(0)], 0);
    expect(await of("baton_backlog_seconds")).toEqual([]);
    turn(views, [writing(20_000)], 10_000);
    expect(await of("baton_backlog_seconds")).toEqual(['{group="main"} 30']);
  });

  test("a replica's data has an age, and a node's answers a time", async () => {
    const { turn, of } = openBench();
    const late = node(follows("h2", "h1"), { offsetBytes: 10 });
    turn(views, [isPrimary("h1"), late], 0);
    turn(views, [isPrimary("h1"), late, node(follows("h3", "h1"), { tookMs: 4 })], 2_500);
    expect(await of("baton_replica_lag_seconds")).toEqual([
      '{group="main",node="h2"} 2.5',
      '{group="main",node="h3"} 0',
    ]);
    expect(await of("baton_node_ping_seconds")).toContain('{group="main",node="h3"} 0.004');
  });
});

describe("what nodes say now and then", () => {
  const vitals = (more: Partial<NodeVitals>): NodeVitals => {
    return { node: "h1", atMs: 0, settings: {}, ...more };
  };

  test("is told of those that answer: resyncs, persistence, memory", async () => {
    const said = {
      fullResyncs: 2,
      usedBytes: 50,
      maxBytes: 200,
      isSnapshotOk: false,
      isAppendOnlyOk: true,
    };
    const all = [
      vitals(said),
      vitals({ node: "h2", maxBytes: 0, usedBytes: 9 }),
      vitals({ node: "h3" }),
    ];
    const { turn, of } = openBench({ vitals: () => all });
    turn(views, nodes);
    const expected = ['{group="main",node="h1"} 2'];
    expect(await of("baton_full_resyncs_total")).toEqual(expected);
    expect(await of("baton_full_resyncs_total"), "a second scrape").toEqual(expected);
    expect(await of("baton_memory_ratio")).toEqual(['{group="main",node="h1"} 0.25']);
    expect(await of("baton_persistence_ok")).toEqual([
      '{group="main",node="h1",kind="rdb"} 0',
      '{group="main",node="h1",kind="aof"} 1',
    ]);
    turn(views, nodes.with(0, dead("h1")));
    expect(await of("baton_full_resyncs_total")).toEqual([]);
  });

  test("shows drift: another value, but neither another spelling nor what could not be read", async () => {
    const right = { "repl-backlog-size": "67108864", appendonly: "yes", "min-replicas-to-write": "1" };
    const all = [
      vitals({ settings: right }),
      vitals({ node: "h2", settings: { ...right, "min-replicas-to-write": "0" } }),
      vitals({ node: "h3" }),
    ];
    const { turn, of } = openBench({ vitals: () => all });
    const quorum = sentinel("h3", { quorum: 3 });
    turn([sentinel("h1"), mute("h2"), quorum], nodes);
    expect(await of("baton_settings_differ")).toEqual([
      '{group="main",process="sentinel h1"} 0',
      '{group="main",process="sentinel h3"} 1',
      '{group="main",process="node h1"} 0',
      '{group="main",process="node h2"} 1',
    ]);
  });
});

describe("drills", () => {
  const ended = (verdict: DrillFacts["verdict"], at: string, rtoMs: number | null): DrillFacts => {
    return { verdict, at, rtoMs };
  };

  test("the last one with a verdict is told, and none where there is none", async () => {
    const drills = [
      ended("unknown", "2026-03-03T00:00:00.000Z", 1),
      ended("broken", "2026-03-02T00:00:00.000Z", 4_200),
      ended("held", "2026-03-01T00:00:00.000Z", 2_000),
    ];
    const { turn, of } = openBench({ notes: () => ({ drill: null, drills }) });
    turn(views, nodes);
    const seconds = Date.parse("2026-03-02T00:00:00.000Z") / 1_000;
    expect(await of("baton_drill_last_timestamp_seconds")).toEqual([`{group="main"} ${seconds}`]);
    expect(await of("baton_drill_last_held")).toEqual(['{group="main"} 0']);
    expect(await of("baton_drill_last_rto_seconds")).toEqual(['{group="main"} 4.2']);
    const without = openBench({ notes: () => ({ drill: null, drills: drills.slice(0, 1) }) });
    without.turn(views, nodes);
    expect((await without.lines()).filter((line) => line.startsWith("baton_drill"))).toEqual([]);
  });

  test("one that nobody could measure has no rto, and one at no time is none", async () => {
    const drills = [ended("held", "2026-03-01T00:00:00.000Z", null)];
    const { turn, of } = openBench({ notes: () => ({ drill: null, drills }) });
    turn(views, nodes);
    expect(await of("baton_drill_last_held")).toEqual(['{group="main"} 1']);
    expect(await of("baton_drill_last_rto_seconds")).toEqual([]);
    const strange = openBench({ notes: () => ({ drill: null, drills: [ended("held", "soon", 1)] }) });
    strange.turn(views, nodes);
    expect(await strange.of("baton_drill_last_held")).toEqual([]);
  });
});

test("it is quiet for a reason: a drill, maintenance, a switchover; otherwise nothing is said", async () => {
  let drill: object | null = null;
  const { turn, of } = openBench({ notes: () => ({ drill, drills: [] }) });
  turn(views, nodes);
  expect(await of("baton_quiet")).toEqual([]);
  drill = { fault: "kill-primary" };
  const pause = { until: "2026-03-01T00:00:00.000Z", by: 'x",because="evil' };
  turn(views, nodes.with(0, node(isPrimary("h1"), { pause })));
  expect(await of("baton_quiet")).toEqual([
    '{group="main",because="drill"} 1',
    '{group="main",because="maintenance"} 1',
  ]);
  drill = null;
  const handover = { id: "one", from: "h1", to: "h2", epoch: 4, phase: "preparing" };
  turn(views, nodes.with(0, node(isPrimary("h1", ["h2", "h3"]), { handover })));
  const moving = ['{group="main",because="switchover"} 1'];
  expect(await of("baton_quiet")).toEqual(moving);
  // It is over within a second or two: who asks now and then must see it, too.
  turn(views, nodes, 31_000);
  expect(await of("baton_quiet")).toEqual(moving);
  turn(views, nodes, 32_000);
  expect(await of("baton_quiet")).toEqual([]);
});

test("a target follows when it shows the primary of the route, and nothing is said without one", async () => {
  const { metrics, turn, of } = openBench();
  const facts = { group: group.name, kind: "haproxy", ok: true, latencyMs: 1, epoch: 4 };
  const record = (target: string, endpoint: TargetFacts["endpoint"]) =>
    metrics.recordTarget({ ...facts, target, endpoint });
  record("right", at("h1"));
  record("elsewhere", at("h2"));
  record("nowhere", undefined);
  expect(await of("baton_target_follows")).toEqual([]);
  turn(views, nodes);
  expect(await of("baton_target_follows")).toEqual([
    '{target="right",group="main",kind="haproxy"} 1',
    '{target="elsewhere",group="main",kind="haproxy"} 0',
    '{target="nowhere",group="main",kind="haproxy"} 0',
  ]);
});

test("certificates are told by their use", async () => {
  const { of } = openBench({ certificates: () => [{ use: "authority", expiresAtMs: 1e12 }] });
  expect(await of("baton_certificate_expiry_timestamp_seconds")).toEqual([
    '{use="authority"} 1000000000',
  ]);
});
