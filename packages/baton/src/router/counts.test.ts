import { expect, test } from "vitest";
import { shareOf, sumOf } from "./counts.ts";
import { Durations, HOLD_BOUNDS_MS } from "./durations.ts";
import { noReadCounts, noRouterCounts, ordersFrom, reportFrom } from "./messages.ts";
import type { ReadCounts } from "./read-router.ts";
import { sharedPort } from "./shared-port.ts";

test("counts of several processes are summed to any depth, and names that only one knows are kept", () => {
  const one = { ...noReadCounts, sessions: 2, accepted: 5, sessionsByNode: { h2: 2 } };
  const other = { ...noReadCounts, sessions: 3, refused: 1, sessionsByNode: { h2: 1, h3: 2 } };
  expect(sumOf(noReadCounts, [one, other])).toEqual({
    ...noReadCounts,
    sessions: 5,
    accepted: 5,
    refused: 1,
    sessionsByNode: { h2: 3, h3: 2 },
  });
  const refused = { ...noRouterCounts.refused, holdTime: 2 };
  const twice = sumOf(noRouterCounts, [
    { ...noRouterCounts, refused },
    { ...noRouterCounts, refused },
  ]);
  expect(twice.refused.holdTime).toBe(4);
  expect(noRouterCounts.refused.holdTime).toBe(0);
});

test("how long clients were held is summed class by class", () => {
  const held = (...durationsMs: readonly number[]) => {
    const durations = new Durations(HOLD_BOUNDS_MS);
    for (const ms of durationsMs) durations.add(ms);
    return { ...noRouterCounts, holds: durations.counts() };
  };
  const { holds } = sumOf(noRouterCounts, [held(90, 300), held(300, 60_000)]);
  expect(holds).toEqual(held(90, 300, 300, 60_000).holds);
  expect(noRouterCounts.holds.count).toBe(0);
});

test("a bound is divided so that all processes together have at least as much", () => {
  expect([shareOf(10_000, 2), shareOf(1, 4), shareOf(0, 4), shareOf(1000, 3)]).toEqual([
    5_000, 1, 0, 334,
  ]);
});

function readPort() {
  return sharedPort({
    opening: { kind: "release", id: 7 },
    accessLog: undefined,
    present: () => [],
    zero: noReadCounts,
    afterDeath: (last) => ({ ...last, sessions: 0, sessionsByNode: {}, cut: last.cut + last.sessions }),
  });
}

const reads = (more: Partial<ReadCounts>): ReadCounts => ({ ...noReadCounts, ...more });

test("what a process that died had counted stays counted, and its sessions are cut", () => {
  const port = readPort();
  for (const worker of [1, 2]) port.opened(worker, { address: "127.105.0.2", port: 1 });
  port.counted(1, reads({ sessions: 3, accepted: 9, sessionsByNode: { h2: 3 }, cut: 1 }));
  port.counted(2, reads({ sessions: 1, accepted: 1, sessionsByNode: { h2: 1 } }));
  expect(port.total()).toMatchObject({ sessions: 4, accepted: 10, sessionsByNode: { h2: 4 } });
  expect(port.left(1)).toBe(3);
  expect(port.total()).toMatchObject({ sessions: 1, accepted: 10, cut: 4, sessionsByNode: { h2: 1 } });
  expect([port.left(1), port.servedBy.size]).toEqual([0, 1]);
});

test("what a process that ended had on its way counts no second time, and its successor counts on", () => {
  const port = readPort();
  port.opened(1, { address: "127.105.0.2", port: 1 });
  port.counted(1, reads({ sessions: 1, accepted: 5 }));
  port.left(1);
  port.counted(1, reads({ sessions: 1, accepted: 6 }));
  expect(port.total()).toMatchObject({ sessions: 0, accepted: 5, cut: 1 });
  port.opened(2, { address: "127.105.0.2", port: 1 });
  port.counted(2, reads({ accepted: 1 }));
  expect(port.total()).toMatchObject({ accepted: 6, cut: 1 });
});

test("orders survive the way to another process, and what is none is refused", () => {
  const overTheWire = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
  const target = { node: "h1", endpoint: { address: "127.105.0.2", port: 6379 } };
  const orders = [
    { kind: "offer", id: 1, offer: { replicas: [target], primary: undefined, reason: "r" } },
    { kind: "route", id: 2, route: { kind: "primary", ...target, epoch: 3, confirmed: true } },
    { kind: "confirmations", id: 2, confirmations: { kind: "asked", replicas: 1, names: ["h2"] } },
    { kind: "drain", id: 2, ms: 10_000 },
  ];
  expect(ordersFrom(overTheWire(orders))).toEqual(orders);
  expect(() => ordersFrom([{ kind: "route", id: 2, route: { kind: "primary" } }])).toThrow();
  expect(reportFrom(overTheWire({ kind: "closed", id: 2 }))).toEqual({ kind: "closed", id: 2 });
  expect(reportFrom({ kind: "counts", routers: [{ id: 1 }], reads: [] })).toBeUndefined();
});
