// A plan that cannot be carried out does not read like one that would be, and an outcome says what is now.
import { expect, test } from "vitest";
import type { SwitchoverResult } from "../switchover/types.ts";
import { outcomeLines, planLines } from "./switchover-lines.ts";

const result: SwitchoverResult = {
  group: "main",
  outcome: "dry-run",
  reason: "every check is right",
  from: "h1",
  to: "h2",
  epoch: 7,
  checks: [{ id: "quorum", ok: true, sentence: "3 of 3 Sentinels answer" }],
  steps: [],
  pauseMs: null,
  fullResyncs: null,
  late: false,
};
const refused = [{ id: "targets", ok: false, sentence: "edge cannot follow" }];

test("a plan whose checks are right says what it would do, with the pause that was asked for", () => {
  const [check, would] = planLines(result, 500);
  expect(check).toBe("  ok  quorum        3 of 3 Sentinels answer");
  expect(would).toBe("it would hand over main from h1 to h2, pausing writes 500ms at most:");
});

test("a plan with a NO says first that it would be refused", () => {
  const [, refusal, would] = planLines({ ...result, checks: refused }, 1_000);
  expect(refusal).toBe("it would be refused, because of each NO above");
  expect(would).toMatch(/^without these it would hand over main from h1 to h2/);
  const nowhere = planLines({ ...result, to: null, checks: refused }, 1_000);
  expect(nowhere.at(-1)).toBe("it would be refused, because of each NO above");
});

test("what was given up does not read as if the primary had moved", () => {
  const undone = { ...result, outcome: "undone", reason: "h2 fell behind", pauseMs: 210 } as const;
  expect(outcomeLines(undone)).toEqual([
    "switchover given up before the promotion, the primary is the same: h2 fell behind; " +
      "nobody could write for 210 ms",
  ]);
  const done = {
    ...result,
    outcome: "done",
    reason: "h2 is primary",
    pauseMs: 210,
    fullResyncs: 1,
  } as const;
  expect(outcomeLines(done)).toEqual([
    "switchover done: h2 is primary; nobody could write for 210 ms; 1 full resync",
  ]);
  expect(outcomeLines({ ...result, outcome: "refused", checks: refused })).toEqual([
    "  NO  targets  edge cannot follow",
    "switchover refused, nothing was touched: every check is right",
  ]);
});
