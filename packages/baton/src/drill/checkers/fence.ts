// An old primary that comes back, or lives on, may not go on acknowledging.
import { broken, type Checker, held, unknown } from "./checker.ts";

export const fence: Checker = {
  id: "fence",
  summary: "An old primary acknowledges writes that count for nothing no longer than the fault allows.",
  check({ stale }) {
    // Nobody kept to the address of an old primary.
    if (stale === null) return undefined;
    const { windowMs, acknowledged, lost, objectiveMs } = stale;
    if (windowMs === null)
      return unknown("no client at the address of the old primary was told anything after the cure");
    if (acknowledged === 0) return held("no node acknowledged a write that counted for nothing");
    const counted = `${acknowledged} writes were acknowledged that counted for nothing, ${lost} are lost`;
    const sentence = `${counted}: over ${windowMs} ms, at most ${objectiveMs} ms are allowed`;
    return windowMs <= objectiveMs ? held(sentence) : broken(sentence);
  },
};
