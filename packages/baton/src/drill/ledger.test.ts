import { expect, test } from "vitest";
import { openLedger } from "./ledger.ts";

test("gives every write an id of its own, over all clients", () => {
  const ledger = openLedger();
  const ids = [ledger.sent("a", 1), ledger.sent("b", 1), ledger.sent("a", 2)];
  expect(new Set(ids).size).toBe(3);
});

test("leaves a write unknown that was never answered", () => {
  const ledger = openLedger();
  ledger.sent("a", 100);
  expect(ledger.entries(90)).toEqual([
    {
      client: "a",
      id: 0,
      sentAtMs: 10,
      settledAtMs: undefined,
      outcome: { kind: "unknown", error: "no answer before the drill ended" },
    },
  ]);
});

test("counts acknowledged writes by the moment they were sent", () => {
  const ledger = openLedger();
  for (const sentMs of [10, 20, 30])
    ledger.settled(ledger.sent("a", sentMs), sentMs + 50, { kind: "acknowledged" });
  ledger.settled(ledger.sent("a", 40), 90, { kind: "failed", error: "READONLY" });
  expect(ledger.acknowledgedSince("a", 20)).toBe(2);
  expect(ledger.acknowledgedSince("b", 0)).toBe(0);
  expect([ledger.lastError("a"), ledger.lastError("b")]).toEqual(["READONLY", undefined]);
});

test("treats a write that is settled twice as a bug", () => {
  const ledger = openLedger();
  const id = ledger.sent("a", 1);
  ledger.settled(id, 2, { kind: "acknowledged" });
  expect(() => ledger.settled(id, 3, { kind: "acknowledged" })).toThrow("invariant broken");
});
