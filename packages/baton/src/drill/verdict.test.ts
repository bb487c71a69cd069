import { expect, test } from "vitest";
import { type Judged, judge } from "./verdict.ts";

const good: Judged = {
  rto: { objectiveMs: 3_000, measuredMs: 2_300, medianMs: { router: 2_250, "ioredis-sentinel": 3_400 } },
  rpo: {
    objective: "5s",
    objectiveMs: 5_000,
    measuredMs: 0,
    acknowledged: 4_000,
    lost: 0,
    unknown: 4,
    duplicated: 0,
  },
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
    "after the cure the cluster was whole again, and every replica holds the same writes",
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
