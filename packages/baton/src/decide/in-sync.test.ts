import { describe, expect, test } from "vitest";
import type { NodeView, View } from "../observe/types.ts";
import type { DecideInput } from "./decide.ts";
import { allSay, both, DOWN, during, healthy, listed, settled, turn } from "./replicated.fixture.ts";
import { withPriority } from "./replicated.fixture.ts";
import { at, dead, follows, isPrimary, layout, leads, mute, says } from "./world.fixture.ts";

const asked = (...names: readonly string[]) => ({ kind: "asked", replicas: names.length, names });

function confirmations(
  views: readonly View[],
  nodes: readonly NodeView[],
  more: Partial<DecideInput> = {},
) {
  return turn(views, nodes, more).confirmations;
}

const h3IsDead = [isPrimary("h1", ["h2"]), follows("h2", "h1"), dead("h3")];
/** Answers, has lost its primary, and says priority 0. */
const unlinked: NodeView = Object.assign({}, follows("h3", "h1"), { link: "connect" });
const excluded = [isPrimary("h1", ["h2"]), follows("h2", "h1"), withPriority(unlinked, 0)];
const zero = [listed("h2"), listed("h3", { priority: 0 })];

test("nobody is asked unless the cluster file says so", () => {
  expect(confirmations(allSay(both), healthy, { layout })).toEqual({ kind: "not-asked" });
});

test("every replica of a healthy group must confirm", () => {
  expect(confirmations(allSay(both), healthy)).toEqual(asked("h2", "h3"));
});

test("without a primary writes are refused, with the reason why there is none", () => {
  const nodes = [dead("h1"), follows("h2", "h1"), follows("h3", "h1")];
  const views = allSay(both, "h1", { flags: ["master", "s_down", "o_down"] });
  expect(confirmations(views, nodes)).toMatchObject({
    kind: "refused",
    reason: expect.stringMatching(/^there is no primary: .*h1 does not answer/),
  });
});

describe("a replica that does not answer", () => {
  const finding = (...down: readonly string[]) =>
    ["h1", "h2", "h3"].map((id) =>
      says(id, "h1", 7, { replicas: [listed("h2"), listed("h3", down.includes(id) ? DOWN : {})] }),
    );

  test("counts until every Sentinel that answers finds it down", () => {
    expect(confirmations(finding(), h3IsDead)).toEqual(asked("h2", "h3"));
    expect(confirmations(finding("h1", "h2"), h3IsDead)).toEqual(asked("h2", "h3"));
    expect(confirmations(finding("h1", "h2", "h3"), h3IsDead)).toEqual(asked("h2"));
    expect(confirmations([...finding("h1", "h2").slice(0, 2), mute("h3")], h3IsDead)).toEqual(
      asked("h2"),
    );
  });

  test("counts when less than a majority of the Sentinels answers, whatever they find", () => {
    const views = [...finding("h1").slice(0, 1), mute("h2"), mute("h3")];
    expect(confirmations(views, h3IsDead)).toEqual(asked("h2", "h3"));
  });

  test("counts again as soon as it answers, or lets us not in", () => {
    const views = finding("h1", "h2", "h3");
    expect(confirmations(views, healthy)).toEqual(asked("h2", "h3"));
    const closed: NodeView = { ...dead("h3"), kind: "silent", isRefused: true, reason: "WRONGPASS" };
    expect(confirmations(views, h3IsDead.with(2, closed))).toEqual(asked("h2", "h3"));
  });

  test("counts while this agent distrusts itself", () => {
    const doubts = [{ kind: "stalled", forMs: 900 }] as const;
    expect(confirmations(finding("h1", "h2", "h3"), h3IsDead, { doubts })).toEqual(asked("h2", "h3"));
  });

  test("counts when a Sentinel names it as primary and does not find it down", () => {
    const views = [...finding("h1", "h2", "h3").slice(0, 2), says("h3", "h3", 7)];
    expect(confirmations(views, h3IsDead)).toEqual(asked("h2", "h3"));
  });
});

describe("a replica of priority 0", () => {
  test("counts until every Sentinel that answers has seen it", () => {
    expect(confirmations(allSay(both), excluded)).toEqual(asked("h2", "h3"));
    const oneLate = [...allSay(zero).slice(0, 2), ...allSay(both).slice(2)];
    expect(confirmations(oneLate, excluded)).toEqual(asked("h2", "h3"));
    expect(confirmations(allSay(zero), excluded)).toEqual(asked("h2"));
  });

  test("does not count when one Sentinel, cut off from it, finds it down instead", () => {
    const lists = [listed("h2"), listed("h3", DOWN)];
    const views = [...allSay(lists).slice(0, 1), ...allSay(zero).slice(1)];
    expect(confirmations(views, excluded)).toEqual(asked("h2"));
  });

  test("counts when the Sentinels see 0 and the node itself has another by now", () => {
    const back = excluded.with(2, withPriority(unlinked, 100));
    expect(confirmations(allSay(zero), back)).toEqual(asked("h2", "h3"));
  });

  test("counts beside a silent Sentinel until that one can only have seen 0 too, or nothing fresh", () => {
    const views = [...allSay(zero).slice(0, 2), mute("h3")];
    const turns = during(0, 7_000, () => ({ views, nodes: excluded }));
    const sets = turns.map((one) => one.confirmations);
    expect(sets.slice(0, 12)).toEqual(Array(12).fill(asked("h2", "h3")));
    expect(sets.slice(12)).toEqual(Array(3).fill(asked("h2")));
  });

  test("stays out when it falls silent before the Sentinels find it down", () => {
    const turns = during(0, 1_000, (nowMs) => {
      return { views: allSay(zero), nodes: nowMs < 500 ? excluded : h3IsDead };
    });
    expect(turns.map((one) => one.confirmations)).toEqual(Array(3).fill(asked("h2")));
  });

  test("counts as long as it keeps up: WAIT would take its answer for that of another", () => {
    const nodes = healthy.with(2, withPriority(follows("h3", "h1"), 0));
    expect(confirmations(allSay(zero), nodes)).toEqual(asked("h2", "h3"));
  });

  test("counts when the agreed epoch is older than one already seen: nobody knows who is primary", () => {
    const memory = { ...settled, epochSeenMax: 8 };
    expect(confirmations(allSay(zero), excluded, { memory })).toEqual(asked("h2", "h3"));
  });
});

