// OS005: machines whose clocks are not the same.
import { nameOf, placeAt, spanOf } from "../live/answers.ts";
import type { LiveRedis, LiveSentinel } from "../facts.ts";
import type { Rule } from "../rule.ts";

const DIFFERENCE_MAX_MS = 500;

function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

export const os005: Rule = {
  id: "OS005",
  title: "clocks that differ between machines",
  severity: "warning",
  why:
    "A clock that is set by a step of more than 2 s puts Sentinel into TILT: 30 s without a failover, " +
    "and with a short down-after perhaps none at all. Keys expire at different times, and logs of one " +
    "event cannot be compared.",
  fix: "Run chrony or systemd-timesyncd on every machine, and let it slew (makestep only at the start).",
  evidence: "Sentinel's source: a step of more than 2 s, or backwards, is a TILT of 30 s",
  sees: ["live"],
  *check(facts) {
    const lives = [...facts.sentinels, ...facts.redis].flatMap(
      ({ live }): (LiveRedis | LiveSentinel)[] => (live === undefined ? [] : [live]),
    );
    const clocks = lives.flatMap((live) => (live.clock === undefined ? [] : [{ live, ...live.clock }]));
    // Whoever asks may have the wrong time itself; most of the others have not.
    const usual = middle(clocks.map(({ aheadMs }) => aheadMs));
    const told = new Set<string>();
    for (const { live, aheadMs, uncertaintyMs } of clocks) {
      const difference = aheadMs - usual;
      if (Math.abs(difference) - uncertaintyMs <= DIFFERENCE_MAX_MS || told.has(live.address)) continue;
      // One machine, however many processes.
      told.add(live.address);
      const where = difference > 0 ? "ahead of" : "behind";
      const found = `The clock of ${nameOf(live)} is ${spanOf(Math.abs(difference))} ${where} most others`;
      yield { place: placeAt(live), message: `${found}; expected less than 500 ms` };
    }
  },
};
