// SEN043: one side speaks TLS, and the other does not.
import { counted } from "../../cluster/text.ts";
import type { RedisInstance, SentinelInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { integerOf, isYes, sentinelSetting, setting } from "../settings.ts";
import { type Watch, groupName, placeOf, watchesByGroup } from "../watches.ts";

function speaksTls(sentinel: SentinelInstance): boolean | undefined {
  return isYes(sentinelSetting(sentinel, "tls-replication"));
}

/** As a replica it names its port for the one or the other, by its own tls-replication, unless it is told. */
function announcesOther(node: RedisInstance, tls: boolean): boolean {
  const announced = integerOf(setting(node, "replica-announce-port"));
  return announced === 0 && isYes(setting(node, "tls-replication")) === !tls;
}

function towardsNode(watch: Watch, node: RedisInstance): Draft | undefined {
  const { sentinel, monitor } = watch;
  const tls = speaksTls(sentinel);
  const [plainPort, tlsPort] = ["port", "tls-port"].map((name) => integerOf(setting(node, name)));
  if (tls === undefined || plainPort === undefined || tlsPort === undefined) return undefined;
  const said = sentinelSetting(sentinel, "tls-replication");
  const place = said?.origin === "file" ? said.place : (monitor?.place ?? watch.place);
  if (tls && tlsPort === 0) {
    return { place, message: `Sentinel speaks TLS, and ${node.name} has no tls-port; expected one` };
  }
  if (!tls && plainPort === 0) {
    const message = `${node.name} speaks TLS only, and Sentinel does not; expected tls-replication yes`;
    return { place, message };
  }
  if (announcesOther(node, tls)) {
    const [theirs, own] = tls ? ["no", "on"] : ["yes", "off"];
    const found = `${node.name} has tls-replication ${theirs}, while Sentinel has it ${own}`;
    return { place, message: `${found}; expected both alike` };
  }
  const wrongPort = tls ? plainPort : tlsPort;
  if (wrongPort === 0 || monitor?.port.text !== String(wrongPort)) return undefined;
  const [own, other] = tls ? ["TLS", "none"] : ["no TLS", "TLS"];
  const message = `Sentinel speaks ${own}, and port ${wrongPort} of ${groupName(watch)} takes ${other}`;
  return { place: monitor.port.place, message: `${message}; expected ${tls ? tlsPort : plainPort}` };
}

function ownPort(sentinel: SentinelInstance): Draft | undefined {
  const port = sentinelSetting(sentinel, "tls-port");
  if (speaksTls(sentinel) !== true || port === undefined || integerOf(port) !== 0) return undefined;
  const message = "Sentinel speaks TLS to its peers and has no tls-port for theirs; expected one";
  const said = sentinelSetting(sentinel, "tls-replication");
  return { place: said?.place ?? placeOf(sentinel), message };
}

function amongSentinels(watches: readonly Watch[]): readonly Draft[] {
  const known = watches.filter(({ sentinel }) => speaksTls(sentinel) !== undefined);
  const withTls = known.filter(({ sentinel }) => speaksTls(sentinel) === true);
  if (withTls.length === 0 || withTls.length === known.length) return [];
  const isRare = withTls.length * 2 < known.length;
  const odd = known.filter((watch) => withTls.includes(watch) === isRare);
  return odd.map(({ sentinel }) => {
    const rest = `${counted(known.length - odd.length, "other Sentinel")} ${isRare ? "without" : "with"} it`;
    const own = `This Sentinel is ${isRare ? "with" : "without"} tls-replication`;
    const message = `${own}, and ${rest}; expected all of them alike`;
    return { place: sentinelSetting(sentinel, "tls-replication")?.place ?? placeOf(sentinel), message };
  });
}

const tls = ["tls-port 26380", "tls-replication yes"];
const redis = redisFiles({ lines: ["tls-port 6380", "tls-replication yes"] });

export const sen043: Rule = {
  id: "SEN043",
  title: "TLS on one side only",
  severity: "error",
  why:
    "tls-replication is one switch for all that a Sentinel connects to: every Redis node and every " +
    "other Sentinel. Whoever does not speak TLS at that port, or only TLS, is taken for down. A replica " +
    "names its TLS port, or the other one, by its own tls-replication.",
  fix:
    "Switch all of them over: tls-port and tls-replication yes on each, and the TLS port in " +
    "sentinel monitor.",
  evidence:
    "sentinel.c: one switch for all connections; measured with 7.0.15: with tls-replication on one side " +
    "every replica is s_down",
  since: "6.0",
  sees: ["static"],
  bad: {
    about: "TLS towards the port without TLS.",
    files: { ...redis, ...sentinelFiles({ lines: tls }) },
  },
  good: {
    about: "TLS towards the port for it.",
    files: {
      ...redis,
      ...sentinelFiles({ monitor: "sentinel monitor main 10.0.0.1 6380 2", lines: tls }),
    },
  },
  *check(facts) {
    for (const sentinel of facts.sentinels) {
      const draft = ownPort(sentinel);
      if (draft !== undefined) yield draft;
    }
    const said = new Set<string>();
    for (const [group, watches] of watchesByGroup(facts)) {
      // A Sentinel of many groups is one Sentinel.
      for (const draft of amongSentinels(watches)) {
        if (!said.has(draft.place.file)) yield draft;
        said.add(draft.place.file);
      }
      for (const watch of watches) {
        const draft = group.nodes
          .map((node) => towardsNode(watch, node))
          .find((one) => one !== undefined);
        if (draft !== undefined) yield draft;
      }
    }
  },
};
