// When a withheld reply is let through, when it goes on waiting, and when it is given up.
import { beforeEach, expect, test } from "vitest";
import type { Confirmations } from "../decide/types.ts";
import { Gates } from "./gates.ts";
import { command } from "./primary.fixture.ts";

const NONE: Confirmations = { kind: "not-asked" };
const refused = (reason: string): Confirmations => ({ kind: "refused", reason });

let present: Confirmations;
let gates: Gates;
beforeEach(() => {
  present = asked(2);
  gates = new Gates(() => present);
});

function asked(replicas: number): Confirmations {
  return { kind: "asked", replicas, names: Array.from({ length: replicas }, (_, at) => `h${at + 2}`) };
}
const withhold = (text: string) => gates.withhold(Buffer.from(text));
/** The WAIT is answered, and nothing behind its answer has come. */
function answered(reply: string, atMs: number): ReturnType<Gates["judge"]> {
  withhold(reply);
  gates.note(false);
  return gates.judge(reply.charCodeAt(0), atMs);
}
const open = (text: string) => ({ kind: "open", bytes: Buffer.from(text) });

test("asks for as many replicas as are required at that moment, for a quarter of a second", () => {
  expect(gates.cover(2, 0).toString()).toBe(command("WAIT", "2", "250"));
  present = asked(12);
  expect(gates.cover(4, 0).toString()).toBe(command("WAIT", "12", "250"));
});

test("lets all before the WAIT through when enough replicas have it, and not its own answer", () => {
  gates.cover(3, 0);
  expect([gates.isShut, gates.isGate(2), gates.isGate(3)]).toEqual([true, false, true]);
  withhold(":7\r\n");
  withhold("+OK\r\n");
  expect(answered(":2\r\n", 1)).toEqual(open(":7\r\n+OK\r\n"));
  expect(gates.isShut).toBe(false);
});

test("finds the answer of the WAIT behind replies full of colons", () => {
  gates.cover(2, 0);
  withhold("$9\r\n::1:\r\n:2:\r\n");
  expect(answered(":3\r\n", 1)).toEqual(open("$9\r\n::1:\r\n:2:\r\n"));
});

test("asks again while too few have it, and says how many when its patience is over", () => {
  gates.cover(2, 1_000);
  withhold("+OK\r\n");
  expect(answered(":1\r\n", 1_250)).toEqual({ kind: "again", sinceMs: 1_000 });
  gates.cover(3, 1_000);
  expect(answered(":1\r\n", 5_999)).toEqual({ kind: "again", sinceMs: 1_000 });
  gates.cover(4, 1_000);
  expect(answered(":1\r\n", 6_000)).toEqual({
    kind: "failed",
    sentence: "written, and not confirmed, outcome unknown: 1 of 2 replicas have it",
  });
});

test("lets through what the next round confirms, each byte once", () => {
  gates.cover(2, 0);
  withhold("+OK\r\n");
  answered(":0\r\n", 250);
  gates.cover(3, 0);
  withhold("$1\r\nv\r\n");
  expect(answered(":2\r\n", 400)).toEqual(open("+OK\r\n$1\r\nv\r\n"));
});

test("goes by what is required when the answer comes, not when the write was sent", () => {
  gates.cover(2, 0);
  present = asked(1);
  expect(answered(":1\r\n", 1).kind).toBe("open");
  gates.cover(4, 2);
  present = asked(2);
  expect(answered(":1\r\n", 3).kind).toBe("again");
  gates.cover(5, 2);
  present = NONE;
  expect(answered(":0\r\n", 4).kind).toBe("open");
});

test("waits while nobody can tell who counts, and in the end says why", () => {
  gates.cover(2, 0);
  present = refused("no Sentinel answers");
  withhold("+OK\r\n");
  expect(answered(":5\r\n", 250)).toEqual({ kind: "again", sinceMs: 0 });
  expect(gates.cover(3, 0).toString()).toBe(command("WAIT", "1", "250"));
  expect(answered(":5\r\n", 5_000)).toEqual({
    kind: "failed",
    sentence: "written, and not confirmed, outcome unknown: no Sentinel answers",
  });
});

test("opens one gate after the other, with what came before each", () => {
  gates.cover(2, 0);
  gates.cover(4, 0);
  withhold("+OK\r\n");
  expect(answered(":2\r\n", 1)).toEqual(open("+OK\r\n"));
  expect([gates.isShut, gates.isGate(4)]).toEqual([true, true]);
  withhold(":8\r\n");
  expect(answered(":2\r\n", 2)).toEqual(open(":8\r\n"));
});

test("leaves it to the next WAIT what the first did not confirm, in the patience of the first", () => {
  gates.cover(2, 0);
  gates.cover(4, 4_000);
  withhold("+OK\r\n");
  expect(answered(":1\r\n", 250)).toEqual({ kind: "shut" });
  withhold(":8\r\n");
  expect(answered(":2\r\n", 4_100)).toEqual(open("+OK\r\n:8\r\n"));
  gates.cover(6, 0);
  gates.cover(8, 4_000);
  expect(answered(":1\r\n", 250).kind).toBe("shut");
  expect(answered(":1\r\n", 5_000).kind).toBe("failed");
});

test("gives up at once when the primary refuses to WAIT", () => {
  gates.cover(2, 0);
  withhold(":1\r\n");
  expect(answered("-NOPERM :1\r\n", 1)).toEqual({
    kind: "failed",
    sentence:
      "written, and not confirmed, outcome unknown: the primary refuses to WAIT for its replicas",
  });
});

test("keeps 64 MiB and not a byte more, and starts anew behind an open gate", () => {
  const portion = Buffer.alloc(32 * 1024 * 1024);
  const waited = ":2\r\n";
  for (let round = 0; round < 2; round += 1) {
    gates.cover(2, 0);
    expect(gates.withhold(portion)).toBe(true);
    expect(gates.withhold(portion.subarray(waited.length))).toBe(true);
    expect(answered(waited, 1).kind).toBe("open");
  }
  gates.cover(4, 0);
  expect([gates.withhold(portion), gates.withhold(portion)]).toEqual([true, true]);
  expect(withhold(".")).toBe(false);
});
