// The rules for min-replicas: they bound what a primary that is cut off acknowledges before it stops by
// itself.
import { formatDuration, formatRpo } from "./duration.ts";
import { counted } from "./text.ts";
import { choose, type Facts, prose } from "./timing.ts";
import type { Derived } from "./types.ts";
import type { Path } from "./yaml-source.ts";

/**
 * Replicas report to their primary once a second: with a max-lag of 1 s writes would stop every now and
 * then.
 */
const MAX_LAG_SECONDS_MIN = 2;
const MAX_LAG_SECONDS_MAX = 10;
/**
 * Redis counts whole seconds: measured, a max-lag of 3 s stops acknowledgements after 3.91 s, one of 10
 * s after 10.96 s.
 */
const MARGIN_SECONDS = 1;
const RPO_MS_MIN = (MAX_LAG_SECONDS_MIN + MARGIN_SECONDS) * 1000;
/** With fewer replicas, asking for one would stop all writes whenever it is away. */
const REPLICAS_MIN = 2;

function checkReplicas({ cluster, group, replicas, refuse }: Facts): void {
  const { rpo } = cluster.objectives;
  const set = cluster.overrides.minReplicasToWrite;
  const path: Path = ["redis", "minReplicasToWrite"];
  const has = `group ${group.name} has ${counted(replicas, "replica")}`;
  const most = Math.max(0, replicas - 1);
  if (rpo.kind === "bounded" && replicas < REPLICAS_MIN) {
    const sentence = prose(
      `An rpo of ${formatRpo(rpo)} needs ${REPLICAS_MIN} replicas, and ${has}:`,
      "a primary that is cut off stops only where it needs a replica in touch,",
      'and the loss of a single one would stop all writes; add a replica or write "rpo: none"',
    );
    refuse(["objectives", "rpo"], sentence);
  } else if (set === 0 && rpo.kind === "bounded") {
    const sentence = prose(
      `0 breaks the rpo of ${formatRpo(rpo)}:`,
      "a primary that is cut off would acknowledge writes without end;",
      'leave this key out or write "rpo: none"',
    );
    refuse(path, sentence);
  }
  if (set !== undefined && set > most) {
    const sentence = prose(
      `Expected at most ${most}, found ${set}: ${has} and one less after a failover,`,
      "so a new primary would refuse all writes until the old one is back",
    );
    refuse(path, sentence);
  }
}

export function minReplicasToWrite(facts: Facts): Derived {
  checkReplicas(facts);
  const { cluster, replicas } = facts;
  const value = replicas >= REPLICAS_MIN ? 1 : 0;
  return choose(cluster.overrides.minReplicasToWrite, value, "", (count) => {
    if (count > 0) {
      return prose(
        `A primary takes writes only while it is in touch with ${counted(count, "replica")}:`,
        "one that is cut off, or returns after a failover, stops by itself",
        "instead of acknowledging writes that get lost.",
        `One that is cut off together with ${count === 1 ? "a replica" : `${count} replicas`} goes on.`,
      );
    }
    return prose(
      "A primary that is cut off goes on acknowledging writes that get lost.",
      replicas < REPLICAS_MIN
        ? "With one replica, asking for it would stop all writes whenever it is away."
        : "",
    );
  });
}

export function minReplicasMaxLag({ cluster, refuse }: Facts, neededReplicas: number): Derived {
  const { rpo } = cluster.objectives;
  const set = cluster.overrides.minReplicasMaxLagSeconds;
  const largest = rpo.kind === "none" ? MAX_LAG_SECONDS_MAX : Math.floor(rpo.ms / 1000) - MARGIN_SECONDS;
  if (rpo.kind === "bounded" && rpo.ms < RPO_MS_MIN) {
    const sentence = prose(
      `An rpo of ${formatRpo(rpo)} is not possible with asynchronous replication;`,
      `the smallest is ${formatDuration(RPO_MS_MIN)}:`,
      "replicas report once a second, so a primary can miss them",
      `after ${MAX_LAG_SECONDS_MIN} s at the earliest, and goes on for ${MARGIN_SECONDS} s more.`,
      'Less needs replicated writes: "durability: replicated" of the router',
    );
    refuse(["objectives", "rpo"], sentence);
  } else if (rpo.kind === "bounded" && set !== undefined && set > largest) {
    const sentence = prose(
      `A max-lag of ${set}s breaks the rpo of ${formatRpo(rpo)}; the largest is ${largest}s:`,
      `a primary goes on for ${MARGIN_SECONDS} s more`,
    );
    refuse(["redis", "minReplicasMaxLag"], sentence);
  }
  const value = Math.min(MAX_LAG_SECONDS_MAX, Math.max(MAX_LAG_SECONDS_MIN, largest));
  return choose(set, value, " s", (seconds) => {
    if (neededReplicas === 0) return "Without effect while min-replicas-to-write is 0.";
    return prose(
      "A primary that loses touch with its replicas goes on",
      `for up to ${seconds} s + ${MARGIN_SECONDS} s, and what it acknowledges then can get lost:`,
      rpo.kind === "none" ? "there is no rpo to keep." : `within the rpo of ${formatRpo(rpo)}.`,
    );
  });
}
