// What applications say, as a person sees it: with the time since the last failure, and not all of it.
import { nowMs } from "./wait.mjs";

/** Of what one application said in one step. */
const SHOWN_LINES = 6;

export function openScreen(say) {
  const counts = new Map();
  const moves = new Map();
  let step = "start";
  let fromMs = nowMs();
  /** While nobody knows yet when exactly it happened. */
  let waiting;
  const print = ({ who, line, atMs }) => {
    say(`  ${((atMs - fromMs) / 1_000).toFixed(2).padStart(6)} s  ${who}: ${line}`);
  };
  return {
    hear(who, line) {
      // A program that is started again and again says again and again where it writes to.
      const isSame = line.startsWith("writes to ") && moves.get(who) === line;
      if (line.startsWith("writes to ")) moves.set(who, line);
      if (line.startsWith("done ") || isSame) return;
      const count = (counts.get(`${step} ${who}`) ?? 0) + 1;
      counts.set(`${step} ${who}`, count);
      if (count > SHOWN_LINES) return;
      const told = { who, line, atMs: nowMs() };
      if (waiting === undefined) print(told);
      else waiting.push(told);
    },
    begin(name) {
      step = name;
      waiting = [];
    },
    happened(atMs) {
      fromMs = atMs;
      for (const told of waiting) print(told);
      waiting = undefined;
    },
  };
}
