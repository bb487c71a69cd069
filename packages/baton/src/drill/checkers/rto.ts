// How long writes were away, and whether the drill could tell.
import { broken, type Checker, held, type Judged, unknown } from "./checker.ts";

/** A drill whose own process stood still for longer cannot say when something happened. */
const STALL_MS_MAX = 500;
/** A machine that slept, or was moved, counts too little: its monotonic clock stands still meanwhile. */
const JUMP_MS_MAX = 500;
const PING_PERIOD_MS = 1_000;

/** Why the drill's times cannot be trusted; undefined where they can. */
function distrust({ stalledMs, clockJumpMs, backwards }: Judged): string | undefined {
  if (stalledMs > STALL_MS_MAX)
    return `the drill's own process stood still for ${Math.round(stalledMs)} ms`;
  if (Math.abs(clockJumpMs) > JUMP_MS_MAX)
    return `this machine's clock jumped by ${Math.round(clockJumpMs)} ms, as when it sleeps or is moved`;
  if (backwards > 0) return `${backwards} writes were answered before they were sent`;
  return undefined;
}

/** What a fault takes from the time that is promised for a crash, and why. */
function allowanceOf({ isSilent, endsWithinMs }: Judged): { readonly ms: number; readonly why: string } {
  // The rto is promised for a crash, whose connections are refused at once. Silence is noticed by the first
  // ping that stays unanswered, and Sentinel sends one a second.
  if (isSilent) return { ms: PING_PERIOD_MS, why: "one that falls silent" };
  return { ms: endsWithinMs, why: "one that ends in good order, and pauses writes before" };
}

export const rto: Checker = {
  id: "rto",
  summary: "Writes through the router are back within the rto.",
  check(judged) {
    const { measuredMs, objectiveMs, measures } = judged.rto;
    const doubt = distrust(judged);
    if (doubt !== undefined) return unknown(`${doubt}: its times cannot be trusted`);
    const [who, writes] =
      judged.isStock === true
        ? ["client that asks the Sentinels", "writes of clients that ask the Sentinels"]
        : ["client on the router", "writes through the router"];
    if (measuredMs === null) return broken(`at least one ${who} never wrote again`);
    const longest = measures === "longest-gap" ? "at the longest " : "";
    const away = `${writes} were away for ${longest}${measuredMs} ms`;
    if (judged.expects === "pause") return held(`${away}; before the cure none are promised`);
    const allowance = allowanceOf(judged);
    const allowedMs = objectiveMs + allowance.ms;
    const beside = allowance.ms > 0 ? ` for a crash, and ${allowedMs} ms for ${allowance.why}` : "";
    const sentence = `${away}, the objective is ${objectiveMs} ms${beside}`;
    return measuredMs <= allowedMs ? held(sentence) : broken(sentence);
  },
};
