// LIV006: replicas further behind than what may be lost.
import { type Answer, answersOf, sizeOf, spanOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

/** A replica confirms once a second, so that a healthy one is up to one second old. */
const CONFIRMS_EVERY_MS = 1_000;

interface Follower {
  readonly name: string;
  readonly behindMs: number;
  readonly behindBytes: number;
}

/** The primary's own list of its replicas: `slave0:ip=..,port=..,state=online,offset=..,lag=..`. */
function followersOf({ info }: Answer): readonly Follower[] {
  const head = Number(info.get("master_repl_offset"));
  return [...info].flatMap(([name, text]) => {
    if (!/^slave\d+$/.test(name)) return [];
    const fields = new Map(text.split(",").map((pair) => pair.split("=", 2) as [string, string]));
    if (fields.get("state") !== "online") return [];
    const lag = Number(fields.get("lag"));
    const behindBytes = head - Number(fields.get("offset"));
    if (!Number.isFinite(lag) || !Number.isFinite(behindBytes)) return [];
    return [
      {
        name: `${fields.get("ip") ?? "?"}:${fields.get("port") ?? "?"}`,
        behindMs: lag * 1_000,
        behindBytes,
      },
    ];
  });
}

export const liv006: Rule = {
  id: "LIV006",
  title: "a replica further behind than may be lost",
  severity: "warning",
  why:
    "Replication waits for nobody: what a replica lacks when the primary dies is lost when that replica " +
    "is promoted.",
  fix:
    "Find out what slows it down: the network, a slow command, a disk, too much load. Set " +
    "min-replicas-to-write and min-replicas-max-lag so that the primary stops taking writes before more " +
    "is at stake.",
  evidence: "follows from asynchronous replication; INFO's lag and offset",
  sees: ["live"],
  *check(facts) {
    const { rpoMs } = facts.policy;
    if (rpoMs === undefined) {
      if (facts.redis.some(({ live }) => live !== undefined))
        yield { needs: "--rpo: how much may be lost" };
      return;
    }
    for (const primary of answersOf(facts.redis).filter(({ isPrimary }) => isPrimary)) {
      const rate = primary.live.writeBytesPerSecond ?? 0;
      for (const { name, behindMs, behindBytes } of followersOf(primary)) {
        const place = { file: name, line: 0, column: 0 };
        const bound = `expected no more than ${spanOf(rpoMs)}`;
        if (behindMs > rpoMs + CONFIRMS_EVERY_MS) {
          yield {
            place,
            message: `Its last confirmation to ${primary.name} is ${spanOf(behindMs)} old; ${bound}`,
          };
        } else if (rate > 0 && behindBytes > (rate * rpoMs) / 1_000 && behindBytes > rate) {
          const message =
            `It is ${sizeOf(behindBytes)} behind ${primary.name}, which is ` +
            `${spanOf((behindBytes / rate) * 1_000)} of writes; ${bound}`;
          yield { place, message };
        }
      }
    }
  },
};
