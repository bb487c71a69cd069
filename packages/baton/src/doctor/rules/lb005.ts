// LB005: the primary's address in DNS, remembered for longer than a failover takes.
import type { Rule } from "../rule.ts";

/** Longer than that a client's second try still has the old address. */
const SECONDS_MAX = 5;

const record = (ttl: number): string =>
  `resource "digitalocean_record" "primary" {\n  type  = "A"\n  name  = ` +
  `"redis-primary"\n  value = var.primary_ip\n  ttl   = ${String(ttl)}\n}\n`;

export const lb005: Rule = {
  id: "LB005",
  title: "DNS name of the primary with a long TTL",
  severity: "warning",
  why:
    "Resolvers and clients keep a record for its TTL, so that the name leads to the old " +
    "primary for that long after " +
    "every failover; many clients ask only once.",
  fix:
    "Use a TTL of 5 s at most and clients that resolve again at every connection, or ask " +
    "Sentinel instead.",
  evidence: "follows from DNS",
  sees: ["static"],
  bad: { about: "Five minutes.", files: { "dns.tf": record(300) } },
  good: { about: "Five seconds.", files: { "dns.tf": record(5) } },
  *check(facts) {
    for (const block of facts.terraform.flatMap(({ blocks }) => blocks)) {
      const [type] = block.labels;
      const name = block.values.get("name")?.[0] ?? block.values.get("subdomain")?.[0];
      const ttl = block.values.get("ttl")?.[0];
      if (
        !/_record/.test(type?.text ?? "") ||
        name === undefined ||
        ttl === undefined ||
        ttl.isUnknown
      ) {
        continue;
      }
      // Another name for an endpoint that follows the primary never changes.
      const targets = [...(block.values.get("records") ?? []), ...(block.values.get("value") ?? [])];
      if (targets.some(({ text }) => /endpoint|elasticache|memorydb/i.test(text))) continue;
      const isPrimary = /redis|valkey/i.test(name.text) && /primary|master|writ/i.test(name.text);
      const seconds = Number(ttl.text);
      // 1 stands for "automatic" at one provider, which is minutes; it is not judged.
      if (isPrimary && seconds > SECONDS_MAX) {
        yield {
          place: ttl.place,
          message:
            `${name.text} is remembered for ${String(seconds)} s; expected ` +
            `${String(SECONDS_MAX)} s at most.`,
        };
      }
    }
  },
};
