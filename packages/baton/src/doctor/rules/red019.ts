// RED019: replicas that are cut off in the middle of their first synchronisation.
import { everySetting } from "../settings.ts";
import { bytesOf } from "../settings.ts";
import type { RedisInstance, Word } from "../facts.ts";
import type { Rule } from "../rule.ts";

/** Redis' own: a hard limit, and a soft one for 60 s. */
const HARD_BYTES = 256 * 1024 * 1024;
const SOFT_BYTES = 64 * 1024 * 1024;

export const red019: Rule = {
  id: "RED019",
  title: "output buffer for replicas smaller than Redis' own default",
  severity: "warning",
  why:
    "While a replica loads a snapshot, the primary keeps all new writes for it in this buffer. When " +
    "it overflows, the link is cut and all begins again: the replica may never become synchronised, " +
    "and Sentinel may still promote it.",
  fix:
    "Use client-output-buffer-limit replica 256mb 64mb 60 or more, up to the writes of a full " +
    "synchronisation.",
  evidence: "redis#13533 has an election of a replica that was never synchronised.",
  sees: ["static", "live"],
  bad: {
    about: "Two megabytes are a short burst of writes.",
    files: { "redis.conf": "client-output-buffer-limit replica 2mb 1mb 10\n" },
  },
  good: {
    about: "0 is no limit at all, and the small one is that of other clients.",
    files: {
      "redis.conf":
        "client-output-buffer-limit pubsub 2mb 1mb 10\nclient-output-buffer-limit slave 0 0 0\n",
    },
  },
  *check(facts) {
    for (const node of facts.redis) {
      const found = limitsOf(node).at(-1);
      if (found === undefined) continue;
      const { hard, soft } = found;
      const hardBytes = bytesOf(hard.text) ?? 0;
      const softBytes = bytesOf(soft.text) ?? 0;
      const isHardSmall = hardBytes > 0 && hardBytes < HARD_BYTES;
      const isSoftSmall = softBytes > 0 && softBytes < SOFT_BYTES;
      if (!isHardSmall && !isSoftSmall) continue;
      yield {
        place: hard.place,
        message:
          `Replicas may lag by ${hard.text} (${soft.text} for longer) until they are cut off; Redis' ` +
          `default is 256mb (64mb).`,
      };
    }
  },
};

/** A line may name several classes, each with three figures. */
function limitsOf(node: RedisInstance): readonly { readonly hard: Word; readonly soft: Word }[] {
  return everySetting(node, "client-output-buffer-limit").flatMap(({ words, isUnknown }) => {
    if (isUnknown) return [];
    return words.flatMap(({ text }, index) => {
      const [hard, soft] = [words[index + 1], words[index + 2]];
      const isReplicas = index % 4 === 0 && /^(?:replica|slave)$/i.test(text);
      return isReplicas && hard !== undefined && soft !== undefined ? [{ hard, soft }] : [];
    });
  });
}
