// RED034: more lost by a restart than by a failover.
import type { RedisInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { changeTo } from "../changes.ts";
import type { Rule } from "../rule.ts";
import { everySetting, isYes, setting } from "../settings.ts";

export const red034: Rule = {
  id: "RED034",
  title: "a restart loses more than is allowed",
  severity: "warning",
  why:
    "With appendfsync no the kernel decides when writes reach the disk, about every 30 s; with " +
    "snapshots alone all since the last one is gone. A host that loses power comes back with that " +
    "state, as primary if it is quick.",
  fix: "Use appendonly yes with appendfsync everysec on all nodes.",
  evidence: "Documented behaviour of appendfsync and save.",
  sees: ["static", "live"],
  bad: {
    about: "Appended, but never synchronised.",
    files: { "redis.conf": "appendonly yes\nappendfsync no\n" },
  },
  good: {
    about: "A line without effect, as nothing is appended.",
    files: { "redis.conf": "appendonly no\nappendfsync no\n" },
  },
  *check(facts) {
    for (const node of facts.redis) {
      const appends = isYes(setting(node, "appendonly"));
      const draft = appends === true ? unsynchronised(node) : undefined;
      const late = appends === false ? tooSeldom(node, facts.policy.rpoMs) : undefined;
      if (draft !== undefined) yield draft;
      if (late !== undefined) yield late;
    }
  },
};

function unsynchronised(node: RedisInstance): Draft | undefined {
  const found = setting(node, "appendfsync");
  if (found === undefined || found.isUnknown || found.text !== "no") return undefined;
  return {
    place: found.place,
    message: "appendfsync is no; expected everysec.",
    ...changeTo(node, "appendfsync", found, "everysec"),
  };
}

function tooSeldom(node: RedisInstance, rpoMs: number | undefined): Draft | undefined {
  const lines = everySetting(node, "save");
  if (rpoMs === undefined || lines.some(({ isUnknown }) => isUnknown)) return undefined;
  // An empty save takes back the points before it.
  const from = lines.findLastIndex(({ text }) => text === "") + 1;
  const counted = lines.slice(from);
  const seconds = counted.flatMap(({ words }) =>
    words.filter((_, index) => index % 2 === 0).map(({ text }) => Number(text)),
  );
  const longest = Math.max(...seconds);
  const [first] = counted;
  if (first === undefined || !Number.isFinite(longest) || longest * 1000 <= rpoMs) return undefined;
  return {
    place: first.place,
    message:
      `Only snapshots are kept, after up to ${String(longest)} s with few writes; ` +
      `no more than ${String(rpoMs / 1000)} s of writes may be lost.`,
  };
}
