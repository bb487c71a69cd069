import { expect, test } from "vitest";
import type { Problem, ProblemCode } from "../decide/types.ts";
import { openProblemLog } from "./problem-log.ts";

const problem = (code: ProblemCode): Problem => ({ code, severity: "warning", message: code });

test("notes a change that has lasted a second, once, and when the last problem is gone", () => {
  const notes: string[] = [];
  const log = openProblemLog((codes) => notes.push(codes.join("+")));
  log.see([], 0);
  log.see([], 5_000);
  log.see([problem("replica-down")], 6_000);
  log.see([problem("replica-down"), problem("replica-down")], 6_999);
  expect(notes).toEqual([]);
  log.see([problem("replica-down")], 7_000);
  log.see([problem("replica-down")], 9_000);
  log.see([], 9_100);
  log.see([], 10_100);
  expect(notes).toEqual(["replica-down", ""]);
});

test("what comes and goes is no news, however often", () => {
  const notes: string[] = [];
  const log = openProblemLog((codes) => notes.push(codes.join("+")));
  for (let turn = 0; turn < 1_000; turn += 1)
    log.see(turn % 2 === 0 ? [] : [problem("sentinel-tilt")], turn * 25);
  expect(notes).toEqual([]);
});
