import { expect, test } from "vitest";
import { decide, nothingRemembered } from "./decide.ts";
import type { Memory, Route } from "./types.ts";
import { at, dead, follows, input, isPrimary, layout, leads, mute, says } from "./world.fixture.ts";

const routeTo = (node: string, epoch: number, confirmed = true): Route => ({
  kind: "primary",
  node,
  endpoint: at(node),
  epoch,
  confirmed,
});
const remembering = (route: Route, more: Partial<Memory> = {}): Memory => ({
  ...nothingRemembered,
  route,
  epochSeenMax: route.kind === "primary" && route.confirmed ? route.epoch : 6,
  ...more,
});
const healthy = [isPrimary("h1", ["h2", "h3"]), follows("h2", "h1"), follows("h3", "h1")];
const afterFailover = [dead("h1"), isPrimary("h2", ["h3"]), follows("h3", "h2")];
const all = (primary: string, epoch: number) => ["h1", "h2", "h3"].map((id) => says(id, primary, epoch));

test("goes to the primary that all Sentinels name when it says so itself", () => {
  const { decisions, memory, problems } = decide(input(all("h1", 6), healthy));
  expect(memory.route).toEqual(routeTo("h1", 6));
  expect(decisions[0]?.reason).toBe("3 of 3 Sentinels name h1 in epoch 6 and it says so itself");
  expect(problems).toEqual([]);
});

test("stays, and says why, when nothing has changed", () => {
  const first = decide(input(all("h1", 6), healthy));
  const second = decide(input(all("h1", 6), healthy, { memory: first.memory }));
  expect(second.decisions[0]?.kind).toBe("stay");
  expect(second.memory).toEqual(first.memory);
});

test("follows a failover that a majority has confirmed", () => {
  const views = [mute("h1"), says("h2", "h2", 7), says("h3", "h2", 7)];
  const { memory } = decide(input(views, afterFailover, { memory: remembering(routeTo("h1", 6)) }));
  expect(memory.route).toEqual(routeTo("h2", 7));
  expect(memory.epochSeenMax).toBe(7);
});

test("never goes back to an older epoch, though every Sentinel names it and its node agrees", () => {
  const before = remembering(routeTo("h2", 7));
  const { decisions, memory, problems } = decide(input(all("h1", 6), healthy, { memory: before }));
  expect({ ...memory, standings: {} }).toEqual(before);
  expect(decisions).toEqual([{ kind: "hold", reason: "epoch 6 is older than 7, already seen" }]);
  expect(problems.map(({ code }) => code)).toContain("epoch-older");
});

test("does nothing on the word of a minority, and says how many are needed", () => {
  const before = remembering(routeTo("h1", 6));
  const views = [mute("h1"), mute("h2"), says("h3", "h2", 9)];
  const { decisions, memory, problems } = decide(input(views, afterFailover, { memory: before }));
  expect({ ...memory, standings: {} }).toEqual(before);
  expect(decisions).toEqual([{ kind: "hold", reason: "1 of 3 Sentinels answer and 2 are needed" }]);
  expect(problems[0]?.code).toBe("sentinels-silent");
});

test("touches nothing when a minority shows an election, not even its own replica", () => {
  const views = [mute("h1"), mute("h2"), leads("h3", "h1", "h2", 7, ["h1", "h2"])];
  const nodes = [dead("h1"), isPrimary("h2", ["h3"]), follows("h3", "h1")];
  const { decisions } = decide(input(views, nodes, { memory: remembering(routeTo("h1", 6)) }));
  expect(decisions.map(({ kind }) => kind)).toEqual(["hold"]);
});

test("keeps its route while one Sentinel alone is ahead of the majority", () => {
  const before = remembering(routeTo("h1", 6));
  const views = [says("h1", "h1", 6), says("h2", "h1", 6), says("h3", "h2", 7)];
  const { memory, problems } = decide(input(views, healthy, { memory: before }));
  expect(memory.route).toEqual(routeTo("h1", 6));
  expect(problems.map(({ code }) => code)).toEqual(["sentinels-split"]);
});

test("holds when the Sentinels are split with no majority for anybody", () => {
  const views = [says("h1", "h1", 6), says("h2", "h2", 7), says("h3", "h3", 8)];
  const { decisions } = decide(input(views, healthy, { memory: remembering(routeTo("h1", 6)) }));
  expect(decisions[0]).toMatchObject({ kind: "hold" });
  expect(decisions[0]?.reason).toContain("h3: 10.0.0.3:6379");
});

test("holds after its own event loop stood still, whatever it sees", () => {
  const before = remembering(routeTo("h1", 6));
  const doubts = [{ kind: "stalled" as const, forMs: 1_234.5 }];
  const views = [mute("h1"), leads("h3", "h1", "h2", 7, ["h2"]), says("h2", "h2", 7)];
  const { decisions, memory } = decide(input(views, afterFailover, { memory: before, doubts }));
  expect({ ...memory, standings: {} }).toEqual(before);
  expect(decisions).toEqual([
    { kind: "hold", reason: "in doubt: this process stood still for 1235 ms" },
  ]);
});

