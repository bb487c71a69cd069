// One line of the overview of many groups, and whether a later one is worth telling. Pure.
import { endpointText } from "../decide/agree.ts";
import { lagBytesMaxOf, type Severity, severityOf, worstOf } from "./severity.ts";
import type { GroupStatus } from "./status.ts";

export interface GroupRow {
  readonly name: string;
  /** Where writes go; null without a route. */
  readonly host: string | null;
  readonly address: string | null;
  readonly port: number | null;
  readonly epoch: number | null;
  /** False for an early route, and for none. */
  readonly confirmed: boolean;
  /** Of the worst problem. */
  readonly severity: Severity;
  readonly problems: number;
  /** The worst problem, or where writes go. */
  readonly headline: string;
  /** Of the replica that is furthest behind; null when of none the lag is known. */
  readonly lagBytesMax: number | null;
  readonly targetsOk: number;
  readonly targetsAll: number;
  /** Maintenance, a drill or a switchover: alerts are quiet. */
  readonly isQuiet: boolean;
}

function headlineOf({ problems, route }: GroupStatus): string {
  const worst = worstOf(problems);
  if (worst !== undefined) return worst.message;
  if (route.kind === "none") return `no route: ${route.reason}`;
  return `writes go to ${route.host} (${endpointText(route)}), epoch ${route.epoch}`;
}

function placeOf({ route }: GroupStatus) {
  if (route.kind === "none")
    return { host: null, address: null, port: null, epoch: null, confirmed: false };
  const { host, address, port, epoch, confirmed } = route;
  return { host, address, port, epoch, confirmed };
}

export function rowOf(status: GroupStatus): GroupRow {
  const { name, problems, nodes, targets, pause, drill } = status;
  const isMoving = problems.some(({ code }) => code === "switchover-running");
  return {
    name,
    ...placeOf(status),
    severity: severityOf(problems, status.route),
    problems: problems.length,
    headline: headlineOf(status),
    lagBytesMax: lagBytesMaxOf(nodes) ?? null,
    targetsOk: targets.filter(({ ok }) => ok).length,
    targetsAll: targets.length,
    isQuiet: pause !== null || drill !== null || isMoving,
  };
}

/** A lag that differs by less is the same to whoever looks at many groups. */
const LAG_NEWS_BYTES = 1_024;
const LAG_NEWS_SHARE = 0.1;

function isSameLag(before: number | null, now: number | null): boolean {
  if (before === null || now === null) return before === now;
  return Math.abs(now - before) <= Math.max(LAG_NEWS_BYTES, LAG_NEWS_SHARE * before);
}

/** An age in a sentence changes at every look; that it has grown is no news. */
const withoutAges = (sentence: string): string => sentence.replaceAll(/\b\d+ (ms|s)\b/g, "some time");

/**
 * With writes every lag changes at every look, and of a thousand groups all would be told all the time: a
 * lag within a tenth or 1 KiB of what was told last, and an age in a headline, are no news.
 */
export function isRowNews(before: GroupRow, now: GroupRow): boolean {
  const { lagBytesMax, headline, ...rest } = now;
  if (!isSameLag(before.lagBytesMax, lagBytesMax)) return true;
  if (before.headline !== headline && withoutAges(before.headline) !== withoutAges(headline))
    return true;
  return Object.entries(rest).some(([key, value]) => before[key as keyof GroupRow] !== value);
}
