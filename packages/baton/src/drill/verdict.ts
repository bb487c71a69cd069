// held, broken or unknown: a promise that could not be measured is never held.
import type { Audited } from "./audit.ts";
import type { DrillResult, Verdict } from "./types.ts";

export interface Judged {
  readonly rto: DrillResult["rto"];
  readonly rpo: DrillResult["rpo"];
  readonly findings: readonly string[];
  readonly audited: Pick<Audited, "differences">;
  readonly isWhole: boolean;
  readonly ghosts: number;
  readonly stalledMs: number;
}

/** A drill whose own process stood still for longer cannot say when something happened. */
const STALL_MS_MAX = 500;

interface Statement {
  readonly verdict: Verdict;
  readonly sentence: string;
}

const held = (sentence: string): Statement => ({ verdict: "held", sentence });
const broken = (sentence: string): Statement => ({ verdict: "broken", sentence });
const unknown = (sentence: string): Statement => ({ verdict: "unknown", sentence });

function aboutOutage({ rto, stalledMs }: Judged): Statement {
  const { measuredMs, objectiveMs } = rto;
  if (stalledMs > STALL_MS_MAX) {
    return unknown(
      `the drill's own process stood still for ${Math.round(stalledMs)} ms: its times cannot be trusted`,
    );
  }
  if (measuredMs === null) return broken("at least one client on the router never wrote again");
  const away = `writes through the router were away for ${measuredMs} ms`;
  const sentence = `${away}, the objective is ${objectiveMs} ms`;
  return measuredMs <= objectiveMs ? held(sentence) : broken(sentence);
}

function aboutLoss({ rpo, ghosts }: Judged): Statement {
  if (ghosts > 0)
    return unknown(
      `${ghosts} writes that were refused are there all the same: the ledger is not to be trusted`,
    );
  const sentence = `${rpo.lost} of ${rpo.acknowledged} acknowledged writes were lost`;
  if (rpo.acknowledged === 0) return unknown("no write was acknowledged at all");
  if (rpo.lost === 0) return held(sentence);
  if (rpo.objectiveMs === null) return held(`${sentence}, and the objective promises nothing`);
  const window = `${sentence}, over ${rpo.measuredMs} ms; the objective is ${rpo.objectiveMs} ms`;
  return rpo.measuredMs <= rpo.objectiveMs ? held(window) : broken(window);
}

function aboutCure({ isWhole, findings, audited }: Judged): Statement {
  if (isWhole)
    return held("after the cure the cluster was whole again, and every replica holds the same writes");
  const reasons = [...findings, ...audited.differences];
  return broken(
    `after the cure the cluster was not whole again: ${reasons.join("; ") || "no reason was recorded"}`,
  );
}

const RANK: Readonly<Record<Verdict, number>> = { broken: 0, unknown: 1, held: 2 };

/**
 * Worst first: one broken promise breaks the drill, one that could not be measured leaves it
 * unknown.
 */
export function judge(judged: Judged): {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
} {
  const statements = [aboutOutage(judged), aboutLoss(judged), aboutCure(judged)];
  statements.sort((a, b) => RANK[a.verdict] - RANK[b.verdict]);
  return {
    verdict: statements[0]?.verdict ?? "unknown",
    reasons: statements.map(({ sentence }) => sentence),
  };
}
