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
