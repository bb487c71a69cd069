// RED012: a server that could not remember its role.
import { answersOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

export const red012: Rule = {
  id: "RED012",
  title: "Redis runs without a configuration file",
  severity: "error",
  why:
    "Sentinel writes a new role down by CONFIG REWRITE, which fails without a file. After a restart " +
    "a promoted node is again what its command line says: a replica of a dead one, or a second " +
    "primary.",
  fix:
    "Start it with a file of its own in a directory that it may write to: redis-server " +
    "/etc/redis/redis.conf.",
  evidence:
    "measured: a role that could not be written was gone after the restart, 24.8 s without a primary",
  sees: ["live"],
  *check(facts) {
    const watched = new Set(facts.groups.flatMap(({ nodes }) => nodes));
    for (const { node, info, place } of answersOf(facts.redis)) {
      if (!watched.has(node) || info.get("config_file") !== "") continue;
      yield {
        place,
        message: "INFO names no config_file, so CONFIG REWRITE fails; expected a file for its role",
      };
    }
  },
};
