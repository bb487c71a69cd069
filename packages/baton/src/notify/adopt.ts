// Episodes that this agent has not seen begin: another one has told of them, or itself before it was
// restarted.
import { type Episode, EPISODES_MAX, type GroupEpisodes } from "./episodes.ts";
import type { Notice } from "./notice.ts";

/** With what was told before this agent knew of it, and is open. */
export function adopted(
  before: GroupEpisodes,
  { notice, gist }: { readonly notice: Notice; readonly gist: string },
  nowMs: number,
): GroupEpisodes {
  if (before.episodes.some((one) => one.notice.id === notice.id)) return before;
  const times = { sinceMs: nowMs, openFromMs: nowMs, clearSinceMs: undefined, endedMs: undefined };
  const episode: Episode = { notice: { ...notice, state: "open" }, gist, ...times };
  return { ...before, episodes: [...before.episodes, episode].slice(-EPISODES_MAX) };
}

/** What another process of this agent has told of, and nobody knows any more. */
export function endedEpisode(
  { notice, gist }: { readonly notice: Notice; readonly gist: string },
  nowMs: number,
): Episode {
  const times = { sinceMs: nowMs, openFromMs: nowMs, clearSinceMs: nowMs, endedMs: nowMs };
  return { notice: { ...notice, state: "closed" }, gist, ...times };
}
