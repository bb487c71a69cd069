import { expect, test } from "vitest";
import type { LedgerEntry } from "../types.ts";
import { staleAfterReturn, staleSinceFault } from "./stale.ts";

type Kind = "acknowledged" | "READONLY" | "not-connected" | "timeout";

let lastId = 0;
function write(client: string, settledAtMs: number, kind: Kind = "acknowledged"): LedgerEntry {
  lastId += 1;
  const base = { client, id: lastId, sentAtMs: settledAtMs - 5, settledAtMs };
  if (kind === "acknowledged") return { ...base, outcome: { kind } };
  return { ...base, outcome: { kind: kind === "timeout" ? "unknown" : "failed", error: kind } };
}

function inputOf(entries: readonly LedgerEntry[], lost: readonly LedgerEntry[]) {
  return {
    entries,
    isLost: (entry: LedgerEntry) => lost.includes(entry),
    isHardCoded: (client: string) => client === "old",
  };
}

const returned = { cureAtMs: 4_000, probedAtMs: 4_100, isPrimaryAgain: false };

test("the window reaches from the first reply to the last acknowledgement at the old address", () => {
  const entries = [
    write("old", -10),
    write("old", 50, "not-connected"),
    write("old", 4_110),
    write("old", 4_130),
    write("old", 4_150, "READONLY"),
  ];
  expect(staleAfterReturn(inputOf(entries, entries.slice(2, 4)), returned)).toEqual({
    answeredAtMs: 4_100,
    windowMs: 30,
    acknowledged: 2,
    lost: 2,
    objectiveMs: 500,
  });
});

test("a second window after an error counts up to its end", () => {
  const entries = [
    write("old", 4_110),
    write("old", 4_150, "READONLY"),
    write("old", 4_900),
    write("old", 4_950, "READONLY"),
  ];
  expect(staleAfterReturn(inputOf(entries, []), returned)).toMatchObject({
    windowMs: 800,
    acknowledged: 2,
    lost: 0,
  });
});

test("a client that hears of the node before the probe sets the beginning", () => {
  const entries = [write("old", 4_020), write("old", 4_140), write("old", 4_160, "READONLY")];
  expect(staleAfterReturn(inputOf(entries, entries), returned)).toMatchObject({
    answeredAtMs: 4_020,
    windowMs: 120,
  });
});

test("another client's acknowledgement counts as well when its write is lost", () => {
  const late = write("ioredis", 4_250);
  const entries = [write("router", 9_000), late, write("old", 4_120, "READONLY")];
  expect(staleAfterReturn(inputOf(entries, [late]), returned)).toMatchObject({
    windowMs: 150,
    acknowledged: 1,
    lost: 1,
  });
});

test("a node that refuses from its first reply on has a window of nothing", () => {
  const entries = [write("old", 4_050, "not-connected"), write("old", 4_120, "READONLY")];
  expect(staleAfterReturn(inputOf(entries, []), returned)).toMatchObject({
    windowMs: 0,
    acknowledged: 0,
  });
});

test("what was lost before the cure belongs to the rpo and not to the return", () => {
  const early = write("old", -3);
  const entries = [early, write("old", 4_120, "READONLY")];
  expect(staleAfterReturn(inputOf(entries, [early]), returned)).toMatchObject({
    windowMs: 0,
    acknowledged: 0,
    lost: 0,
  });
});

test("nothing was measured when no client at the old address was told anything", () => {
  const entries = [write("old", 4_120, "not-connected"), write("old", 9_000, "timeout")];
  expect(staleAfterReturn(inputOf(entries, []), returned).windowMs).toBeNull();
  const silent = { ...returned, probedAtMs: undefined };
  expect(staleAfterReturn(inputOf(entries, []), silent).answeredAtMs).toBeNull();
});

test("whoever writes to a node that is primary again is right", () => {
  const entries = [write("old", 4_120), write("old", 9_000)];
  const again = { ...returned, isPrimaryAgain: true };
  expect(staleAfterReturn(inputOf(entries, []), again)).toMatchObject({ windowMs: 0, acknowledged: 0 });
});

test("where the primary lived on, the window is that of the lost acknowledgements", () => {
  const lost = [write("old", 700), write("router", 900), write("old", 11_200)];
  const entries = [write("old", 20), ...lost, write("old", 11_300, "READONLY")];
  expect(staleSinceFault(inputOf(entries, lost))).toEqual({
    answeredAtMs: 700,
    windowMs: 10_500,
    acknowledged: 3,
    lost: 3,
    objectiveMs: 500,
  });
});

test("a fault may allow more", () => {
  const lost = [write("old", 700), write("old", 1_900)];
  const input = { ...inputOf([...lost], lost), maxMs: 1_500 };
  expect(staleSinceFault(input)).toMatchObject({ windowMs: 1_200, objectiveMs: 1_500 });
  expect(staleAfterReturn(input, returned)).toMatchObject({ objectiveMs: 1_500 });
});

test("where the primary lived on and nothing was lost, nothing was stale", () => {
  expect(staleSinceFault(inputOf([write("old", 20), write("old", 40)], []))).toMatchObject({
    answeredAtMs: null,
    windowMs: 0,
    acknowledged: 0,
  });
  expect(staleSinceFault(inputOf([write("router", 20)], [])).windowMs).toBeNull();
});
