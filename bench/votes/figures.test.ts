// What logs say of votes, and what becomes of it.
import { expect, test } from "vitest";
import { parseSentinelLog } from "../../packages/baton/src/doctor/parse/sentinel-log.ts";
import { electionOf } from "./election.ts";
import { figuresOf } from "./figures.ts";
import { drawVotes } from "./table.ts";

const KILLED_MS = Date.parse("2026-11-21T10:00:00.000Z");
const line = (atMs: number, text: string) => {
  const time = new Date(KILLED_MS + atMs).toISOString().slice(11, 23);
  return `77:X 21 Nov 2026 ${time} # ${text}`;
};
const logs = (...each: readonly (readonly string[])[]) =>
  each.map((lines, index) => parseSentinelLog({ path: `s${index + 1}`, text: `${lines.join("\n")}\n` }));
const OF = { killedMs: KILLED_MS, group: "main" };
const SDOWN = "+sdown master main 10.0.0.1 6379";
const TRY = "+try-failover master main 10.0.0.1 6379";
const SWITCH = "+switch-master main 10.0.0.1 6379 10.0.0.2 6379";

const smooth = logs(
  [line(-5_000, "+new-epoch 6"), line(2_100, SDOWN), line(2_500, "+new-epoch 7")],
  [line(2_400, SDOWN), line(2_450, "+new-epoch 7"), line(2_460, TRY)],
  [line(2_480, "+new-epoch 7"), line(2_900, SDOWN), line(3_600, SWITCH), line(9_000, "+new-epoch 8")],
);

const split = logs(
  ...["a", "b", "c"].map((id, index) => [
    line(2_000 + index, SDOWN),
    line(2_050 + index, "+new-epoch 7"),
    line(2_051 + index, TRY),
    line(2_060 + index, `+vote-for-leader ${id} 7`),
    line(6_060, "-failover-abort-not-elected master main 10.0.0.1 6379"),
    line(10_100, "+new-epoch 8"),
    line(10_110, "+vote-for-leader a 8"),
    line(11_300 + index, SWITCH),
  ]),
);

test("one attempt is told from two, and who asked for votes from who noticed", () => {
  expect(electionOf(smooth, OF)).toEqual({
    noticedMs: [2_100, 2_400, 2_900],
    candidates: 1,
    attempts: 1,
    givenUp: [],
    firstVotes: [],
    switchedMs: 3_600,
  });
  expect(electionOf(split, OF)).toEqual({
    noticedMs: [2_000, 2_001, 2_002],
    candidates: 3,
    attempts: 2,
    givenUp: ["not-elected", "not-elected", "not-elected"],
    firstVotes: [1, 1, 1],
    switchedMs: 11_300,
  });
});

test("another group's failover, and one that never ended, are none of this one's", () => {
  const other = logs([
    line(100, "+sdown master cart 10.0.0.9 6379"),
    line(900, SWITCH.replace("main", "cart")),
  ]);
  expect(electionOf(other, OF)).toMatchObject({ noticedMs: [], switchedMs: undefined });
  expect(figuresOf([electionOf(other, OF)])).toMatchObject({ elected: 0, decided: null });
});

test("figures count second attempts, and the table says them", () => {
  const elections = [smooth, split].map((streams) => electionOf(streams, OF));
  const figures = figuresOf(elections);
  expect(figures).toEqual({
    elected: 2,
    triedAgain: 1,
    contested: 1,
    decided: { least: 1_500, median: 5_400, most90: 9_300, most: 9_300 },
    noticed: { least: 2_000, median: 2_050, most90: 2_100, most: 2_100 },
    apart: { least: 1, median: 251, most90: 500, most: 500 },
  });
  const lines = drawVotes({ file: "x.yml", wanted: 2, findings: [], elections, ...figures });
  expect(lines.join("\n")).toContain(
    "1 of 2 failovers needed a second attempt, 1 had several candidates",
  );
});
