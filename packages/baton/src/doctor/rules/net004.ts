// NET004: replication over the network that everybody listens to.
import { BlockList, isIP } from "node:net";
import type { Directive, Facts, RedisConfig, SentinelConfig } from "../facts.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";

const conf = (address: string): string =>
  `port 6379\nbind ${address}\nreplicaof ${address.replace(/\d+$/, "9")} 6379\n`;

export const net004: Rule = {
  id: "NET004",
  title: "Redis or Sentinel on a public address",
  severity: "error",
  why:
    "Replication and Sentinel send passwords and data as plain text. On a public " +
    "interface they cross networks of " +
    "others, and every port scanner finds them.",
  fix:
    "Use the private network's address for bind, replicaof, announce-ip and sentinel " +
    "monitor, or TLS for all of it.",
  evidence: "a published recipe binds the default interface, which is the public one there",
  sees: ["static"],
  bad: { about: "Public addresses.", files: { "redis.conf": conf("51.15.20.1") } },
  good: { about: "Private addresses.", files: { "redis.conf": conf("10.15.20.1") } },
  *check(facts) {
    for (const config of configsOf(facts)) {
      if (hasTls(config)) {
        continue;
      }
      for (const line of addressLines(config)) {
        yield* judge(line);
      }
    }
  },
};

function configsOf(facts: Facts): readonly (RedisConfig | SentinelConfig)[] {
  return [...facts.redis, ...facts.sentinels].flatMap(({ config }) => config ?? []);
}

function linesOf(config: RedisConfig | SentinelConfig): readonly Directive[] {
  return config.kind === "sentinel-conf" ? config.lines : config.directives;
}

function hasTls(config: RedisConfig | SentinelConfig): boolean {
  return linesOf(config).some(
    ({ name, words }) => name === "tls-replication" && words[0]?.text !== "no",
  );
}

const ADDRESSED = new Set(
  (
    "bind,replicaof,slaveof,replica-announce-ip,slave-announce-ip,sentinel " +
    "monitor,sentinel announce-ip," +
    "sentinel known-replica,sentinel known-slave,sentinel known-sentinel"
  ).split(","),
);

function addressLines(config: RedisConfig | SentinelConfig): readonly Directive[] {
  return linesOf(config).filter(({ name }) => ADDRESSED.has(name));
}

function* judge(line: Directive): Iterable<Draft> {
  for (const word of line.words) {
    const text = word.text.replace(/^-/, "");
    if (!word.isUnknown && isPublic(text)) {
      yield {
        place: word.place,
        message: `${line.name} uses ${text}, a public address, without TLS; expected a private one.`,
      };
    } else if (/ansible_default_ipv[46]/.test(text)) {
      yield {
        place: word.place,
        severity: "warning",
        message:
          `${line.name} uses the interface of the default route, which is the public one at ` +
          "many providers; expected the private network's address.",
      };
    }
  }
}

const PRIVATE = new BlockList();
for (const network of (
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 " +
  "192.0.2.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3"
).split(" ")) {
  const [base = "", bits = ""] = network.split("/");
  PRIVATE.addSubnet(base, Number(bits));
}

/**
 * Neither private, shared (CGNAT), link-local, loopback, of documentation nor unspecified; of IPv6 the
 * global ones.
 */
function isPublic(text: string): boolean {
  const version = isIP(text);
  return version === 4
    ? !PRIVATE.check(text)
    : version === 6 && /^[23]/.test(text) && !/^2001:0?db8:/i.test(text);
}
