// CLI004: a client that stays with a node which refuses writes.
import { recordOf, resolve, type Value } from "../code/program.ts";
import { groupOf, says, usesOf } from "../clients.ts";
import type { ClientFile, ClientUse } from "../facts-clients.ts";
import type { Facts } from "../facts.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { integerOf, setting } from "../settings.ts";

const options = 'sentinels: [{ host: "s1", port: 26379 }, { host: "s2", port: 26379 }], name: "main"';

export const cli004: Rule = {
  id: "CLI004",
  title: "NOREPLICAS and its like are no reason to ask Sentinel again",
  severity: "error",
  why:
    "A primary that was replaced or cut off answers READONLY, NOREPLICAS, MASTERDOWN or " +
    "LOADING over a connection that " +
    "is fine. A client that only reconnects when a connection breaks shows these errors " +
    "until Sentinel demotes the old " +
    "primary.",
  fix: "Take each of the four as a lost connection: drop it, ask Sentinel, connect anew.",
  evidence:
    "Measured: 11 s and some 200 NOREPLICAS errors instead of 1.3 s and 2, in nearly all libraries.",
  sees: ["static"],
  bad: {
    about: "Only READONLY makes ioredis reconnect.",
    files: {
      "app/redis.ts": `import Redis from "ioredis";
export const redis = new Redis({
  ${options},
  commandTimeout: 500,
  reconnectOnError: (error) => error.message.startsWith("READONLY"),
});
`,
    },
  },
  good: {
    about: "All four do.",
    files: {
      "app/redis.ts": `import Redis from "ioredis";
export const redis = new Redis({
  ${options},
  commandTimeout: 500,
  reconnectOnError: (error) => /^(READONLY|NOREPLICAS|MASTERDOWN|LOADING)/.test(error.message),
});
`,
    },
  },
  *check(facts) {
    for (const { use, file } of usesOf(facts)) {
      const draft = use.library === "ioredis" ? ofIoredis(use, file) : undefined;
      if (draft !== undefined) yield { ...draft, severity: severityFor(facts, use) };
    }
    for (const file of facts.clients) {
      const first = file.uses.find((use) => use.follows === "sentinel") ?? file.uses[0];
      const isSentinel = first?.follows === "sentinel" || file.lookups.length > 0;
      if (first === undefined || !isSentinel || first.library === "ioredis") continue;
      const found = file.program.texts.find(({ text }) => /\bREADONLY\b/.test(text));
      if (found === undefined || says(file, /\bNOREPLICAS\b/)) continue;
      const message = "This file reacts to READONLY, and nowhere to NOREPLICAS.";
      yield { place: found.place, message, severity: severityFor(facts, first) };
    }
  },
};

/** `failoverDetector` leaves the old primary by itself, and NOREPLICAS by name somewhere is a plan. */
function ofIoredis(use: ClientUse, file: ClientFile): Draft | undefined {
  if (use.follows !== "sentinel" || use.role === "replica" || says(file, /\bNOREPLICAS\b/))
    return undefined;
  const values = optionsOf(use, file);
  const detector = values?.get("failoverDetector");
  if (values === undefined || (detector && resolve(file.program, detector).kind !== "boolean"))
    return undefined;
  const known = detector && resolve(file.program, detector);
  if (known?.kind === "boolean" && known.isTrue) return undefined;
  const given = values.get("reconnectOnError");
  const answer = given && resolve(file.program, given);
  if (answer === undefined)
    return use.isWhole
      ? {
          place: use.place,
          message: "ioredis has no reconnectOnError here, and stays with a node that says NOREPLICAS.",
        }
      : undefined;
  return answer.kind === "function" && answer.texts.some((text) => /READONLY/.test(text))
    ? { place: answer.place, message: "reconnectOnError knows READONLY and not NOREPLICAS." }
    : undefined;
}

function optionsOf(
  { made }: ClientUse,
  { program }: ClientFile,
): ReadonlyMap<string, Value> | undefined {
  const records = made.arguments.map((value) => recordOf(program, value));
  return records.find((record) => record !== undefined)?.values;
}

/** Only nodes with min-replicas-to-write ever say NOREPLICAS. */
function severityFor(facts: Facts, use: ClientUse): "error" | "warning" {
  const nodes = groupOf(facts, use)?.nodes ?? [];
  const needed = nodes.map((node) => integerOf(setting(node, "min-replicas-to-write")) ?? 0);
  return needed.some((count) => count > 0) ? "error" : "warning";
}
