// LB001: a balancer that takes an open port for a primary.
import { asksAnAgent, placeOfBackend, redisBackends, roleCheck } from "../balancers.ts";
import type { Facts } from "../facts.ts";
import type { TerraformBlock } from "../facts-infrastructure.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";

const servers = "  server r1 10.0.0.1:6379 check inter 1s\n  server r2 10.0.0.2:6379 check inter 1s\n";

export const lb001: Rule = {
  id: "LB001",
  title: "load balancer checks only the port",
  severity: "error",
  why:
    "A replica, a demoted primary and a process that hangs all accept connections, and " +
    "all but the last answer " +
    "PING: the balancer keeps them in service, and writes end in READONLY or in data " +
    "that is thrown away.",
  fix:
    "Let the check log in, ask INFO replication and expect role:master, or ask an agent " +
    "that follows Sentinel; the " +
    "balancer must have one server in service at most.",
  evidence: "measured: passes for a stopped and for a demoted primary",
  sees: ["static"],
  bad: {
    about: "Both servers stay in service, whichever is the primary.",
    files: { "haproxy.cfg": `backend redis\n  mode tcp\n  option tcp-check\n${servers}` },
  },
  good: {
    about: "Only the one that says role:master is.",
    files: {
      "haproxy.cfg":
        "backend redis\n  mode tcp\n  option tcp-check\n  tcp-check send info\\ " +
        `replication\\r\\n\n  tcp-check expect string role:master\n${servers}`,
    },
  },
  *check(facts) {
    for (const backend of redisBackends(facts)) {
      if (roleCheck(backend) === undefined && !asksAnAgent(backend)) {
        yield {
          place: placeOfBackend(backend),
          message:
            `${backend.section.name} has ${String(backend.servers.length)} servers for Redis and ` +
            "checks that they " +
            "answer, not that they are the primary; expected a check of the role.",
        };
      }
    }
    yield* cloudBalancers(facts);
  },
};

/** A balancer's resource of Terraform for port 6379 whose probe is TCP. */
function* cloudBalancers(facts: Facts): Iterable<Draft> {
  for (const block of facts.terraform.flatMap(({ blocks }) => blocks)) {
    const [type, name] = block.labels;
    if (
      !/(^|_)lb(_|$)|balanc/.test(type?.text ?? "") ||
      !everyValue(block).some((text) => text === "6379")
    ) {
      continue;
    }
    const probe = block.blocks.find(({ kind }) => /^(health_?check|probe)$/.test(kind));
    const how = probe?.values.get("protocol")?.[0] ?? probe?.values.get("type")?.[0];
    if (how !== undefined && !how.isUnknown && /^(tcp|oco)$/i.test(how.text)) {
      yield {
        place: how.place,
        message:
          `${name?.text ?? "the balancer"} checks port 6379 with ${how.text} only; expected a ` +
          "check of the role.",
      };
    }
  }
}

function everyValue(block: TerraformBlock): readonly string[] {
  const own = [...block.values.values()].flatMap((words) => words.map(({ text }) => text));
  return [...own, ...block.blocks.flatMap(everyValue)];
}
