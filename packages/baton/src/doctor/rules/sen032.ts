// SEN032: a Sentinel that tells others an address at which they do not reach it.
import { quoted } from "../../cluster/text.ts";
import { containersOf, hasOption, instanceOf, programOf } from "../containers.ts";
import type { Facts, SentinelInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { lostSentinels } from "../live/lost-sentinels.ts";
import type { Rule } from "../rule.ts";
import { announcedAddress, isOneMachine } from "../sentinel-hosts.ts";
import { isAnyInterface, isLoopback, sentinelSetting } from "../settings.ts";

function unroutable(sentinel: SentinelInstance): Draft | undefined {
  const address = announcedAddress(sentinel);
  const setting = sentinelSetting(sentinel, "sentinel announce-ip");
  if (address === undefined || setting === undefined) return undefined;
  if (!isLoopback(address) && !isAnyInterface(address)) return undefined;
  const found = `Sentinel announces ${quoted(address)}`;
  const message = `${found}; expected the address at which other hosts reach it`;
  return { place: setting.place, message };
}

/**
 * A Sentinel alone in its file has its peers on other hosts, and the address of its container is nobody's
 * there. Several in one file reach each other.
 */
function* behindBridges(facts: Facts): Iterable<Draft> {
  const containers = containersOf(facts).filter((one) => programOf(one) === "sentinel");
  for (const container of containers) {
    const { file, platform, network, ports, name, place, address } = container;
    const isAlone = containers.filter((other) => other.file === file).length === 1;
    const isBehind = platform === "compose" && network === "bridge" && ports.length > 0;
    if (!isAlone || !isBehind || address !== undefined) continue;
    const sentinel = instanceOf(container, facts.sentinels);
    // Where its file is not seen, or written by a script, the address may be announced.
    if (sentinel?.config === undefined || sentinel.config.gaps.length > 0) continue;
    const announced = sentinelSetting(sentinel, "sentinel announce-ip");
    const isAnnounced = announced !== undefined && announced.text !== "";
    if (isAnnounced || hasOption(container, /announce-ip/)) continue;
    const found = `${quoted(name)} is reached by a port of its host`;
    const message = `${found} and announces its container's address`;
    yield {
      place,
      message: `${message}; expected sentinel announce-ip and announce-port in ${sentinel.name}`,
    };
  }
}

const compose = {
  "docker-compose.yml": `services:
  sentinel:
    image: redis:7.0.15
    command: redis-sentinel /etc/redis/sentinel/sentinel.conf
    ports:
      - "26379:26379"
    volumes:
      - ./sentinel:/etc/redis/sentinel
`,
};
const conf = "port 26379\nsentinel monitor main 10.0.0.1 6379 2\n";

export const sen032: Rule = {
  id: "SEN032",
  title: "Sentinel that announces no address, or one that others do not reach",
  severity: "error",
  why:
    "A Sentinel tells the others the address that it has itself. Behind the bridge of " +
    "Docker, or any NAT, that is one " +
    "that nobody else reaches: the others find it down, and there is no quorum.",
  fix:
    "Set sentinel announce-ip and announce-port to the host's address and the mapped " +
    "port, or use the host's network. " +
    "Redis needs replica-announce-ip and replica-announce-port likewise.",
  evidence: "measured: Sentinels that announce unreachable addresses: NOQUORUM",
  sees: ["static", "live"],
  bad: {
    about: "One Sentinel a host, each in a container with a mapped port.",
    files: { ...compose, "sentinel/sentinel.conf": conf },
  },
  good: {
    about: "The same with the host's address.",
    files: { ...compose, "sentinel/sentinel.conf": `${conf}sentinel announce-ip 10.0.0.1\n` },
  },
  *check(facts) {
    if (!isOneMachine(facts)) {
      for (const sentinel of facts.sentinels) {
        const draft = unroutable(sentinel);
        if (draft !== undefined) yield draft;
      }
    }
    yield* behindBridges(facts);
    for (const group of facts.groups) yield* lostSentinels(group);
  },
};
