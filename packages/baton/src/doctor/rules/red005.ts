// RED005: replicas and Sentinels on other machines are turned away.
import { nodesOfOfficialImages } from "../containers.ts";
import type { RedisInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { isProtected, listensToNetwork } from "../exposure.ts";
import { isNeverPrimary, placeOf, primaryOf, replicatedNodes } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { addressOf, isLoopback, isVersionAtLeast, requiresPassword, setting } from "../settings.ts";

export const red005: Rule = {
  id: "RED005",
  title: "peers on other machines are turned away",
  severity: "error",
  why:
    "From Redis 7.0 on, protected-mode yes without a password answers every connection from another " +
    "machine with DENIED, whatever bind says: no replica, no Sentinel and no client gets in. Bound " +
    "to loopback, nobody even gets that far.",
  fix: "Bind the private address, and set requirepass and masterauth (or ACL users) on all nodes.",
  evidence: "Measured on 7.0.15; one of five published recipes stops at it.",
  sees: ["static", "live"],
  bad: {
    about: "A replica in the network, with neither password nor protected-mode no.",
    files: {
      "h2/redis.conf": "bind 0.0.0.0\nport 6379\nreplicaof 10.0.0.1 6379\n",
    },
  },
  good: {
    about: "Everything on one machine: loopback is never refused.",
    files: {
      "a/redis.conf": "bind 127.0.0.1\nport 6379\n",
      "b/redis.conf": "bind 127.0.0.1\nport 6380\nreplicaof 127.0.0.1 6379\n",
    },
  },
  *check(facts) {
    const inImage = nodesOfOfficialImages(facts);
    for (const node of replicatedNodes(facts)) {
      const isSwitchedOff = setting(node, "protected-mode")?.origin === "default" && inImage.has(node);
      // Nobody but Sentinel connects to a replica that stays one.
      const isAlone = isNeverPrimary(node) && !facts.groups.some(({ nodes }) => nodes.includes(node));
      if (isSwitchedOff || isAlone || !hasPeersElsewhere(node)) continue;
      const draft = turnedAway(node);
      if (draft !== undefined) yield draft;
    }
  },
};

function hasPeersElsewhere(node: RedisInstance): boolean {
  const primary = primaryOf(node);
  if (primary !== undefined) return !isLoopback(primary.address);
  const own = addressOf(node);
  return own === undefined ? listensToNetwork(node) === true : !isLoopback(own.address);
}

function turnedAway(node: RedisInstance): Draft | undefined {
  const bind = setting(node, "bind");
  const reaches = listensToNetwork(node);
  if (bind !== undefined && reaches === false) {
    return {
      place: bind.place,
      message: `bind ${bind.text} is loopback only, but its peers are on other machines.`,
    };
  }
  // Until 6.2 a bind line switched the protected mode off: RED004.
  const isOld = isVersionAtLeast(node, "7.0") === false;
  if (isOld && bind?.origin === "file") return undefined;
  if (isProtected(node) !== true || requiresPassword(node) !== false) return undefined;
  const mode = setting(node, "protected-mode");
  const how = mode?.origin === "default" ? "protected-mode is yes by default" : "protected-mode is yes";
  return {
    place: mode?.place ?? placeOf(node),
    message:
      `${how} and there is no password, so from Redis 7.0 on every peer on another machine is ` +
      `refused.`,
  };
}