test("has no route while the agreed primary is down by the word of a majority", () => {
  const down = { flags: ["master", "s_down"] };
  const views = [mute("h1"), says("h2", "h1", 6, down), says("h3", "h1", 6, down)];
  const nodes = [dead("h1"), follows("h2", "h1"), follows("h3", "h1")];
  const { memory, problems } = decide(input(views, nodes, { memory: remembering(routeTo("h1", 6)) }));
  expect(memory.route.kind).toBe("none");
  expect(problems[0]?.code).toBe("primary-down");
});

test("keeps the route to a primary that only this observer cannot reach", () => {
  const before = remembering(routeTo("h1", 6));
  const nodes = [dead("h1"), follows("h2", "h1"), follows("h3", "h1")];
  const { decisions, memory } = decide(input(all("h1", 6), nodes, { memory: before }));
  expect(memory.route).toEqual(before.route);
  expect(decisions[0]?.kind).toBe("stay");
});

test("takes the early route once an elected leader has promoted a node that says so itself", () => {
  const views = [mute("h1"), says("h2", "h1", 6), leads("h3", "h1", "h2", 7, ["h2"])];
  const { decisions, memory } = decide(
    input(views, afterFailover, { memory: remembering(routeTo("h1", 6)), nowMs: 50 }),
  );
  expect(memory.route).toEqual(routeTo("h2", 7, false));
  expect(memory.earlySinceMs).toBe(50);
  expect(memory.epochSeenMax, "an epoch nobody has confirmed is not remembered").toBe(6);
  expect(decisions[0]?.reason).toContain("elected by 2 of 3 in epoch 7");
});

test("takes no early route on fewer votes than a majority", () => {
  const views = [mute("h1"), says("h2", "h1", 6), leads("h3", "h1", "h2", 7, [])];
  const { memory } = decide(input(views, afterFailover, { memory: remembering(routeTo("h1", 6)) }));
  expect(memory.route).not.toMatchObject({ node: "h2" });
});

test("takes no early route before the promoted node answers as primary", () => {
  const views = [mute("h1"), says("h2", "h1", 6), leads("h3", "h1", "h2", 7, ["h2"])];
  const nodes = [dead("h1"), follows("h2", "h1"), follows("h3", "h1")];
  const { memory } = decide(input(views, nodes, { memory: remembering(routeTo("h1", 6)) }));
  expect(memory.route).not.toMatchObject({ node: "h2" });
});

test("attaches its own replica to the promoted node before the early route", () => {
  const views = [mute("h1"), says("h2", "h1", 6), leads("h3", "h1", "h2", 7, ["h2"])];
  const nodes = [dead("h1"), isPrimary("h2", []), follows("h3", "h1")];
  const { decisions, memory } = decide(input(views, nodes, { memory: remembering(routeTo("h1", 6)) }));
  expect(memory.route).not.toMatchObject({ node: "h2" });
  expect(decisions).toContainEqual(
    expect.objectContaining({ kind: "attach-replica", node: "h3", to: at("h2"), epoch: 7 }),
  );
});

test("attaches the replica of a host that has no agent, whoever sees it", () => {
  const views = [mute("h1"), says("h2", "h1", 6), leads("h3", "h1", "h2", 7, ["h2"])];
  const nodes = [dead("h1"), isPrimary("h2", []), follows("h3", "h1")];
  const hosts = layout.cluster.hosts.map((host): typeof host =>
    host.name === "h3" ? { ...host, runs: ["redis"] } : host,
  );
  const without = { ...layout, cluster: { ...layout.cluster, hosts } };
  const memory = remembering(routeTo("h1", 6));
  const { decisions } = decide(input(views, nodes, { layout: without, memory, self: "h2" }));
  expect(decisions).toContainEqual(
    expect.objectContaining({ kind: "attach-replica", node: "h3", to: at("h2"), epoch: 7 }),
  );
});

test("never touches a node of a host that has an agent of its own", () => {
  const views = [mute("h1"), says("h2", "h1", 6), leads("h3", "h1", "h2", 7, ["h2"])];
  const nodes = [dead("h1"), isPrimary("h2", []), follows("h3", "h1")];
  const { decisions } = decide(
    input(views, nodes, { memory: remembering(routeTo("h1", 6)), self: "h1" }),
  );
  expect(decisions.map(({ kind }) => kind)).not.toContain("attach-replica");
});

test("confirms an early route when a majority names it", () => {
  const before = remembering(routeTo("h2", 7, false), { earlySinceMs: 0 });
  const views = [mute("h1"), says("h2", "h2", 7), says("h3", "h2", 7)];
  const { memory } = decide(input(views, afterFailover, { memory: before, nowMs: 900 }));
  expect(memory.route).toEqual(routeTo("h2", 7, true));
  expect(memory.earlySinceMs).toBeUndefined();
});

