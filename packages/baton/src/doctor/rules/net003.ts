// NET003: a firewall between Sentinels and nodes.
import { lets, openingsOf } from "../firewalls.ts";
import { sentinelAddresses } from "../members.ts";
import type { Rule } from "../rule.ts";

const firewall = (sources: string): string =>
  "- hosts: redis\n  tasks:\n    - name: Open Redis\n      community.general.ufw:\n" +
  `        rule: allow\n        port: "6379"\n        src: "{{ item }}"\n      loop: ` +
  `[${sources}]\n`;
const inventory =
  "[redis]\nr1 ansible_host=10.0.1.1\n[sentinels]\ns1 ansible_host=10.0.2.1\ns2 ansible_host=10.0.2.2\n";

export const net003: Rule = {
  id: "NET003",
  title: "firewall keeps Sentinels from Redis",
  severity: "error",
  why:
    "A Sentinel that cannot reach a node counts it as down, learns no replicas from it, " +
    "and cannot promote it. A " +
    "majority of such Sentinels fails a healthy primary over, or nothing at all.",
  fix: "Let every Sentinel reach the Redis port of every node, and applications both ports.",
  evidence: "follows from Sentinel's pings and INFO; measured for Sentinels that see nothing",
  sees: ["static"],
  bad: {
    about: "The nodes are reached from each other's network only.",
    files: { "site.yml": firewall("10.0.1.0/24"), "hosts.ini": inventory },
  },
  good: {
    about: "And from the Sentinels'.",
    files: { "site.yml": firewall("10.0.1.0/24, 10.0.2.0/24"), "hosts.ini": inventory },
  },
  *check(facts) {
    for (const opening of openingsOf(facts, 6379)) {
      const shut = sentinelAddresses(facts, opening.place.file).filter(
        (address) => !lets(opening, address),
      );
      if (opening.isWhole && shut.length > 0) {
        yield {
          place: opening.place,
          message:
            `${opening.firewall} opens port 6379, and not for the Sentinels ` +
            `${shut.slice(0, 4).join(", ")}; expected all of them.`,
        };
      }
    }
  },
};
