// SEN044: Sentinels of different versions, or older than what they watch.
import { compareVersions } from "../values.ts";
import { nameOf, placeAt } from "../live/answers.ts";
import type { RedisInstance, SentinelInstance, Version } from "../facts.ts";
import type { Rule } from "../rule.ts";

type Versioned = (RedisInstance | SentinelInstance) & { readonly version: Version };

/** Those that said so themselves. */
function answered<T extends RedisInstance | SentinelInstance>(
  all: readonly T[],
): readonly (T & Versioned)[] {
  return all.filter(
    (one): one is T & Versioned => one.live?.info !== undefined && one.version !== undefined,
  );
}

function shown({ family, numbers }: Version): string {
  return `${family} ${numbers.join(".")}`;
}

/** Patches of one version speak alike. */
function branch({ numbers }: Version): readonly number[] {
  return numbers.slice(0, 2);
}

export const sen044: Rule = {
  id: "SEN044",
  title: "Sentinels of different versions, or older than the servers",
  severity: "warning",
  why:
    "Each writes sentinel.conf and reads INFO in the words of its own version: on the way back an older " +
    "one stops at a line that a newer one wrote, and a server may have renamed what it looks for.",
  fix: "Upgrade one Sentinel after the other, then the replicas, then the primary; do not stop half way.",
  evidence: "Valkey writes primary-... lines that Redis cannot read",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      const sentinels = answered(group.sentinels);
      const servers = answered(group.nodes);
      const newest = sentinels
        .toSorted((a, b) => compareVersions(b.version.numbers, a.version.numbers))
        .at(0);
      for (const { version, live } of sentinels) {
        if (newest === undefined || live === undefined) continue;
        const place = placeAt(live);
        const isOdd =
          version.family !== newest.version.family ||
          compareVersions(branch(version), branch(newest.version)) !== 0;
        const newer = servers.find(
          (server) =>
            server.version.family === version.family && version.numbers[0] < server.version.numbers[0],
        );
        if (isOdd) {
          const found = `It is ${shown(version)}, and others are ${shown(newest.version)}`;
          yield { place, message: `${found}; expected one version` };
        } else if (newer?.live !== undefined) {
          const found = `It is ${shown(version)}, and ${nameOf(newer.live)} is ${shown(newer.version)}`;
          yield { place, message: `${found}; expected no older Sentinel` };
        }
      }
    }
  },
};
