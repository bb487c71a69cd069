// held, broken or unknown: a promise that could not be measured is never held.
import type { Audited } from "./audit.ts";
import type { Expectation } from "./fault.ts";
import type { DrillResult, Verdict } from "./types.ts";

export interface Judged {
  readonly rto: DrillResult["rto"];
  readonly rpo: DrillResult["rpo"];
  readonly stale: DrillResult["stale"];
  /** Planned and in good order: no acknowledged write may be lost. */
  readonly isLossless: boolean;
  readonly findings: readonly string[];
  readonly audited: Pick<Audited, "differences">;
  readonly isWhole: boolean;
  readonly ghosts: number;
  readonly stalledMs: number;
  /** Whether the primary fell silent instead of refusing connections. */
  readonly isSilent: boolean;
  readonly expects: Expectation;
  /** How long a primary may take to end in good order; 0 for every other fault. */
  readonly endsWithinMs: number;
  /** Another node was named primary, and which is in the end; undefined where none was. */
  readonly movedTo: string | undefined;
  /**
   * Writes of clients on the router that failed after the cure; undefined where it may disturb them.
   */
  readonly failedAfterCure: number | undefined;
}

/** A drill whose own process stood still for longer cannot say when something happened. */
const STALL_MS_MAX = 500;

const PING_PERIOD_MS = 1_000;

interface Statement {
  readonly verdict: Verdict;
  readonly sentence: string;
}

const held = (sentence: string): Statement => ({ verdict: "held", sentence });
const broken = (sentence: string): Statement => ({ verdict: "broken", sentence });
const unknown = (sentence: string): Statement => ({ verdict: "unknown", sentence });

/** What a fault takes from the time that is promised for a crash, and why. */
function allowanceOf({ isSilent, endsWithinMs }: Judged): { readonly ms: number; readonly why: string } {
  // The rto is promised for a crash, whose connections are refused at once. Silence is noticed by the first
  // ping that stays unanswered, and Sentinel sends one a second.
  if (isSilent) return { ms: PING_PERIOD_MS, why: "one that falls silent" };
  return { ms: endsWithinMs, why: "one that ends in good order, and pauses writes before" };
}

function aboutOutage(judged: Judged): Statement {
  const { rto, stalledMs, expects } = judged;
  const { measuredMs, objectiveMs, measures } = rto;
  if (stalledMs > STALL_MS_MAX) {
    return unknown(
      `the drill's own process stood still for ${Math.round(stalledMs)} ms: its times cannot be trusted`,
    );
  }
  if (measuredMs === null) return broken("at least one client on the router never wrote again");
  const longest = measures === "longest-gap" ? "at the longest " : "";
  const away = `writes through the router were away for ${longest}${measuredMs} ms`;
  if (expects === "pause") return held(`${away}; before the cure none are promised`);
  const allowance = allowanceOf(judged);
  const allowedMs = objectiveMs + allowance.ms;
  const beside = allowance.ms > 0 ? ` for a crash, and ${allowedMs} ms for ${allowance.why}` : "";
  const sentence = `${away}, the objective is ${objectiveMs} ms${beside}`;
  return measuredMs <= allowedMs ? held(sentence) : broken(sentence);
}

function aboutLoss({ rpo, ghosts, isLossless }: Judged): Statement {
  if (ghosts > 0)
    return unknown(
      `${ghosts} writes that were refused are there all the same: the ledger is not to be trusted`,
    );
  const sentence = `${rpo.lost} of ${rpo.acknowledged} acknowledged writes were lost`;
  if (rpo.acknowledged === 0) return unknown("no write was acknowledged at all");
  if (rpo.lost === 0) return held(sentence);
  if (isLossless) return broken(`${sentence}, and a planned move may lose none`);
  if (rpo.objectiveMs === null) return held(`${sentence}, and the objective promises nothing`);
  const window = `${sentence}, over ${rpo.measuredMs} ms; the objective is ${rpo.objectiveMs} ms`;
  return rpo.measuredMs <= rpo.objectiveMs ? held(window) : broken(window);
}

/** undefined where another primary is what is wanted, or may come. */
function aboutMove({ expects, movedTo }: Judged): Statement | undefined {
  if (expects !== "no-failover") return undefined;
  if (movedTo === undefined) return held("the primary stayed, as it had to: nobody else was named");
  return broken(`another primary was named, and ${movedTo} is it now: nobody was to be`);
}

/** undefined where the cure may disturb somebody. */
function aboutReturn({ failedAfterCure }: Judged): Statement | undefined {
  if (failedAfterCure === undefined) return undefined;
  if (failedAfterCure === 0) return held("no write through the router failed after the cure");
  return broken(`${failedAfterCure} writes through the router failed after the cure: none was to`);
}

/** undefined where nobody kept to the address of an old primary. */
function aboutStale({ stale }: Judged): Statement | undefined {
  if (stale === null) return undefined;
  const { windowMs, acknowledged, lost, objectiveMs } = stale;
  if (windowMs === null)
    return unknown("no client at the address of the old primary was told anything after the cure");
  if (acknowledged === 0) return held("no node acknowledged a write that counted for nothing");
  const counted = `${acknowledged} writes were acknowledged that counted for nothing, ${lost} are lost`;
  const sentence = `${counted}: over ${windowMs} ms, at most ${objectiveMs} ms are allowed`;
  return windowMs <= objectiveMs ? held(sentence) : broken(sentence);
}

function aboutCure({ isWhole, findings, audited }: Judged): Statement {
  if (isWhole)
    return held("at the end the cluster was whole again, and every replica holds the same writes");
  const reasons = [...findings, ...audited.differences];
  return broken(
    `at the end the cluster was not whole again: ${reasons.join("; ") || "no reason was recorded"}`,
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
  const all = [
    aboutOutage(judged),
    aboutMove(judged),
    aboutLoss(judged),
    aboutStale(judged),
    aboutReturn(judged),
    aboutCure(judged),
  ];
  const statements = all.filter((statement) => statement !== undefined);
  statements.sort((a, b) => RANK[a.verdict] - RANK[b.verdict]);
  return {
    verdict: statements[0]?.verdict ?? "unknown",
    reasons: statements.map(({ sentence }) => sentence),
  };
}
