// RED021: a replica that empties itself before it has anything new.
import { changeTo } from "../changes.ts";
import type { Rule } from "../rule.ts";
import { setting } from "../settings.ts";

/** Valkey's name, and Redis' own for the same. */
const FLUSHING = ["flush-before-load", "flushdb"];

export const red021: Rule = {
  id: "RED021",
  title: "a replica that flushes its data before a full synchronisation has arrived",
  severity: "warning",
  why:
    "With this mode a replica throws its data away and then loads from the socket. When the primary " +
    "dies in the middle, an empty node is left as a candidate, and Sentinel does not look at how " +
    "much data it has.",
  fix: "Set repl-diskless-load disabled, or on-empty-db; swapdb keeps the old data until the new is whole.",
  evidence: "redis#14596 (flushdb), and Valkey's flush-before-load; 7.0 knows neither.",
  sees: ["static", "live"],
  bad: {
    about: "Valkey's way of saving memory.",
    files: { "valkey.conf": "replicaof 10.0.0.1 6379\nrepl-diskless-load flush-before-load\n" },
  },
  good: {
    about: "Diskless, but with the old data kept.",
    files: { "valkey.conf": "replicaof 10.0.0.1 6379\nrepl-diskless-load swapdb\n" },
  },
  *check(facts) {
    for (const node of facts.redis) {
      const found = setting(node, "repl-diskless-load");
      if (found === undefined || found.isUnknown || !FLUSHING.includes(found.text)) continue;
      yield {
        place: found.place,
        message: `repl-diskless-load is ${found.text}; expected disabled, on-empty-db or swapdb.`,
        ...changeTo(node, "repl-diskless-load", found, "on-empty-db"),
      };
    }
  },
};
