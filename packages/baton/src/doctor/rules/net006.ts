// NET006: replication between sites, in plain text.
import type { Facts } from "../facts.ts";
import type { InventoryHost } from "../facts-infrastructure.ts";
import type { Rule } from "../rule.ts";
import { isYes, setting } from "../settings.ts";

const inventory =
  "[redis]\nr1 ansible_host=10.0.0.1 datacenter=gra\nr2 ansible_host=10.1.0.1 datacenter=sbg\n";
const conf = (tls: string): string => `port 6379\nbind 10.1.0.1\nreplicaof 10.0.0.1 6379\n${tls}`;

export const net006: Rule = {
  id: "NET006",
  title: "replication between sites without TLS",
  severity: "warning",
  why:
    "Between data centres the traffic runs over lines of others; passwords and every " +
    "write can be read there.",
  fix: "tls-replication yes on nodes and Sentinels alike, or a tunnel that encrypts (WireGuard, IPsec).",
  evidence: "follows from the protocol",
  sees: ["static"],
  bad: { about: "Two data centres.", files: { "hosts.ini": inventory, "r2/redis.conf": conf("") } },
  good: {
    about: "The same, encrypted.",
    files: { "hosts.ini": inventory, "r2/redis.conf": conf("tls-replication yes\ntls-port 6380\n") },
  },
  *check(facts) {
    const sites = sitesOf(facts);
    const hasTunnel = facts.ansible.some(({ tasks }) =>
      tasks.some(({ values }) =>
        [...values.values()].flat().some(({ text }) => /wireguard|strongswan|ipsec/i.test(text)),
      ),
    );
    const plain = facts.redis.filter((node) => isYes(setting(node, "tls-replication")) === false);
    const [second] = [...sites.values()].slice(1);
    if (second !== undefined && !hasTunnel && plain.length > 0 && plain.length === facts.redis.length) {
      yield {
        place: second.name.place,
        message:
          `Redis runs in ${[...sites.keys()].slice(0, 4).join(" and ")}, and no node has ` +
          "tls-replication; expected TLS between sites.",
      };
    }
  },
};

/** By site the first host of Redis there. Zones of one site are not sites. */
function sitesOf(facts: Facts): ReadonlyMap<string, InventoryHost> {
  const sites = new Map<string, InventoryHost>();
  for (const host of facts.inventory.flatMap(({ hosts }) => hosts)) {
    const site = ["datacenter", "data_center", "dc", "region"].flatMap(
      (name) => host.variables.get(name) ?? [],
    )[0];
    const isRedis = host.groups.some((group) => /redis|sentinel|valkey/i.test(group));
    if (site !== undefined && !site.isUnknown && isRedis && !sites.has(site.text)) {
      sites.set(site.text, host);
    }
  }
  return sites;
}
