// CLI001: a client that is told the primary's address instead of asking Sentinel for it.
import { isMonitored, nodeAt, onlyInspects, shown, usesOf } from "../clients.ts";
import type { ClientFile, ClientUse } from "../facts-clients.ts";
import type { Facts, Group } from "../facts.ts";
import type { Rule } from "../rule.ts";

const sentinel = "port 26379\nsentinel monitor main 10.0.0.1 6379 2\n";

export const cli001: Rule = {
  id: "CLI001",
  title: "fixed address of a node instead of Sentinel",
  severity: "error",
  why:
    "After a failover nothing tells this client that the primary is another one. It " +
    "fails for as long as the old one " +
    "is away, and when that comes back, writes to it until Sentinel demotes it; all " +
    "those writes are thrown away.",
  fix:
    "Ask Sentinel for the primary, or connect to an endpoint that follows it, such as " +
    "Baton's router.",
  evidence:
    "Measured with a fixed address: never recovers, 517 acknowledged writes lost after a restart.",
  sees: ["static"],
  bad: {
    about: "The address is the one that Sentinel watches.",
    files: {
      "h1/sentinel.conf": sentinel,
      "app/store.py":
        'import redis\n\nstore = redis.Redis(host="10.0.0.1", port=6379)\nstore.set("a", 1)\n',
    },
  },
  good: {
    about: "A cache of its own that no Sentinel watches.",
    files: {
      "h1/sentinel.conf": sentinel,
      "app/store.py":
        'import redis\n\nstore = redis.Redis(host="10.0.0.9", port=6379)\nstore.set("a", 1)\n',
    },
  },
  *check(facts) {
    for (const file of facts.clients) {
      const fixed = fixedUses(facts, file);
      // A tool that goes through all nodes names each of them, and means to.
      const addresses = new Set(fixed.map(({ address }) => address));
      if (addresses.size > 1) continue;
      for (const { use, address, group } of fixed) {
        if (onlyInspects(use)) continue;
        const what = `${use.api} connects to ${address}, a node of group ${group.name},`;
        yield {
          place: use.address?.place ?? use.place,
          message: `${what} instead of asking Sentinel for the primary.`,
        };
      }
    }
    for (const { use } of usesOf(facts)) {
      if (
        use.follows === "address" &&
        use.isWhole &&
        use.address?.value === undefined &&
        facts.groups.length > 0
      )
        yield {
          needs: `the address that ${use.place.file} line ${String(use.place.line)} uses`,
        };
    }
  },
};

interface Fixed {
  readonly use: ClientUse;
  readonly address: string;
  readonly group: Group;
}

function fixedUses(facts: Facts, file: ClientFile): readonly Fixed[] {
  return file.uses.flatMap((use): readonly Fixed[] => {
    const at = use.follows === "address" ? use.address?.value : undefined;
    if (at === undefined) return [];
    const group = isMonitored(facts, at) ?? nodeAt(facts, at)?.group;
    return group === undefined ? [] : [{ use, address: shown(at), group }];
  });
}
