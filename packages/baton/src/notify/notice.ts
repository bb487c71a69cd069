// A notice: one episode of a group as people are told of it, with bounds for what far sides take.
import type { Severity } from "../cluster/types.ts";

export interface Notice {
  /** The same on every agent, for the same episode. Letters, digits and dashes. */
  readonly id: string;
  /** Empty for what concerns no group in particular. */
  readonly group: string;
  readonly kind: "failover" | "switchover" | "fence" | "problem" | "drill";
  readonly severity: Severity;
  /** `update`: opened before, and there is something new to say. */
  readonly state: "open" | "update" | "closed";
  /** One line, at most 200 characters. */
  readonly title: string;
  /** At most 14, each at most 240 characters. */
  readonly lines: readonly string[];
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string | null;
}

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

export const isAtLeast = (one: Severity, other: Severity): boolean => RANK[one] >= RANK[other];

export const worst = (severities: readonly Severity[]): Severity =>
  severities.reduce((found, one) => (isAtLeast(one, found) ? one : found), "info");

const TITLE_CHARACTERS_MAX = 200;
const LINES_MAX = 14;
const LINE_CHARACTERS_MAX = 240;

/** One line of plain text; what could drive a terminal or break a header is taken out. */
export function plainLine(text: string, charactersMax: number): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, " ").trim();
  return plain.length > charactersMax ? `${plain.slice(0, charactersMax - 1)}…` : plain;
}

export const titleOf = (text: string): string => plainLine(text, TITLE_CHARACTERS_MAX);

export function linesOf(texts: readonly string[]): readonly string[] {
  const kept = texts.slice(0, LINES_MAX).map((text) => plainLine(text, LINE_CHARACTERS_MAX));
  const left = texts.length - kept.length;
  return left > 0 ? [...kept.slice(0, -1), `and ${left + 1} more`] : kept;
}

/** For ids: what a key of Redis, a label and a Message-ID all take. */
export const idPart = (text: string): string => text.replaceAll(/[^A-Za-z0-9-]+/g, "-").slice(0, 60);

const STATES = { open: "open", update: "still open", closed: "closed" } as const;

/** The first words of a message: what it is about and how it stands. */
export const stateWords = ({ state, severity }: Notice): string =>
  state === "closed" ? STATES.closed : `${STATES[state]}, ${severity}`;

/** All of it as plain text, for far sides that know no other. */
export function textOf(notice: Notice): string {
  const { title, lines, startedAt, endedAt } = notice;
  const when = endedAt === null ? `since ${startedAt}` : `${startedAt} to ${endedAt}`;
  return [title, `(${stateWords(notice)}; ${when})`, ...lines.map((line) => `- ${line}`)].join("\n");
}
