// NET001: a firewall between the nodes themselves.
import { knowsFailover } from "../failover-signs.ts";
import type { Facts } from "../facts.ts";
import type { TerraformBlock } from "../facts-infrastructure.ts";
import { lets, openingsOf } from "../firewalls.ts";
import { redisAddresses } from "../members.ts";
import type { Rule } from "../rule.ts";

const firewall = (sources: string): string =>
  `resource "digitalocean_firewall" "redis" {\n  inbound_rule {\n    protocol         ` +
  `= "tcp"\n    port_range       = "6379"\n    source_addresses = [${sources}]\n  }\n` +
  "}\n";
const nodes = {
  "h1/redis.conf": "port 6379\nbind 10.0.1.1\n",
  "h2/redis.conf": "port 6379\nbind 10.0.1.2\nreplicaof 10.0.1.1 6379\n",
};

export const net001: Rule = {
  id: "NET001",
  title: "firewall keeps Redis nodes apart",
  severity: "error",
  why:
    "Every replica connects to its primary on the Redis port, and a failover turns the " +
    "direction round. A port that is " +
    "open for applications and Sentinels only stops replication, at once or after the first failover.",
  fix: "Let every node reach the Redis port of every other one.",
  evidence: "follows from replication; a published recipe restricts the port so",
  sees: ["static"],
  bad: {
    about: "Only the applications' network may come in.",
    files: { "firewall.tf": firewall('"10.0.9.0/24"'), ...nodes },
  },
  good: {
    about: "The nodes' network may, too.",
    files: { "firewall.tf": firewall('"10.0.9.0/24", "10.0.1.0/24"'), ...nodes },
  },
  *check(facts) {
    const ports = new Set([6379, ...portsOf(facts)]);
    for (const opening of [...ports].flatMap((port) => openingsOf(facts, port))) {
      const shut = redisAddresses(facts, opening.place.file).filter(
        (address) => !lets(opening, address),
      );
      const what = `${opening.firewall} opens port ${String(opening.port)}`;
      if (opening.isWhole && shut.length > 0) {
        yield {
          place: opening.place,
          message:
            `${what}, and not for the Redis nodes ${shut.slice(0, 4).join(", ")}; expected all ` +
            "nodes.",
        };
      } else if (opening.excludesItself && isSelfRun(facts)) {
        yield {
          place: opening.place,
          message:
            `${what} for other groups of hosts, and not for its own; expected that nodes reach ` +
            "each other.",
        };
      }
    }
  },
};

/** Whether nodes of one's own have to reach each other: not those of a provider's service. */
function isSelfRun(facts: Facts): boolean {
  const blocks = facts.terraform.flatMap((file) => file.blocks);
  const types = blocks.map(({ labels: [type] }) => type?.text ?? "");
  if (types.some((type) => /elasticache|memorydb|memorystore|redis_(?:cache|instance)/.test(type)))
    return false;
  const names = blocks.flatMap((block) => wordsOf(block));
  return knowsFailover(facts) || names.some((text) => /sentinel|replica|slave/i.test(text));
}

function wordsOf({ labels, values, blocks }: TerraformBlock): readonly string[] {
  const own = [...labels, ...[...values.values()].flat()].map(({ text }) => text);
  return [...own, ...blocks.flatMap(wordsOf)];
}

function portsOf(facts: Facts): readonly number[] {
  const words = facts.redis
    .flatMap(({ config }) => config?.directives ?? [])
    .filter(({ name }) => name === "port");
  return words
    .map(({ words: [port] }) => Number(port?.text))
    .filter((port) => Number.isInteger(port) && port > 0);
}
