// LB004: a change of a balancer that is written down and never put into effect.
import type { Script } from "../facts-infrastructure.ts";
import type { Word } from "../facts.ts";
import { failoverScripts } from "../failover-scripts.ts";
import type { Rule } from "../rule.ts";

const head = "#!/bin/sh\n# client-reconfig-script\nset -e\n";
const farm = "https://api.ovh.com/1.0/ipLoadbalancing/lb-1";
const change = `curl -fsS -m 5 -X PUT -d "{\\"address\\": \\"$6\\"}" ${farm}/tcp/farm/1/server/2\n`;

export const lb004: Rule = {
  id: "LB004",
  title: "balancer changed and not refreshed",
  severity: "error",
  why:
    "OVH's IP Load Balancing keeps changes of its configuration aside until a refresh is " +
    "posted. Without it every " +
    "call succeeds, and traffic goes to the dead primary as before.",
  fix:
    "POST /ipLoadbalancing/{service}/refresh after the change, wait for its task, and " +
    "read the server back.",
  evidence: "OVH's API schema; a published recipe lacks it",
  sees: ["static"],
  bad: { about: "The server is changed.", files: { "reconfig.sh": head + change } },
  good: {
    about: "The server is changed and the balancer refreshed.",
    files: { "reconfig.sh": `${head}${change}curl -fsS -m 5 -X POST ${farm}/refresh\n` },
  },
  *check(facts) {
    for (const { script } of failoverScripts(facts)) {
      const words = wordsOf(script);
      const changes = words.find(({ text }) =>
        /iploadbalancing.*\/(farm|frontend|server)|\/cloud\/loadbalancer\//i.test(text),
      );
      const isAsking = changes !== undefined && isOnlyRead(script);
      if (changes !== undefined && !isAsking && !words.some(({ text }) => /\/refresh\b/.test(text))) {
        yield {
          place: changes.place,
          message: "The balancer's farm is changed, and no refresh puts it into effect.",
        };
      }
    }
  },
};

function wordsOf(script: Script): readonly Word[] {
  return [
    ...script.commands.flatMap(({ words }) => words),
    ...script.assignments.map(({ value }) => value),
  ];
}

/** A script that never says PUT, POST or DELETE changes nothing. */
function isOnlyRead({ commands }: Script): boolean {
  return !commands.some(
    ({ name, words }) =>
      /\.(put|post|delete)$/i.test(name) ||
      words.some(({ text }) => /^(PUT|POST|DELETE|-XPUT|-XPOST|-d|--data\S*)$/.test(text)),
  );
}
