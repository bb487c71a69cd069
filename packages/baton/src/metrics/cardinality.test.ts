// How many series there are, whatever the world says.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { expect, test } from "vitest";
import type { Cluster } from "../cluster/types.ts";
import { decide, nothingRemembered } from "../decide/decide.ts";
import type { Memory } from "../decide/types.ts";
import { group, layout, observed } from "../decide/world.fixture.ts";
import { HOLD_BOUNDS_MS, WAIT_BOUNDS_MS } from "../router/durations.ts";
import type { RouterStats } from "../router/router.ts";
import { systemClock } from "../sys/clock.ts";
import {
  hostile,
  hostileEntries,
  hostileNode,
  hostileView,
  hostileVitals,
  HOSTS,
} from "./hostile-world.fixture.ts";
import { NOBODY } from "./metrics.fixture.ts";
import { type Metrics, openMetrics } from "./metrics.ts";
import { METRICS } from "./table.ts";

const GROUPS = 1_000;
/** All roles, all outcomes, full histograms: three nodes, three Sentinels, one target. */
const SERIES_A_GROUP_MAX = 160;
/** Of the process itself. */
const SERIES_BESIDE_MAX = 20;

const names = Array.from({ length: GROUPS }, (_, index) => `group-${index}`);
const cluster: Cluster = {
  ...layout.cluster,
  router: {
    ...layout.cluster.router,
    durability: "replicated",
    reads: { maxLag: { kind: "bytes", bytes: 1 }, fallback: "refuse" },
  },
  groups: names.flatMap((name) => layout.cluster.groups.map((one) => ({ ...one, name }))),
};

const full = (boundsMs: readonly number[]) => ({
  count: boundsMs.length,
  totalMs: 1,
  within: Object.fromEntries(boundsMs.map((bound) => [bound, 1])),
});
const counts = { accepted: 1, cut: 1, refused: 1, handshakeFailures: 1 };
const stats: RouterStats = {
  sessions: 1,
  held: 1,
  accepted: 1,
  released: 1,
  moved: 1,
  cut: 1,
  lost: 1,
  garbage: 1,
  unconfirmed: 1,
  bytesFromClients: 1,
  bytesFromPrimary: 1,
  commands: 1,
  holds: full(HOLD_BOUNDS_MS),
  waits: full(WAIT_BOUNDS_MS),
  routeChanges: 1,
  acceptFailures: 0,
  handshakeFailures: 1,
  refused: { holdTime: 1, holdSessions: 1, sessions: 1 },
  route: { kind: "none", reason: hostile() },
  confirmations: { kind: "refused", reason: hostile() },
};
const sessionsByNode = Object.fromEntries(HOSTS.map((node) => [node, 1]));
const reads = { ...counts, sessions: 3, waiting: 0, replicas: 2, sessionsByNode };

function open(): Metrics {
  const drill = { at: "2026-03-01T00:00:00.000Z", verdict: "held" as const, rtoMs: 1, id: hostile() };
  return openMetrics({
    ...NOBODY,
    clock: systemClock,
    cluster,
    routers: () => names.map((one) => ({ group: one, stats })),
    readRouters: () => names.map((one) => ({ group: one, stats: reads })),
    vitals: hostileVitals,
    notes: () => ({ drill: { fault: hostile() }, drills: [drill] }),
    certificates: () => ["authority", "certificate"].map((use) => ({ use, expiresAtMs: 1 })),
  });
}

function feed(metrics: Metrics, name: string, turns: number): void {
  const plan = { ...group, name };
  let memory: Memory = nothingRemembered;
  for (let turn = 0; turn < turns; turn += 1) {
    const nowMs = turn * 6_000;
    const observation = observed(
      HOSTS.map((id, index) => hostileView(id, turn + (turn % 11 === 10 ? index : 0))),
      HOSTS.map((id) => hostileNode(id, turn)),
      nowMs,
    );
    const doubts = turn % 9 === 8 ? [{ kind: "stalled" as const, forMs: turn }] : [];
    const own = { layout: { ...layout, cluster }, group: plan, self: "h2" };
    const decided = decide({ ...own, observation, memory, doubts, nowMs });
    memory = decided.memory;
    metrics.recordTurn(plan, { observation, decided, doubts, tookMs: turn });
  }
  for (const entry of hostileEntries(name)) metrics.recordEntry(entry);
  const target = { target: `to-${name}`, group: name, kind: "haproxy", ok: true, latencyMs: 1 };
  metrics.recordTarget({ ...target, epoch: 1, endpoint: { address: hostile(), port: 1 } });
}

async function samplesOf(metrics: Metrics): Promise<readonly string[]> {
  const { text } = await metrics.scrape();
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** By group; what belongs to none under "". */
function byGroup(samples: readonly string[]): Map<string, number> {
  const counted = new Map<string, number>();
  for (const line of samples) {
    const name = /[{,]group="([^"]*)"/.exec(line)?.[1] ?? "";
    counted.set(name, (counted.get(name) ?? 0) + 1);
  }
  return counted;
}

test("a thousand groups have so many series each and no more, and no word of the world is one", async () => {
  const metrics = open();
  try {
    // baton_notices_total and baton_notices_waiting: one of each for each channel and outcome.
    metrics.watchNotices(["ops", "mail"], () => 1);
    // Each ends in another state of the world.
    for (const [index, name] of names.entries()) feed(metrics, name, 10 + (index % 24));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const beganMs = performance.now();
    const samples = await samplesOf(metrics);
    const tookMs = performance.now() - beganMs;
    delay.disable();
    const counted = byGroup(samples);
    const beside = counted.get("") ?? 0;
    counted.delete("");
    const most = Math.max(...counted.values());
    process.stderr.write(
      `${GROUPS} groups: ${samples.length} series, at most ${most} a group; ` +
        `a scrape takes ${Math.round(tookMs)} ms, others wait ${Math.round(delay.max / 1e6)} ms at most\n`,
    );
    expect([...counted.keys()].sort()).toEqual([...names].sort());
    expect(most).toBeLessThanOrEqual(SERIES_A_GROUP_MAX);
    expect(beside).toBeLessThanOrEqual(SERIES_BESIDE_MAX);
    expect(samples.filter((line) => /evil|forged|\u202e/.test(line))).toEqual([]);
    expect(samples.filter((line) => !/^\w+(\{[^{}]*\})? [-+\w.]+$/.test(line))).toEqual([]);
    // What did not show up here would have been counted nowhere.
    const there = new Set(samples.map((line) => line.replace(/(_bucket|_sum|_count)?[{ ].*$/, "")));
    expect(Object.keys(METRICS).filter((name) => !there.has(name))).toEqual([]);
  } finally {
    metrics.close();
  }
}, 120_000);

test("a group has no more series after thousands of turns than it may have after a few", async () => {
  const metrics = open();
  try {
    for (const turns of [10, 100, 1_003]) {
      feed(metrics, "group-0", turns);
      const counted = byGroup(await samplesOf(metrics));
      expect(counted.get("group-0")).toBeLessThanOrEqual(SERIES_A_GROUP_MAX);
    }
  } finally {
    metrics.close();
  }
}, 60_000);
