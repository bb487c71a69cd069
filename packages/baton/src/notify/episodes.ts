// From what each turn shows of a group to the episodes that people are told of: one for a failover, however
// much happens in it, one for all problems of a group together. Pure: the same sights give the same episodes.
import type { Incident } from "../journal/incidents.ts";
import { idPart, linesOf, type Notice, titleOf } from "./notice.ts";
import { hasBegun, isQuiet, type Sight, troublesOf } from "./sight.ts";
import {
  drillWords,
  failoverWords,
  fenceWords,
  orphanWords,
  problemWords,
  switchoverWords,
  type Words,
} from "./wording.ts";

/** As this agent sees it. */
export interface Episode {
  readonly notice: Notice;
  /** Another gist: there is something new to say. */
  readonly gist: string;
  /** Since when this agent knows of it. Monotonic milliseconds. */
  readonly sinceMs: number;
  /** Not to be opened before. Channels wait longer for problems: their `settle`. */
  readonly openFromMs: number;
  /** Since when nothing of it is left. */
  readonly clearSinceMs: number | undefined;
  /** When it was closed. */
  readonly endedMs: number | undefined;
}

export interface GroupEpisodes {
  readonly episodes: readonly Episode[];
  /** Somebody works on the group: what is open stays as it is, and nothing is opened. */
  readonly isHeld: boolean;
  /**
   * What tells each incident from others of its kind, on every agent: the epoch that it left, of a switchover
   * its own id. "over": nothing is told of it, any more or at all. By its beginning.
   */
  readonly incidents: Readonly<Record<string, string>>;
}

export const noEpisodes: GroupEpisodes = { episodes: [], isHeld: false, incidents: {} };

/** By then there mostly is a new primary: one message says it all, and Redis holds who has sent it. */
const FAILOVER_OPENS_MS = 2_000;
/** A switchover takes half a second: its only message is that it is over. */
const SWITCHOVER_OPENS_MS = 5_000;
/** Whether a drill has done it is asked meanwhile. */
const FENCE_OPENS_MS = 1_000;
/** So long nothing may be left before an episode is closed: what comes back at once is the same one. */
const CLEAR_MS = 10_000;
/** A channel has that long to send the end. */
const KEPT_MS = 900_000;
const OVER = "over";
const INCIDENTS_MAX = 32;
export const EPISODES_MAX = 32;

