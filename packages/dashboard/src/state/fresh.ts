// How old is what the page shows, and why. The clocks of agent and page are never compared: they may differ.
import type { Live } from "./live.ts";

/**
 * A page that shows an older look at the cluster than this, and the time that an agent lets pass between two
 * looks, says so.
 */
const STALE_AFTER_MS = 2500;

export type Freshness =
  | { readonly kind: "waiting"; readonly sentence: string }
  | { readonly kind: "fresh" }
  | {
      readonly kind: "stale";
      readonly ageMs: number;
      /** Why, without the age. */
      readonly sentence: string;
    };

const AGENT_GONE = "The connection to the agent is gone, and the page tries again by itself";

/** `nowMs` is monotonic, on the clock on which the pulse was heard. */
export function freshnessOf(live: Live, nowMs: number): Freshness {
  const { connection, pulse } = live;
  const isLost = connection.kind === "lost";
  if (pulse === undefined) {
    const why = isLost ? ` ${AGENT_GONE}: ${connection.reason}.` : "";
    return { kind: "waiting", sentence: `Waiting for the agent's first word.${why}` };
  }
  const silentMs = Math.max(0, nowMs - pulse.heardAtMs);
  const { oldestTurnMs } = pulse.said;
  const ageMs = silentMs + (oldestTurnMs ?? 0);
  const staleMs = STALE_AFTER_MS + (live.hello?.lookEveryMs ?? 0);
  if (isLost) return { kind: "stale", ageMs, sentence: `${AGENT_GONE}: ${connection.reason}.` };
  // An agent that has stopped to speak has looked a little before its last word.
  const isSilent = silentMs > staleMs || (ageMs > staleMs && silentMs > (oldestTurnMs ?? 0));
  if (isSilent)
    return { kind: "stale", ageMs, sentence: "The agent is silent, though the connection stands." };
  if (oldestTurnMs === null)
    return { kind: "waiting", sentence: "The agent has not looked at the cluster yet." };
  if (ageMs <= staleMs) return { kind: "fresh" };
  const sentence = "The agent answers, but has not looked at the cluster since.";
  return { kind: "stale", ageMs, sentence };
}

/** Whether a group was told by the connection that stands now, and not by one before it. */
export function isOfThisConnection(live: Live, group: string): boolean {
  return live.groups.get(group)?.session === live.session;
}

/**
 * What time it is for the agent, as its last pulse said, in milliseconds since 1970; undefined before
 * the first one. Durations since a time that the agent names are right with it, whatever the page's clock
 * says.
 */
export function agentNowMs({ pulse }: Live, nowMs: number): number | undefined {
  if (pulse === undefined) return undefined;
  const saidMs = Date.parse(pulse.said.at);
  return Number.isNaN(saidMs) ? undefined : saidMs + Math.max(0, nowMs - pulse.heardAtMs);
}

/** The age as it is announced: not every second, which nobody could listen to. */
export function announcedSeconds(ageMs: number): number {
  const seconds = Math.max(1, Math.floor(ageMs / 1000));
  if (seconds < 10) return Math.min(seconds, 3);
  if (seconds < 60) return seconds - (seconds % 10);
  return seconds - (seconds % 60);
}
