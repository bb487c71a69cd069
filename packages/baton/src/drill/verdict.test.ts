import { expect, test } from "vitest";
import type { Checker, Judged } from "./checkers/checker.ts";
import { checkers } from "./checkers/index.ts";
import { judge } from "./verdict.ts";

const good: Judged = {
  targets: [],
  rto: {
    objectiveMs: 3_000,
    measures: "outage",
    measuredMs: 2_300,
    medianMs: { router: 2_250, "ioredis-sentinel": 3_400 },
  },
  rpo: {
    objective: "5s",
    objectiveMs: 5_000,
    measuredMs: 0,
    acknowledged: 4_000,
    lost: 0,
    unknown: 4,
    duplicated: 0,
  },
  stale: null,
  isLossless: false,
  isSilent: false,
  expects: "failover",
  endsWithinMs: 0,
  movedTo: "h2",
  failedAfterCure: undefined,
  findings: [],
  audited: { differences: [] },
  isWhole: true,
  clients: [{ kind: "router", way: "router", duplicated: 0, reads: null }],
  ghosts: 0,
  backwards: 0,
  clockJumpMs: 3,
  stalledMs: 20,
};

test("holds when writes were back in time, none was lost and the cluster is whole", () => {
  const { verdict, reasons } = judge(good);
  expect(verdict).toBe("held");
  expect(reasons).toEqual([
    "writes through the router were away for 2300 ms, the objective is 3000 ms",
    "0 of 4000 acknowledged writes were lost",
    "no write through the router was executed twice",
    "at the end the cluster was whole again, and every replica holds the same writes",
  ]);
});

test("says of every promise whether it was kept, in the order of the reasons", () => {
  const { reasons, promises } = judge({
    ...good,
    rto: { ...good.rto, measuredMs: 3_001 },
    stalledMs: 0,
  });
  expect(promises.map(({ promise, verdict }) => [promise, verdict])).toEqual([
    ["rto", "broken"],
    ["rpo", "held"],
    ["duplicates", "held"],
    ["whole", "held"],
  ]);
  expect(promises.map(({ sentence }) => sentence)).toEqual(reasons);
});

test("without Baton the clients that ask the Sentinels are measured, and called so", () => {
  const { reasons } = judge({ ...good, isStock: true });
  expect(reasons[0]).toContain("writes of clients that ask the Sentinels were away for 2300 ms");
  const never = judge({ ...good, isStock: true, rto: { ...good.rto, measuredMs: null } });
  expect(never.reasons[0]).toBe("at least one client that asks the Sentinels never wrote again");
});

test("is broken by one millisecond over the objective", () => {
  expect(judge({ ...good, rto: { ...good.rto, measuredMs: 3_001 } }).verdict).toBe("broken");
});

test("is broken by a client that never wrote again", () => {
  expect(judge({ ...good, rto: { ...good.rto, measuredMs: null } }).verdict).toBe("broken");
});

test("is broken by lost writes over a longer window than the objective, and holds within it", () => {
  const lost = (measuredMs: number) => ({ ...good, rpo: { ...good.rpo, lost: 12, measuredMs } });
  expect(judge(lost(5_001)).verdict).toBe("broken");
  expect(judge(lost(4_999)).verdict).toBe("held");
});

test("is broken by a cluster that is not whole afterwards, and names why first", () => {
  const { verdict, reasons } = judge({ ...good, isWhole: false, findings: ["h1 follows nobody"] });
  expect(verdict).toBe("broken");
  expect(reasons[0]).toContain("h1 follows nobody");
});

test("is unknown when the drill itself stood still, and when nothing was acknowledged", () => {
  expect(judge({ ...good, stalledMs: 900 }).verdict).toBe("unknown");
  expect(judge({ ...good, rpo: { ...good.rpo, acknowledged: 0 } }).verdict).toBe("unknown");
  expect(judge({ ...good, ghosts: 1 }).verdict).toBe("unknown");
});

test("is broken, not unknown, when one promise is broken and another could not be measured", () => {
  expect(judge({ ...good, stalledMs: 900, isWhole: false }).verdict).toBe("broken");
});

const stale = { answeredAtMs: 4_100, windowMs: 500, acknowledged: 21, lost: 20, objectiveMs: 500 };

test("is broken by one millisecond of stale acknowledgements too many, and holds below", () => {
  const rpo = { ...good.rpo, lost: 20, measuredMs: 500 };
  expect(judge({ ...good, rpo, stale }).verdict).toBe("held");
  const { verdict, reasons } = judge({ ...good, rpo, stale: { ...stale, windowMs: 501 } });
  expect(verdict).toBe("broken");
  expect(reasons[0]).toBe(
    "21 writes were acknowledged that counted for nothing, 20 are lost: over 501 ms, " +
      "at most 500 ms are allowed",
  );
});

test("is unknown when no client at the old address was told anything", () => {
  const { verdict, reasons } = judge({ ...good, stale: { ...stale, windowMs: null } });
  expect(verdict).toBe("unknown");
  expect(reasons[0]).toContain("was told anything");
});

test("a planned move is broken by a single lost write, whatever the rpo allows", () => {
  const rpo = { ...good.rpo, lost: 1, measuredMs: 0 };
  expect(judge({ ...good, rpo }).verdict).toBe("held");
  expect(judge({ ...good, rpo, isLossless: true }).verdict).toBe("broken");
  const none = { ...rpo, objective: "none", objectiveMs: null };
  expect(judge({ ...good, rpo: none, isLossless: true }).verdict).toBe("broken");
});

