import { expect, test } from "vitest";
import { type Judged, judge } from "./verdict.ts";

const good: Judged = {
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
  ghosts: 0,
  stalledMs: 20,
};

test("holds when writes were back in time, none was lost and the cluster is whole", () => {
  const { verdict, reasons } = judge(good);
  expect(verdict).toBe("held");
  expect(reasons).toEqual([
    "writes through the router were away for 2300 ms, the objective is 3000 ms",
    "0 of 4000 acknowledged writes were lost",
    "at the end the cluster was whole again, and every replica holds the same writes",
  ]);
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
