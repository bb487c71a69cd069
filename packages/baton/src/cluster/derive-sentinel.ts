// The rules for Sentinel's own timings: how long a failure may go unnoticed, and who must agree on it.
import { formatDuration, spokenDuration } from "./duration.ts";
import { counted } from "./text.ts";
import { choose, derived, type Facts, prose } from "./timing.ts";
import type { Derived } from "./types.ts";

/**
 * Worst measured time from "the primary is silent for down-after" to the first write through the router.
 */
const FAILOVER_MS = 1200;
/** The same after an attempt that failed, for clients that follow Sentinel themselves. */
const SECOND_ATTEMPT_MS = 1500;
/**
 * At 1000 ms one command of 2.5 s has replaced a healthy primary; a shorter down-after would do it all
 * the time.
 */
const DOWN_AFTER_MS_MIN = 1000;
const DOWN_AFTER_MS_MAX = 30_000;
const DOWN_AFTER_STEP_MS = 100;
/** Below 3 s Sentinel aborts promotions that are only slow; 5 s leaves room for a loaded host. */
const FAILOVER_TIMEOUT_MS_MIN = 5000;
const FAILOVER_TIMEOUT_MS_MAX = 30_000;
const TILT_PERIOD_MS_DEFAULT = 30_000;
const RTO_MS_MIN = DOWN_AFTER_MS_MIN + FAILOVER_MS;

function checkDownAfter({ cluster, refuse }: Facts): void {
  const { rtoMs } = cluster.objectives;
  const set = cluster.overrides.downAfterMs;
  const rto = formatDuration(rtoMs);
  const failover = spokenDuration(FAILOVER_MS);
  if (rtoMs < RTO_MS_MIN) {
    const sentence = prose(
      `An rto of ${rto} is not possible; the smallest is ${formatDuration(RTO_MS_MIN)}:`,
      `a crash is noticed after ${spokenDuration(DOWN_AFTER_MS_MIN)} at the earliest,`,
      `and the failover itself takes up to ${failover}`,
    );
    refuse(["objectives", "rto"], sentence);
  } else if (set !== undefined && set > rtoMs - FAILOVER_MS) {
    const sentence = prose(
      `A down-after of ${formatDuration(set)} breaks the rto of ${rto};`,
      `the largest is ${formatDuration(rtoMs - FAILOVER_MS)}:`,
      `the failover itself takes up to ${failover} more`,
    );
    refuse(["sentinel", "downAfter"], sentence);
  }
}

export function downAfter(facts: Facts): Derived {
  checkDownAfter(facts);
  const { objectives, overrides } = facts.cluster;
  const rto = formatDuration(objectives.rtoMs);
  const room = Math.floor((objectives.rtoMs - FAILOVER_MS) / DOWN_AFTER_STEP_MS) * DOWN_AFTER_STEP_MS;
  const value = Math.min(DOWN_AFTER_MS_MAX, Math.max(DOWN_AFTER_MS_MIN, room));
  return choose(overrides.downAfterMs, value, " ms", (ms) => {
    const isAtLimit = ms >= DOWN_AFTER_MS_MAX;
    return prose(
      "A crash is noticed after this long, and writes flow through the router at most",
      `${spokenDuration(FAILOVER_MS)} later:`,
      `${spokenDuration(ms + FAILOVER_MS)} in all, for an rto of ${rto}.`,
      isAtLimit ? "" : "A shorter one would replace a healthy primary over one slow command.",
    );
  });
}

export function failoverTimeout({ cluster }: Facts, downAfterMs: number): Derived {
  const value = Math.min(FAILOVER_TIMEOUT_MS_MAX, Math.max(FAILOVER_TIMEOUT_MS_MIN, 2 * downAfterMs));
  return choose(cluster.overrides.failoverTimeoutMs, value, " ms", (ms) => {
    const worstMs = downAfterMs + 2 * ms + SECOND_ATTEMPT_MS;
    const isBeyond = worstMs > cluster.objectives.rtoMs;
    return prose(
      "A failover that fails is tried again after twice this: with one failed attempt writes are away",
      `for up to ${spokenDuration(worstMs)}`,
      `(down-after + 2 x failover-timeout + ${spokenDuration(SECOND_ATTEMPT_MS)})`,
      isBeyond ? "- more than the rto, which is about the first attempt." : "- still within the rto.",
      "A shorter one would abort promotions that are only slow.",
    );
  });
}

