// Whether a drill came out as its scenario says. Pure.
import { formatDuration } from "../../cluster/duration.ts";
import type { DrillResult } from "../types.ts";
import type { ScenarioStep } from "./schema.ts";

export interface Statement {
  readonly isMet: boolean;
  readonly sentence: string;
}

function aboutVerdict({ verdict, reasons }: DrillResult, expected: string): Statement {
  const why = verdict === expected ? "" : `, expected ${expected}: ${reasons[0] ?? "without a reason"}`;
  return { isMet: verdict === expected, sentence: `the verdict is ${verdict}${why}` };
}

function aboutOutage({ rto }: DrillResult, mostMs: number | undefined): readonly Statement[] {
  if (mostMs === undefined) return [];
  const { measuredMs } = rto;
  const away = measuredMs === null ? "never came back" : `were away for ${formatDuration(measuredMs)}`;
  return [
    {
      isMet: measuredMs !== null && measuredMs <= mostMs,
      sentence: `writes through the router ${away}, expected at most ${formatDuration(mostMs)}`,
    },
  ];
}

function aboutLoss({ rpo }: DrillResult, most: number | undefined): readonly Statement[] {
  if (most === undefined) return [];
  const lost = `${rpo.lost} of ${rpo.acknowledged} acknowledged writes were lost`;
  return [{ isMet: rpo.lost <= most, sentence: `${lost}, expected at most ${most}` }];
}

/** What was expected and what came, each in one sentence. */
export function judgeStep({ expect }: ScenarioStep, result: DrillResult): readonly Statement[] {
  return [
    aboutVerdict(result, expect.verdict),
    ...aboutOutage(result, expect.outage),
    ...aboutLoss(result, expect.lost),
  ];
}
