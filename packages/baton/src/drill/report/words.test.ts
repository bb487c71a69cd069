// Promises of the shared sentences: figures that never flatter, text that does no harm.
import { expect, test } from "vitest";
import { evidenceFixture, usualFixture } from "./evidence.fixture.ts";
import type { ClientResult } from "../types.ts";
import {
  byKind,
  errorClasses,
  followingKinds,
  kindFigure,
  measured,
  objective,
  printable,
  rpoFigure,
  rpoSentence,
  rtoFigure,
  rtoSentence,
  staleFigure,
} from "./words.ts";

const { result } = evidenceFixture();
const withRto = (rto: Partial<typeof result.rto>) => ({ ...result, rto: { ...result.rto, ...rto } });
const withRpo = (rpo: Partial<typeof result.rpo>) => ({
  ...result,
  rpo: { ...result.rpo, acknowledged: 4812, ...rpo },
});

test("writes objectives with as many digits as they need", () => {
  expect([3000, 2500, 2250, 2251].map(objective)).toEqual(["3.0 s", "2.5 s", "2.25 s", "2.251 s"]);
});

test("never rounds a figure beyond the objective down to it", () => {
  expect(measured(2306, 3000)).toBe("2.31 s");
  expect(measured(3004, 3000)).toBe("3.004 s");
  expect(measured(3000.2, 3000)).toBe("3.001 s");
  expect(measured(3000, 3000)).toBe("3.00 s");
});

test("sets the figure of the router beside its objective and beside ioredis in the same run", () => {
  expect(rtoFigure(withRto({ measuredMs: 2310 }))).toBe(
    "2.31 s  (objective 3.0 s; ioredis with Sentinel in the same run: 3.45 s)",
  );
  const clients = result.clients.filter(({ kind }) => kind === "router");
  expect(rtoFigure({ ...withRto({ measuredMs: 2310 }), clients })).toBe("2.31 s  (objective 3.0 s)");
  expect(rtoSentence({ ...withRto({ measuredMs: 2310 }), clients })).toBe(
    "Every client on the router wrote again within 2.31 s of the fault; the objective is 3.0 s.",
  );
});

test("says so when a client never wrote again", () => {
  const { result: never } = evidenceFixture({ ...usualFixture, story: "unknown" });
  expect(rtoFigure(never)).toMatch(/^never {2}\(objective 3\.0 s;/u);
  expect(rtoSentence(never)).toMatch(
    /^A client on the router never wrote again; the objective is 3\.0 s/u,
  );
  expect(byKind(never).map(({ kind, worstMs }) => [kind, worstMs === null])).toEqual([
    ["router", true],
    ["ioredis-sentinel", false],
  ]);
});

test("says how many writes were lost, how old the oldest was, and what the objective allows", () => {
  expect(rpoFigure(withRpo({}))).toBe(
    "0 of 4812 acknowledged writes lost (objective: at most the last 5s)",
  );
  expect(rpoFigure(withRpo({ lost: 12, measuredMs: 42 }))).toBe(
    "12 of 4812 acknowledged writes lost, the oldest 42 ms before the fault " +
      "(objective: at most the last 5s)",
  );
  expect(rpoFigure(withRpo({ objective: "none", objectiveMs: null }))).toMatch(
    /lost \(objective: none\)$/u,
  );
  expect(rpoSentence(withRpo({ lost: 1, measuredMs: 6200 }))).toBe(
    "1 of 4812 acknowledged writes was lost, the oldest from 6.20 s before the fault; " +
      "the objective is to lose at most the last 5s before the fault.",
  );
});

const stale = { answeredAtMs: 4100, windowMs: 84, acknowledged: 12, lost: 11, objectiveMs: 500 };

test("says what an old primary acknowledged, and never that such a client wrote again", () => {
  expect(staleFigure(stale)).toBe("12 stale acknowledgements over 84 ms, 11 lost");
  expect(staleFigure({ ...stale, acknowledged: 0, windowMs: 0 })).toBe("no stale acknowledgement");
  expect(staleFigure({ ...stale, windowMs: null })).toBe("not measured");
  const [one] = result.clients;
  const old = { ...one, id: "hard-coded-1", kind: "hard-coded" as const, outageMs: null };
  const told = { ...result, stale, clients: [...result.clients, old as ClientResult] };
  expect(byKind(told).map((kind) => kindFigure(told, kind))).toEqual([
    "worst 2.25 s",
    "worst 3.45 s",
    "12 stale acknowledgements over 84 ms, 11 lost",
  ]);
  expect(followingKinds(told).map(({ kind }) => kind)).toEqual(["router", "ioredis-sentinel"]);
});

test("does not call lost writes older than the fault when an old primary took them in after it", () => {
  expect(rpoFigure({ ...withRpo({ lost: 11, measuredMs: 84 }), stale })).toBe(
    "11 of 4812 acknowledged writes lost, over 84 ms (objective: at most the last 5s)",
  );
});

test("measures a planned move by the longest gap, in words as well", () => {
  const planned = withRto({ measures: "longest-gap", measuredMs: 420 });
  const clients = planned.clients.map((client) => ({ ...client, longestGapMs: 420, outageMs: 3 }));
  expect(byKind({ ...planned, clients })[0]?.worstMs).toBe(420);
  expect(rtoSentence({ ...planned, clients: clients.slice(-1) })).toBe(
    "No client on the router was without acknowledged writes for more than 0.42 s; " +
      "the objective is 3.0 s.",
  );
});

test("lists the most frequent errors first, and counts the classes beyond its limit", () => {
  expect(errorClasses({ b: 2, a: 2, c: 9, d: 1 }, 3)).toBe("c 9, a 2, b 2, 1 more class");
  expect(errorClasses({}, 3)).toBe("");
});

test("makes text from outside harmless: no control or direction characters, one line, bounded", () => {
  expect(printable("a\u001B[31mred\u0000\nnext\u202Eline", 100)).toBe("a�[31mred� next�line");
  expect(printable("x".repeat(1_000_000), 10)).toBe(`${"x".repeat(9)}…`);
  expect(printable("plain", 10)).toBe("plain");
});
