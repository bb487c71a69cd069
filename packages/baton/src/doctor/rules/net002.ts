// NET002: a firewall between the Sentinels.
import { lets, openingsOf } from "../firewalls.ts";
import { sentinelAddresses } from "../members.ts";
import type { Rule } from "../rule.ts";

const PORT = 26379;

const firewall = (network: string): string =>
  `resource "aws_security_group" "sentinel" {\n  ingress {\n    from_port   = 26379\n` +
  `    to_port     = 26379\n    protocol    = "tcp"\n    cidr_blocks = ["${network}"]\n` +
  "  }\n}\n";
const inventory =
  "[sentinels]\ns1 ansible_host=10.0.2.1\ns2 ansible_host=10.0.2.2\ns3 ansible_host=10.0.2.3\n";

export const net002: Rule = {
  id: "NET002",
  title: "firewall keeps Sentinels apart",
  severity: "error",
  why:
    "Sentinels ask each other for their opinion and their vote, each one all others, on " +
    "their own port. What they " +
    "cannot reach they count as down: no quorum, and no failover.",
  fix: "Let every Sentinel reach port 26379 of every other one.",
  evidence: "measured: Sentinels at addresses that nobody reaches have no quorum",
  sees: ["static"],
  bad: {
    about: "Only applications reach the Sentinels.",
    files: { "firewall.tf": firewall("10.0.9.0/24"), "hosts.ini": inventory },
  },
  good: {
    about: "The whole private network does.",
    files: { "firewall.tf": firewall("10.0.0.0/16"), "hosts.ini": inventory },
  },
  *check(facts) {
    for (const opening of openingsOf(facts, PORT)) {
      const shut = sentinelAddresses(facts, opening.place.file).filter(
        (address) => !lets(opening, address),
      );
      const what = `${opening.firewall} opens port ${String(PORT)}`;
      if (opening.isWhole && shut.length > 0) {
        yield {
          place: opening.place,
          message:
            `${what}, and not for the Sentinels ${shut.slice(0, 4).join(", ")}; expected all of ` +
            "them.",
        };
      } else if (opening.excludesItself) {
        yield {
          place: opening.place,
          message:
            `${what} for other groups of hosts, and not for its own; expected that Sentinels ` +
            "reach each other.",
        };
      }
    }
  },
};