test("says that a longest gap was measured where the primary lived on", () => {
  const { reasons } = judge({ ...good, rto: { ...good.rto, measures: "longest-gap", measuredMs: 400 } });
  expect(reasons).toContain(
    "writes through the router were away for at the longest 400 ms, the objective is 3000 ms",
  );
});

test("a primary that falls silent may be away for one ping of Sentinel longer than one that crashed", () => {
  const rto = { ...good.rto, measuredMs: good.rto.objectiveMs + 900 };
  expect(judge({ ...good, rto }).verdict).toBe("broken");
  const silent = judge({ ...good, rto, isSilent: true });
  expect(silent.verdict).toBe("held");
  expect(silent.reasons.join()).toContain("for one that falls silent");
});

test("a primary that ends in good order may be away longer by the time it takes to end, and says so", () => {
  const rto = { ...good.rto, measuredMs: good.rto.objectiveMs + 900 };
  const ended = judge({ ...good, rto, endsWithinMs: 1_000 });
  expect(ended.verdict).toBe("held");
  expect(ended.reasons.join()).toContain("and 4000 ms for one that ends in good order");
  const late = { ...rto, measuredMs: good.rto.objectiveMs + 1_001 };
  expect(judge({ ...good, rto: late, endsWithinMs: 1_000 }).verdict).toBe("broken");
});

test("where nobody may be named, a primary that moved breaks it, and one that stayed is told", () => {
  const stayed = judge({ ...good, expects: "no-failover", movedTo: undefined });
  expect(stayed.verdict).toBe("held");
  expect(stayed.reasons).toContain("the primary stayed, as it had to: nobody else was named");
  const moved = judge({ ...good, expects: "no-failover" });
  expect(moved.verdict).toBe("broken");
  expect(moved.reasons[0]).toContain("h2 is it now");
  const rto = { ...good.rto, measuredMs: good.rto.objectiveMs + 1 };
  expect(judge({ ...good, rto, expects: "no-failover", movedTo: undefined }).verdict).toBe("broken");
});

test("a long pause holds where no writes are promised before the cure, and silence for ever does not", () => {
  const rto = { ...good.rto, measuredMs: 60_000 };
  const paused = judge({ ...good, rto, expects: "pause" });
  expect(paused.verdict).toBe("held");
  expect(paused.reasons.join()).toContain("before the cure none are promised");
  const never = { ...good, rto: { ...rto, measuredMs: null }, expects: "pause" } as const;
  expect(judge(never).verdict).toBe("broken");
  const lost = { ...good.rpo, lost: 9, measuredMs: 5_001 };
  expect(judge({ ...good, rto, rpo: lost, expects: "pause" }).verdict).toBe("broken");
});

test("a cure that nobody may notice is broken by one failed write, and held without", () => {
  expect(judge({ ...good, failedAfterCure: 0 }).verdict).toBe("held");
  const { verdict, reasons } = judge({ ...good, failedAfterCure: 1 });
  expect(verdict).toBe("broken");
  expect(reasons[0]).toContain("1 writes through the router failed after the cure");
});

test("is unknown when the clock of the drill's machine jumped, either way, or ran backwards", () => {
  for (const clockJumpMs of [501, -501]) {
    const { verdict, reasons } = judge({ ...good, clockJumpMs });
    expect(verdict).toBe("unknown");
    expect(reasons[0]).toContain(`clock jumped by ${clockJumpMs} ms`);
  }
  expect(judge({ ...good, clockJumpMs: -499 }).verdict).toBe("held");
  const { verdict, reasons } = judge({ ...good, backwards: 2 });
  expect([verdict, reasons[0]]).toEqual([
    "unknown",
    "2 writes were answered before they were sent: its times cannot be trusted",
  ]);
});

test("is broken by a write that went through the router twice, and not by what a library repeats", () => {
  const client = (kind: string, duplicated: number) =>
    ({ kind, way: "router", duplicated, reads: null }) as const;
  const own = judge({ ...good, clients: [client("router", 1), client("perl-default", 0)] });
  expect([own.verdict, own.reasons[0]]).toEqual(["broken", expect.stringContaining("1 writes through")]);
  expect(judge({ ...good, clients: [client("router", 0), client("perl-default", 9)] }).verdict).toBe(
    "held",
  );
});

test("is broken by a read that is staler than the rpo, and tells how stale the others were", () => {
  const read = (stalestMs: number) => {
    const reads = { asked: 60, stale: stalestMs > 0 ? 2 : 0, failed: 1, stalestMs };
    return { ...good, clients: [{ kind: "perl", way: "sentinel", duplicated: 0, reads } as const] };
  };
  expect(judge(read(5_001)).reasons[0]).toBe(
    "2 of 60 reads from replicas were stale, by up to 5001 ms; the objective is 5000 ms",
  );
  expect(judge(read(5_001)).verdict).toBe("broken");
  expect(judge(read(5_000)).verdict).toBe("held");
  expect(judge(read(0)).reasons).toContain("none of 60 reads from replicas was stale");
});

test("a checker that throws leaves its promise unknown, and the others judged", () => {
  const failing: Checker = {
    id: "failing",
    summary: "A checker with a mistake in it.",
    check() {
      throw new TypeError("nothing is not a number");
    },
  };
  const { verdict, promises } = judge(good, [...checkers, failing]);
  expect(verdict).toBe("unknown");
  expect(promises[0]).toEqual({
    promise: "failing",
    verdict: "unknown",
    sentence: "the checker failing failed, which is a bug of Baton: nothing is not a number",
  });
  expect(promises.slice(1).every((one) => one.verdict === "held")).toBe(true);
});
