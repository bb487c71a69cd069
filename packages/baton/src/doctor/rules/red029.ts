// RED029: a file that will change the node's role at the next restart.
import type { RedisInstance } from "../facts.ts";
import { answersOf, upstreamOf } from "../live/answers.ts";
import { placeOf, primaryOf } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { type Setting, setting } from "../settings.ts";

/** What follows from a cluster file says how a new cluster begins; its roles are nobody's any more. */
const RENDERED = /\.ya?ml\//i;

function writtenRole({ config, version }: RedisInstance): Setting | undefined {
  if (config === undefined || config.isTemplate || RENDERED.test(config.file)) return undefined;
  const found = setting({ config, ...(version && { version }) }, "replicaof");
  return found === undefined || found.isUnknown ? undefined : found;
}

export const red029: Rule = {
  id: "RED029",
  title: "the role in the file is not the role that the node has",
  severity: "error",
  why:
    "At the next restart the node is what its file says: a second primary that takes writes for 10 " +
    "s and more, or a replica of a node that is dead or a replica itself.",
  fix:
    "CONFIG REWRITE on that node, which writes down what is true now; and nothing else may write " +
    "that file.",
  evidence:
    "measured: a role that was not written down was lost at the restart, 24.8 s without a primary",
  sees: ["live"],
  *check(facts) {
    for (const answer of answersOf(facts.redis)) {
      const { node, isPrimary, name } = answer;
      const written = writtenRole(node);
      if (written === undefined) continue;
      const { live: _live, ...atRest } = node;
      const target = primaryOf(atRest);
      const file =
        target === undefined ? "a primary" : `a replica of ${target.address}:${String(target.port)}`;
      const runs = isPrimary ? "a primary" : `a replica of ${upstreamOf(answer)}`;
      if (file === runs) continue;
      const place = written.origin === "file" ? written.place : placeOf(node);
      yield {
        place,
        message: `The file makes this node ${file}, and ${name} is ${runs}; expected the same`,
      };
    }
  },
};