test("when nobody is left who could be promoted, writes are refused, and that is a problem", () => {
  const nodes = [isPrimary("h1"), dead("h2"), dead("h3")];
  const { confirmations: found, problems } = turn(
    allSay([listed("h2", DOWN), listed("h3", DOWN)]),
    nodes,
  );
  const reason = "no replica could be promoted: h2, h3 are down or behind";
  expect(found).toEqual({ kind: "refused", reason });
  expect(problems).toContainEqual(
    expect.objectContaining({ code: "writes-refused", message: `routers refuse writes: ${reason}` }),
  );
});

describe("during a failover to h2", () => {
  const nodes = [dead("h1"), isPrimary("h2", ["h3"]), follows("h3", "h2")];
  const DEAD_PRIMARY = { flags: ["master", "s_down", "o_down"] };
  const before = { ...settled, epochSeenMax: 6, route: { ...settled.route, epoch: 6 } };

  test("the early route asks whoever could be promoted next, and not the primary that died", () => {
    const views = [
      leads("h3", "h1", "h2", 7, ["h1"]),
      says("h1", "h1", 6, DEAD_PRIMARY),
      says("h2", "h1", 6, DEAD_PRIMARY),
    ];
    const decided = turn(views, nodes, { memory: before });
    expect(decided.memory.route).toMatchObject({ node: "h2", confirmed: false });
    expect(decided.confirmations).toEqual(asked("h3"));
    // One that does not find it down yet could go on with it.
    const doubtful = turn(views.with(2, says("h2", "h1", 6)), nodes, { memory: before });
    expect(doubtful.confirmations).toEqual(asked("h1", "h3"));
  });

  test("the early route asks also who has priority 0: the failover under way may know nothing of it", () => {
    const views = [
      leads("h3", "h1", "h2", 7, ["h1"]),
      says("h1", "h1", 6, { ...DEAD_PRIMARY, replicas: [listed("h3", { priority: 0 })] }),
      says("h2", "h1", 6, { ...DEAD_PRIMARY, replicas: [listed("h3", { priority: 0 })] }),
    ];
    const late = Object.assign({}, follows("h3", "h1"), { replicaPriority: 0 });
    const { confirmations: found } = turn(views, nodes.with(2, late), { memory: before });
    expect(found).toEqual(asked("h3"));
  });

  test("whom a leader promotes counts for the old primary, though silent and down: it may be primary", () => {
    const promoting = leads("h3", "h1", "h2", 8, ["h1"]);
    const named = Object.assign({}, promoting, { primary: at("h2"), replicas: [listed("h2", DOWN)] });
    const down = allSay([listed("h2", DOWN), listed("h3")]).slice(0, 2);
    const seen = [isPrimary("h1", ["h3"]), dead("h2"), follows("h3", "h1")];
    expect(confirmations([...down, named], seen)).toEqual(asked("h2", "h3"));
    expect(confirmations(allSay([listed("h2", DOWN), listed("h3")]), seen)).toEqual(asked("h3"));
  });

  test("in every Sentinel's new list the old primary is unread: it is not selected before it answers", () => {
    const lists = [listed("h1", { flags: ["slave"], runId: "" }), listed("h3")];
    expect(confirmations(allSay(lists, "h2"), nodes, { memory: settled })).toEqual(asked("h3"));
    const read = [listed("h1"), listed("h3")];
    expect(confirmations(allSay(read, "h2"), nodes, { memory: settled })).toEqual(asked("h1", "h3"));
  });
});

describe("a replica that is not in the cluster file", () => {
  const stranger = listed("h9");

  test("must confirm too when a single Sentinel lists it, for that one could promote it", () => {
    const views = [...allSay(both).slice(0, 2), ...allSay([...both, stranger]).slice(2)];
    expect(confirmations(views, healthy)).toEqual(asked("h2", "h3", "10.0.0.9:6379"));
  });

  test("must confirm too when only the primary lists it, for WAIT counts it", () => {
    const nodes = healthy.with(0, isPrimary("h1", ["h2", "h3", "h9"]));
    expect(at("h9").address).toBe("10.0.0.9");
    expect(confirmations(allSay(both), nodes)).toEqual(asked("h2", "h3", "10.0.0.9:6379"));
  });

  test("does not count when every Sentinel finds it down", () => {
    const views = allSay([...both, listed("h9", DOWN)]);
    expect(confirmations(views, healthy)).toEqual(asked("h2", "h3"));
  });
});
