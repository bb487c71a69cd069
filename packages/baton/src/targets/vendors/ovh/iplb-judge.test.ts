import { expect, test } from "vitest";
import type { Server, World } from "./iplb-api.ts";
import { judge, type Made, readingOf } from "./iplb-judge.ts";
import { withMark } from "./iplb-mark.ts";

const NOW = 1_800_000_000;
const nodes = [1, 2, 3].map((host) => ({ address: `10.9.0.${host}`, port: 6379 }));

/** `12a` is an active server with a mark of epoch 12; a stage follows as `12a@TASK.CHANGES.COUNT.BY`. */
function server(text: string, index: number): Server {
  const [, epoch, active, after = "20", changes = "1", count = changes, by = epoch] =
    /^(\d+|-)(a?)(?:@(\d+)\.(\d+)(?:\.(\d+)\.(\d+))?)?$/.exec(text) ?? [];
  const endpoint = nodes[index] ?? { address: "192.0.2.9", port: 6379 };
  const numbers = { after: Number(after), changes: Number(changes), count: Number(count) };
  const stage = { ...numbers, atSeconds: NOW - 60, by: (by ?? "").padStart(4, "0") };
  const name = epoch === "-" ? "redis" : withMark("redis", { epoch: Number(epoch), ...stage });
  const isActive = active === "a";
  const status = isActive ? "active" : "inactive";
  const reply = { serverId: index, address: endpoint.address, status, displayName: name } as const;
  return { id: index, endpoint, isActive, name, reply };
}

function world(texts: string, more: Partial<World> = {}): World {
  const servers = texts.split(" ").map(server);
  const newest = { id: 30, status: "done" };
  const usual = { waiting: 0, tasks: [30, 20, 10], newest, doneTask: 30, nowSeconds: NOW };
  return { servers, ...usual, ...more };
}
const own = (texts: string, more: Partial<World> = {}, mine?: Made) =>
  judge(world(texts, more), nodes, mine).own;
const raw = (texts: string, more: Partial<World> = {}) => {
  const seen = world(texts, more);
  return readingOf(seen, judge(seen, nodes));
};

test("changes that a refresh has published are nobody's any more", () => {
  expect(own("12a 12 12", { waiting: 2 })).toBe(0);
  expect(own("- - -", { waiting: 2 })).toBe(0);
});

test("a change that was cut off half-way is Baton's, as far as it got", () => {
  expect(own("10 12a@30.1 10a", { waiting: 1 })).toBe(1);
  expect(own("12@30.2 12a@30.1 10a", { waiting: 2 })).toBe(2);
  expect(own("12@30.2 12a@30.1 12@30.3", { waiting: 3 })).toBe(3);
});

test("a late change of an older epoch is Baton's, too", () => {
  expect(own("11a 12a 12", { waiting: 1 })).toBe(1);
  expect(own("12@30.2 12a@30.1 11@30.1", { waiting: 3 })).toBe(3);
});

test("of agents that counted past each other all changes are Baton's, also those that were gone over", () => {
  expect(own("12@30.1.1.1 12a@30.2.2.2 12@30.3.3.1", { waiting: 5 })).toBe(5);
  const mine = { by: "0002", count: 3 };
  expect(own("12@30.1.1.1 12a@30.2.2.2 12@30.3.3.1", { waiting: 6 }, mine)).toBe(6);
  expect(own("12@30.2.1.2 12a@30.3.2.2 12@30.4.3.2", { waiting: 4 })).toBe(4);
});

test("a change that nobody has published for long is not taken for Baton's without a person", () => {
  expect(own("12@30.2 12a@30.1 12@30.3", { waiting: 3, nowSeconds: NOW + 86_400 })).toBe(0);
});

test("leads where the one active server is, also while others' changes wait", () => {
  const found = { endpoint: nodes[1], epoch: 12, raw: "10.9.0.2:6379 (epoch 12)" };
  expect(raw("12 12a 12")).toEqual(found);
  expect(raw("12 12a 12", { waiting: 7 })).toEqual(found);
  expect(raw("- -a -")).toMatchObject({ endpoint: nodes[1], epoch: undefined });
});

test("leads to nobody while what the servers say is not live, and says why", () => {
  const cases: readonly (readonly [string, Partial<World>, RegExp])[] = [
    [
      "12@30.1 12a@30.2 12@30.3",
      { waiting: 3 },
      /not live: 3 changes wait for a refresh, 3 of them Baton's/,
    ],
    [
      "12@30.1 12a@30.2 12@30.3",
      { tasks: [31, 30], newest: { id: 31, status: "doing" } },
      /not live: refresh task 31 is doing/,
    ],
    [
      "12@30.1 12a@30.2 12@30.3",
      { tasks: [31, 30], newest: { id: 31, status: "error" } },
      /not live: refresh task 31 is error/,
    ],
    ["- -a -", { waiting: 3 }, /not live: 3 changes wait for a refresh, 0 of them Baton's/],
    ["12 12 12", {}, /^0 active servers$/],
    ["12a 12a 12", {}, /^2 active servers 10\.9\.0\.1:6379 10\.9\.0\.2:6379$/],
    ["12a 12 11", {}, /several epochs/],
    ["12a 12 12 -a", {}, /^2 active servers .*192\.0\.2\.9/],
    ["12 12 12 -a", {}, /192\.0\.2\.9:6379, which is no node of the group/],
  ];
  for (const [texts, more, pattern] of cases) {
    const found = raw(texts, more);
    expect(found?.raw).toMatch(pattern);
    expect(found?.endpoint).toEqual({ address: "0.0.0.0", port: 0 });
  }
});

test("a refresh of somebody else that goes on later does not matter", () => {
  const more = { tasks: [31, 30], newest: { id: 31, status: "doing" } };
  expect(raw("12 12a 12", more)).toMatchObject({ endpoint: nodes[1], epoch: 12 });
});