test("confirms an early route though its leader still reports the failover as under way", () => {
  const before = remembering(routeTo("h2", 7, false), { earlySinceMs: 0 });
  const leader = { ...leads("h3", "h1", "h2", 7, ["h2"]), primary: at("h2"), configEpoch: 7 };
  const views = [mute("h1"), says("h2", "h2", 7), leader];
  const { memory } = decide(input(views, afterFailover, { memory: before, nowMs: 900 }));
  expect(memory.route).toEqual(routeTo("h2", 7, true));
});

test("withdraws an early route that nobody confirms in three seconds, once and for all", () => {
  const views = [mute("h1"), says("h2", "h1", 6), leads("h3", "h1", "h2", 7, ["h2"])];
  const early = remembering(routeTo("h2", 7, false), { earlySinceMs: 0 });
  const waiting = decide(input(views, afterFailover, { memory: early, nowMs: 2_999 }));
  expect(waiting.memory.route).toEqual(routeTo("h2", 7, false));
  const over = decide(input(views, afterFailover, { memory: early, nowMs: 3_000 }));
  expect(over.memory.route).toEqual({
    kind: "none",
    reason: "withdrawn: no majority confirmed h2 in epoch 7 within 3000 ms",
  });
  const again = decide(input(views, afterFailover, { memory: over.memory, nowMs: 3_050 }));
  expect(again.memory.route.kind).toBe("none");
});

test("withdraws an early route in time even when no Sentinel answers any more", () => {
  const early = remembering(routeTo("h2", 7, false), { earlySinceMs: 0 });
  const views = ["h1", "h2", "h3"].map(mute);
  const { memory } = decide(input(views, afterFailover, { memory: early, nowMs: 3_001 }));
  expect(memory.route.kind).toBe("none");
});

test("withdraws an early route at once when its node is a replica again", () => {
  const early = remembering(routeTo("h2", 7, false), { earlySinceMs: 0 });
  const views = [says("h1", "h1", 6), says("h2", "h1", 6), says("h3", "h1", 6)];
  const { memory } = decide(input(views, healthy, { memory: early, nowMs: 100 }));
  expect(memory.route.kind).toBe("none");
  expect(memory.withdrawnEpoch).toBe(7);
});

test("follows the epoch after all when a majority confirms it after the withdrawal", () => {
  const withdrawn = remembering({ kind: "none", reason: "withdrawn" }, { withdrawnEpoch: 7 });
  const { memory } = decide(input(all("h2", 7), afterFailover, { memory: withdrawn, nowMs: 9_000 }));
  expect(memory.route).toEqual(routeTo("h2", 7));
});

test("sets the timers of its own Sentinel again after it has forgotten them, and of no other", () => {
  const forgot = { debug: { "tilt-period": 30_000, "info-period": 10_000, "publish-period": 2_000 } };
  const views = [says("h1", "h1", 6, forgot), says("h2", "h1", 6), says("h3", "h1", 6, forgot)];
  const { decisions } = decide(input(views, healthy));
  const tuned = decisions.filter(({ kind }) => kind === "tune-sentinel");
  expect(tuned).toHaveLength(1);
  expect(tuned[0]).toMatchObject({
    sentinel: "h3",
    debug: { "tilt-period": 9_000, "info-period": 1_000, "publish-period": 500 },
  });
});

test("names an old primary that came back as a second primary", () => {
  const nodes = [isPrimary("h1"), isPrimary("h2", ["h3"]), follows("h3", "h2")];
  const { problems } = decide(input(all("h2", 7), nodes));
  expect(problems.map(({ code }) => code)).toEqual(["second-primary"]);
});

test("names a Sentinel whose settings are not those of the cluster file", () => {
  const views = [says("h1", "h1", 6, { downAfterMs: 30_000 }), says("h2", "h1", 6), says("h3", "h1", 6)];
  const { problems } = decide(input(views, healthy));
  expect(problems).toEqual([
    {
      code: "sentinel-settings-differ",
      severity: "warning",
      message: "the Sentinel on h1 runs with down-after-milliseconds 30000 instead of 1800",
    },
  ]);
});

test("confirms an early route by majority, though its node is not heard right now", () => {
  const before = remembering(routeTo("h2", 7, false), { earlySinceMs: 0 });
  const nodes = [dead("h1"), dead("h2"), follows("h3", "h2")];
  const { memory } = decide(input(all("h2", 7), nodes, { memory: before, nowMs: 100 }));
  expect(memory.route).toEqual(routeTo("h2", 7, true));
});

test("calls nothing down that only refuses this observer, and says who does", () => {
  const refused = { isRefused: true, reason: "10.0.0.1:6379: WRONGPASS invalid username-password pair" };
  const nodes = [{ ...dead("h1"), ...refused }, follows("h2", "h1"), { ...dead("h3"), ...refused }];
  const views = [says("h1", "h1", 6), says("h2", "h1", 6), { ...mute("h3"), ...refused }];
  const { problems } = decide(input(views, nodes));
  expect(problems).toEqual([
    {
      code: "observer-refused",
      severity: "error",
      message: `refused by Sentinel h3, node h1, node h3: ${refused.reason}`,
    },
  ]);
});
