// SEN009: a primary is watched at an address that is no host's own.
import { quoted } from "../../cluster/text.ts";
import type { Facts, Group, Monitor } from "../facts.ts";
import { isReplica } from "../nodes.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { isOneMachine } from "../sentinel-hosts.ts";
import { addressOf, isAnyInterface, isLoopback } from "../settings.ts";
import { groupName, watchesOf } from "../watches.ts";

function reproach(facts: Facts, group: Group | undefined, monitor: Monitor): string | undefined {
  const address = monitor.address.text;
  if (isAnyInterface(address)) return "every address of this machine";
  if (isLoopback(address)) return isOneMachine(facts) ? undefined : "this machine itself";
  const node = group?.nodes.find((one) => {
    const reached = addressOf(one);
    return reached?.address === address && String(reached.port) === monitor.port.text;
  });
  if (node?.config === undefined || isReplica(node) !== true) return undefined;
  return `a replica, by ${node.config.file}`;
}

export const sen009: Rule = {
  id: "SEN009",
  title: "primary watched at an address that other hosts cannot use, or at a replica",
  severity: "error",
  why:
    "Sentinel hands this address to clients and to the other Sentinels as it stands. A loopback " +
    "address means another machine to each of them, and of a replica Sentinel waits in vain that it " +
    "says to be a primary.",
  fix: "Name the primary's own address in the network that Sentinels, replicas and clients share.",
  evidence: "sentinel.c; measured for addresses that differ: CKQUORUM OK, and no failover",
  sees: ["static"],
  bad: {
    about: "Three Sentinels on three hosts, each with its own 127.0.0.1.",
    files: sentinelFiles({ monitor: "sentinel monitor main 127.0.0.1 6379 2" }),
  },
  good: {
    about: "Three Sentinels on one machine, each with a port of its own, to try things out.",
    files: {
      "one/sentinel.conf": "port 26379\nsentinel monitor main 127.0.0.1 6379 2\n",
      "two/sentinel.conf": "port 26380\nsentinel monitor main 127.0.0.1 6379 2\n",
      "three/sentinel.conf": "port 26381\nsentinel monitor main 127.0.0.1 6379 2\n",
    },
  },
  *check(facts) {
    for (const { group, monitor } of watchesOf(facts)) {
      if (monitor === undefined || monitor.address.isUnknown || monitor.port.isUnknown) continue;
      const what = reproach(facts, group, monitor);
      if (what === undefined) continue;
      const found = `${groupName({ name: monitor.name.text })} is watched at ${quoted(monitor.address.text)}`;
      const message = `${found}, which is ${what}; expected the primary's address in the network`;
      yield { place: monitor.address.place, message };
    }
  },
};