export function parallelSyncs({ cluster }: Facts): Derived {
  return choose(cluster.overrides.parallelSyncs, 1, "", (count) => {
    return prose(
      "After a failover, replicas are pointed at the new primary",
      `${count === 1 ? "one" : count} at a time:`,
      "one that has to load a whole copy answers no reads meanwhile, and the others do.",
    );
  });
}

export function quorum({ cluster, sentinels, refuse }: Facts): Derived {
  const majority = Math.floor(sentinels / 2) + 1;
  const set = cluster.overrides.quorum;
  const expected = majority === 2 ? "Expected 2" : `Expected 2 to ${majority}`;
  if (set !== undefined && set < 2) {
    const why = "one Sentinel with a broken network would replace a healthy primary";
    refuse(["sentinel", "quorum"], `${expected}, found ${set}: ${why}`);
  } else if (set !== undefined && set > majority) {
    const spare = counted(sentinels - set + 1, "Sentinel");
    const why =
      set > sentinels
        ? `there are only ${sentinels} Sentinels`
        : `the loss of ${spare} of ${sentinels} would stop every failover`;
    refuse(["sentinel", "quorum"], `${expected}, found ${set}: ${why}`);
  }
  return choose(set, majority, "", (votes) => {
    return prose(
      `${votes} of ${sentinels} Sentinels must find the primary down before one asks to be elected:`,
      "one with a broken network does not replace a healthy primary, and the loss of",
      `${counted(sentinels - majority, "Sentinel")} stops no failover.`,
      votes === majority ? "" : `The election needs ${majority} votes in any case.`,
    );
  });
}

/**
 * Sentinel promotes no replica whose link was already down for more than 10 x down-after when the
 * failure was noticed, and a Sentinel in TILT notices nothing: with the default of 30 s, a down-after up
 * to 3 s can mean no failover, ever.
 */
export function tiltPeriod(downAfterMs: number): Derived {
  const value = Math.min(TILT_PERIOD_MS_DEFAULT, 5 * downAfterMs);
  const reason = prose(
    "A Sentinel whose clock jumped stands aside this long (TILT;",
    `${spokenDuration(TILT_PERIOD_MS_DEFAULT)} by default).`,
    `A crash that is found more than 10 x down-after (${spokenDuration(10 * downAfterMs)})`,
    "after it happened is never failed over, so this must be well below.",
    "A Sentinel forgets it when it restarts; the agent sets it again.",
  );
  return derived(value, reason);
}

/**
 * From so many groups on Sentinels are asked to be less busy: each sends an INFO to every node of every
 * group in each info-period, and tells what it knows through every one of these nodes in each publish-period.
 */
const GROUPS_AT_FULL_PACE = 250;
const INFO_PERIOD_MS = 1000;
/** Sentinel promotes no replica whose last INFO is older than 5 s. */
const INFO_PERIOD_MS_MAX = 4000;
const PUBLISH_PERIOD_MS = 500;
/** Sentinel's own. */
const PUBLISH_PERIOD_MS_MAX = 2000;

function paced(groups: number, ms: number, msMax: number): number {
  return Math.min(msMax, Math.ceil(ms * Math.max(1, groups / GROUPS_AT_FULL_PACE)));
}

export function infoPeriod({ cluster }: Facts): Derived {
  const groups = cluster.groups.length;
  const reason = prose(
    "Sentinels ask every node for its role and its replicas this often (10 s by default),",
    "so that they judge by what is true now.",
    groups > GROUPS_AT_FULL_PACE
      ? `With ${groups} groups more often would be too much of one process; in a failover it is every second.`
      : "",
    "Set again by the agent, like tilt-period.",
  );
  return derived(paced(groups, INFO_PERIOD_MS, INFO_PERIOD_MS_MAX), reason);
}

export function publishPeriod({ cluster }: Facts): Derived {
  const groups = cluster.groups.length;
  const reason =
    groups > GROUPS_AT_FULL_PACE
      ? prose(
          "Sentinels tell each other what they know this often (2 s by default), through every node of",
          `${groups} groups. Agents make an old primary that returns a replica without waiting for that;`,
          "where none runs it takes up to 10 s.",
        )
      : prose(
          "Sentinels tell each other what they know this often (2 s by default):",
          "together with info-period, an old primary that returns is made a replica",
          "after about 2.2 s instead of 10 s.",
        );
  return derived(paced(groups, PUBLISH_PERIOD_MS, PUBLISH_PERIOD_MS_MAX), reason);
}
