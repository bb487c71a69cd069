// SEN009: a primary is watched at an address that is no host's own.
import { quoted } from "../../cluster/text.ts";
import type { Facts, Group, Monitor, RedisInstance } from "../facts.ts";
import type { Place } from "../finding.ts";
import { key, keysOf } from "../join-keys.ts";
import { isReplica } from "../nodes.ts";
import { oncePer } from "../once.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { isOneMachine } from "../sentinel-hosts.ts";
import { isAnyInterface, isLoopback } from "../settings.ts";
import { groupName, shownPlace, watchesOf } from "../watches.ts";

/** By ADDRESS:PORT the first `bind` line that listens at this very one. */
const listeners = oncePer(({ haproxy }: Facts): ReadonlyMap<string, Place> => {
  const lines = haproxy.flatMap(({ sections }) => sections.flatMap((section) => section.lines));
  const found = new Map<string, Place>();
  for (const { name, words, place } of lines) {
    const at = name === "bind" ? words[0]?.text.toLowerCase() : undefined;
    if (at !== undefined && !found.has(at)) found.set(at, place);
  }
  return found;
});

/** The nodes of files by every key that they have; of several the first. */
const writtenNodes = oncePer(({ nodes }: Group): ReadonlyMap<string, RedisInstance> => {
  // A file may well be older than the last failover; what runs is judged by what runs.
  const written = nodes.filter(({ live }) => live === undefined);
  const found = written.toReversed().flatMap((node) => keysOf(node).map((one) => [one, node] as const));
  return new Map(found);
});

function reproach(facts: Facts, group: Group | undefined, monitor: Monitor): string | undefined {
  const address = monitor.address.text;
  if (isAnyInterface(address)) return "every address of this machine";
  if (isLoopback(address) && !isOneMachine(facts)) return "this machine itself";
  const at = key(address, monitor.port.text);
  const balancer = listeners(facts).get(at);
  if (balancer !== undefined) return `a listener of HAProxy, by ${shownPlace(balancer)}`;
  const node = group && writtenNodes(group).get(at);
  if (node?.config === undefined || isReplica(node) !== true) return undefined;
  return `a replica, by ${node.config.file}`;
}

export const sen009: Rule = {
  id: "SEN009",
  title: "primary watched at an address that is not its own",
  severity: "error",
  why:
    "Sentinel hands this address to clients and to the other Sentinels as it stands. A loopback " +
    "address means another machine to each of them, behind a load balancer another node may answer at " +
    "any time, and a replica never says that it is a primary.",
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