interface Draft {
  readonly id: string;
  readonly kind: Notice["kind"];
  readonly words: Words;
  readonly startedAt: string;
  readonly opensAfterMs: number;
  /** At once, or after a while of nothing left; "open" as long as there is more to come. */
  readonly end: "open" | "when-clear" | "now";
  readonly isClear: boolean;
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** The episode that was, brought up to date. */
function grown(before: Episode | undefined, draft: Draft, sight: Sight): Episode {
  const { nowMs, wallMs, group } = sight;
  const { id, kind, words, startedAt, opensAfterMs, end } = draft;
  const again = before?.endedMs !== undefined && end === "open";
  const known = again ? undefined : before;
  const clearSinceMs = draft.isClear && end !== "open" ? (known?.clearSinceMs ?? nowMs) : undefined;
  const isOver = end === "now" || (clearSinceMs !== undefined && nowMs - clearSinceMs >= CLEAR_MS);
  const endedMs = known?.endedMs ?? (isOver ? nowMs : undefined);
  const sinceMs = known?.sinceMs ?? nowMs;
  const notice: Notice = {
    id,
    group,
    kind,
    severity: words.severity,
    state: endedMs === undefined ? "open" : "closed",
    title: titleOf(words.title),
    lines: linesOf(words.lines),
    startedAt: known?.notice.startedAt ?? startedAt,
    endedAt: known?.notice.endedAt ?? (endedMs === undefined ? null : isoOf(wallMs)),
  };
  // Whose end has been told is told no more of.
  if (known?.endedMs !== undefined) return known;
  const openFromMs = known?.openFromMs ?? sinceMs + opensAfterMs;
  return { notice, gist: words.gist, sinceMs, openFromMs, clearSinceMs, endedMs };
}

function draftOf(incident: Incident, from: string, sight: Sight): Draft | undefined {
  const troubles = troublesOf(sight);
  const { kind, outcome, startedAt } = incident;
  const common = { kind, startedAt };
  const end = outcome === "open" ? "open" : "when-clear";
  switch (kind) {
    case "failover":
      return {
        ...common,
        id: `failover-${from}`,
        words: failoverWords(incident, troubles, sight.hasPrimary),
        opensAfterMs: FAILOVER_OPENS_MS,
        end,
        isClear: troubles.length === 0,
      };
    case "switchover":
      return {
        ...common,
        id: `switchover-${from}`,
        words: switchoverWords(incident),
        opensAfterMs: SWITCHOVER_OPENS_MS,
        end: outcome === "open" ? "open" : "now",
        isClear: true,
      };
    case "fence":
      if (outcome === "open") return undefined;
      return {
        ...common,
        id: `fence-${idPart(incident.from ?? "node")}-${from}`,
        words: fenceWords(incident),
        opensAfterMs: FENCE_OPENS_MS,
        end: "now",
        isClear: true,
      };
  }
}

/** Newest last: a long life of an agent must not fill its memory. */
function bounded(noted: GroupEpisodes["incidents"]): GroupEpisodes["incidents"] {
  const newest = Object.keys(noted).sort().slice(-INCIDENTS_MAX);
  return Object.fromEntries(newest.map((key) => [key, noted[key] ?? OVER]));
}

function notedIncidents(before: GroupEpisodes, sight: Sight): GroupEpisodes["incidents"] {
  const noted = { ...before.incidents };
  for (const { startedAt, kind } of sight.incidents) {
    const mark = (noted[startedAt] ??= String(sight.epochBefore));
    const isUnnamed = kind === "switchover" && /^-?\d+$/.test(mark);
    if (isUnnamed && sight.switchover !== undefined)
      noted[startedAt] = `by-${idPart(sight.switchover).slice(0, 12)}`;
  }
  return noted;
}

interface IncidentDraft {
  /** The incident's key. */
  readonly startedAt: string;
  readonly draft: Draft;
}

function incidentDrafts(sight: Sight, noted: GroupEpisodes["incidents"]): readonly IncidentDraft[] {
  return sight.incidents.flatMap((incident) => {
    const { startedAt } = incident;
    const from = noted[startedAt];
    if (from === undefined || from === OVER || !hasBegun(incident)) return [];
    const draft = draftOf(incident, from, sight);
    return draft === undefined ? [] : [{ startedAt, draft }];
  });
}

const PROBLEM = "problem";

/** All problems together, while no failover is open that tells of them. */
function problemDraft(sight: Sight, isTold: boolean, known: Episode | undefined): Draft | undefined {
  const troubles = troublesOf(sight);
  const isOpen = known !== undefined && known.endedMs === undefined;
  if (troubles.length === 0 || isTold) {
    if (!isOpen) return undefined;
    const { notice, gist } = known;
    const told = isTold ? ["it goes on as a failover, which is told by itself"] : [];
    const words = { ...notice, lines: [...told, ...notice.lines], gist };
    const end = isTold ? "now" : "when-clear";
    return { ...common(PROBLEM, sight), words, end, isClear: true };
  }
  const words = problemWords(sight.group, troubles);
  return { ...common(PROBLEM, sight), words, end: "open", isClear: false };
}

const common = (kind: "problem" | "drill", sight: Sight) => ({
  id: kind as string,
  kind,
  startedAt: isoOf(sight.wallMs),
  opensAfterMs: 0,
});

/** What another agent has told of, or this one before it was restarted, and no incident here is about. */
function orphanDraft({ notice, gist }: Episode, sight: Sight): Draft {
  const { id, kind, startedAt } = notice;
  const troubles = troublesOf(sight);
  const end = kind === "drill" ? "now" : "when-clear";
  const words = kind === "failover" ? orphanWords(notice, gist, troubles) : { ...notice, gist };
  return { id, kind, words, startedAt, opensAfterMs: 0, end, isClear: troubles.length === 0 };
}

const isKept = ({ endedMs }: Episode, nowMs: number): boolean =>
  endedMs === undefined || nowMs - endedMs < KEPT_MS;

/** What was about to be told when it became clear that somebody does it on purpose. */
function silenced(before: GroupEpisodes, sight: Sight): GroupEpisodes {
  const incidents = { ...notedIncidents(before, sight) };
  const isOpen = (one: Episode) => sight.nowMs >= one.openFromMs;
  const ids = new Map(
    incidentDrafts(sight, incidents).map(({ startedAt, draft }) => [startedAt, draft.id]),
  );
  for (const { startedAt } of sight.incidents) {
    const episode = before.episodes.find(({ notice }) => notice.id === ids.get(startedAt));
    if (episode === undefined || !isOpen(episode)) incidents[startedAt] = OVER;
  }
  return { episodes: before.episodes.filter(isOpen), isHeld: true, incidents: bounded(incidents) };
}

/** While somebody works on the group: a drill may be told, all else waits. */
function heldEpisodes(before: GroupEpisodes, sight: Sight): GroupEpisodes {
  const held = silenced(before, sight);
  const { drill, nowMs } = sight;
  const id = drill === undefined ? "" : `drill-${idPart(drill.since)}`;
  const others = held.episodes.filter((one) => one.notice.id !== id && isKept(one, nowMs));
  if (drill === undefined) return { ...held, episodes: others };
  const known = before.episodes.find((one) => one.notice.id === id);
  const words = drillWords(sight.group, drill);
  const draft: Draft = { ...common("drill", sight), id, words, end: "open", isClear: false };
  return { ...held, episodes: [...others, grown(known, draft, sight)] };
}

/** What is left of the problems when the work is over has the whole of its time to go away. */
const released = ({ episodes, ...rest }: GroupEpisodes, nowMs: number): GroupEpisodes => ({
  ...rest,
  episodes: episodes.map((one) =>
    one.notice.id === PROBLEM ? { ...one, sinceMs: nowMs, openFromMs: nowMs } : one,
  ),
});

/** Failovers, switchovers and fences, those of others too. */
function toldEpisodes(before: GroupEpisodes, sight: Sight) {
  const incidents = { ...notedIncidents(before, sight) };
  const known = new Map(before.episodes.map((one) => [one.notice.id, one]));
  const drafts = incidentDrafts(sight, incidents);
  const own = drafts.flatMap(({ startedAt, draft }) => {
    const episode = grown(known.get(draft.id), draft, sight);
    if (isKept(episode, sight.nowMs)) return [episode];
    incidents[startedAt] = OVER;
    return [];
  });
  const ids = new Set(drafts.map(({ draft }) => draft.id));
  const orphans = before.episodes
    .filter(({ notice }) => !ids.has(notice.id) && notice.id !== PROBLEM)
    .map((one) => (one.endedMs === undefined ? grown(one, orphanDraft(one, sight), sight) : one))
    .filter((one) => isKept(one, sight.nowMs));
  return { told: [...own, ...orphans], incidents: bounded(incidents) };
}

function isNothing(before: GroupEpisodes, sight: Sight): boolean {
  return (
    before.episodes.length === 0 &&
    !before.isHeld &&
    sight.incidents.every(({ startedAt }) => before.incidents[startedAt] === OVER) &&
    troublesOf(sight).length === 0
  );
}

/**
 * The episodes after one more sight. Returns what it was given when there is nothing to tell and nothing was
 * told: with a thousand groups that is nearly always so.
 */
export function episodesAfter(before: GroupEpisodes, sight: Sight): GroupEpisodes {
  if (sight.isDoubtful) return before;
  if (isQuiet(sight)) return heldEpisodes(before, sight);
  if (isNothing(before, sight)) return before;
  const present = before.isHeld ? released(before, sight.nowMs) : before;
  const { told, incidents } = toldEpisodes(present, sight);
  const isTold = told.some(({ notice, endedMs }) => notice.kind === "failover" && endedMs === undefined);
  const known = present.episodes.find(({ notice }) => notice.id === PROBLEM);
  const draft = problemDraft(sight, isTold, known);
  const problem = draft === undefined ? known : grown(known, draft, sight);
  const last = problem !== undefined && isKept(problem, sight.nowMs) ? [problem] : [];
  return { episodes: [...told, ...last].slice(-EPISODES_MAX), isHeld: false, incidents };
}
