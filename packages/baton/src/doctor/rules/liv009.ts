// LIV009: a primary is down, and Sentinel refuses every replica, today and for ever.
import { listed, quoted } from "../../cluster/text.ts";
import { type Row, type Voice, hasFlag, numberIn, rowName, spanOf, voicesOf } from "../live/answers.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";

const PING_OLD_MS = 5_000;

/** How long a link may have been down: it grows as fast as the time that the link is down. */
function limitOf({ view }: Voice): number {
  const { primary } = view;
  const sinceMs = numberIn(primary, "s-down-time") ?? 0;
  return sinceMs + 10 * (numberIn(primary, "down-after-milliseconds") ?? 0);
}

/** Why Sentinel would not promote it; undefined when it would. */
function refusal(row: Row, limitMs: number): string | undefined {
  if (hasFlag(row, "s_down", "o_down")) return "it is down";
  if (hasFlag(row, "disconnected")) return "Sentinel is not connected to it";
  if (numberIn(row, "slave-priority") === 0) return "its replica-priority is 0";
  const pingMs = numberIn(row, "last-ok-ping-reply") ?? 0;
  if (pingMs > PING_OLD_MS) return `its last answer to PING is ${spanOf(pingMs)} old`;
  const downMs = numberIn(row, "master-link-down-time") ?? 0;
  if (downMs <= limitMs) return undefined;
  return `its link was down for ${spanOf(downMs)}, and ${spanOf(limitMs)} are allowed`;
}

/** What lets a replica in that is only too old, where one is. */
function remedy({ view, group }: Voice, limitMs: number): string | undefined {
  const downAfterMs = numberIn(view.primary, "down-after-milliseconds") ?? 0;
  const sinceMs = limitMs - 10 * downAfterMs;
  const old = view.replicas.filter((row) => refusal(row, Number.POSITIVE_INFINITY) === undefined);
  const needed = old.map((row) =>
    Math.ceil(((numberIn(row, "master-link-down-time") ?? 0) - sinceMs) / 10),
  );
  if (needed.length === 0) return undefined;
  const ms = Math.max(downAfterMs, Math.min(...needed) + 1_000);
  return (
    "Make sure that the replica has the data you want. Then, on every Sentinel: " +
    `SENTINEL SET ${group.name} down-after-milliseconds ${String(ms)}; set it back after the failover.`
  );
}

export const liv009: Rule = {
  id: "LIV009",
  title: "no replica that Sentinel would promote, and the primary is down",
  severity: "error",
  why:
    "Sentinel takes no replica whose link has been down for longer than the primary's s-down-time + 10 x " +
    "down-after. Both grow at the same speed: what is refused once is refused for ever. It happens after " +
    "a TILT, or when Sentinels were restarted during an outage.",
  fix:
    "Bring back the primary, or a replica that Sentinel takes. Where only the link is too old: raise " +
    "down-after-milliseconds by SENTINEL SET on every Sentinel.",
  evidence:
    "measured: down-after 2000 and a TILT, no failover in 60 s; 3 s after SET 10000 it was done; " +
    "redis#5677",
  sees: ["live"],
  *check(facts) {
    for (const voice of facts.groups.flatMap(voicesOf)) {
      const draft = draftOf(voice);
      if (draft !== undefined) yield draft;
    }
  },
};

function draftOf(voice: Voice): Draft | undefined {
  const { view, place, group } = voice;
  if (!hasFlag(view.primary, "s_down") || hasFlag(view.primary, "failover_in_progress"))
    return undefined;
  const limitMs = limitOf(voice);
  const refused = view.replicas.map((row) => ({ name: rowName(row), why: refusal(row, limitMs) }));
  if (refused.some(({ why }) => why === undefined)) return undefined;
  const reasons = refused.map(({ name, why }) => `${name}: ${why ?? ""}`);
  const found = reasons.length === 0 ? "it knows no replica" : `it refuses ${listed(reasons)}`;
  const fix = remedy(voice, limitMs);
  const message = `The primary of ${quoted(group.name)} is down, and ${found}; there will be no failover`;
  return { place, message, ...(fix !== undefined && { fix }) };
}
