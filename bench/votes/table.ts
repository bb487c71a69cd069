// What was measured of votes, for a terminal.
import { aligned } from "../../packages/baton/src/drill/report/terminal-text.ts";
import type { Election } from "./election.ts";
import type { Spread, VoteFigures } from "./figures.ts";

export interface VoteResult extends VoteFigures {
  readonly file: string;
  readonly wanted: number;
  readonly elections: readonly Election[];
  /** Why fewer kills than wanted were made, in sentences. */
  readonly findings: readonly string[];
}

const HEADS = ["milliseconds", "least", "median", "9 of 10 at most", "most"];

const row = (label: string, spread: Spread | null): readonly string[] => {
  const values = spread === null ? [] : [spread.least, spread.median, spread.most90, spread.most];
  return [label, ...HEADS.slice(1).map((_, index) => String(values[index] ?? "-"))];
};

export function drawVotes(result: VoteResult): readonly string[] {
  const { file, wanted, elected, triedAgain, contested, findings } = result;
  const rows = [
    row("the kill to the first +sdown", result.noticed),
    row("the second +sdown to the third", result.apart),
    row("the first +sdown to the first +switch-master", result.decided),
  ];
  return [
    `${file}: ${wanted} kills of the primary wanted`,
    `${triedAgain} of ${elected} failovers needed a second attempt, ${contested} had several candidates`,
    "",
    ...aligned([HEADS, ...rows], [false, ...HEADS.slice(1).map(() => true)]),
    ...findings,
  ];
}
