// CLI006: a client that waits longer for an answer than Sentinel does, or for ever.
import {
  detectionOf,
  isLocalSocket,
  isPrepared,
  onlyInspects,
  time,
  usesOf,
  waitsByDesign,
} from "../clients.ts";
import type { ClientLibrary, ClientUse, Seen } from "../facts-clients.ts";
import type { Facts } from "../facts.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";

/** What limits an answer, and a connection; without the second, the library has a limit of its own. */
const OPTIONS: Readonly<Record<ClientLibrary, readonly [read: string, connect?: string]>> = {
  hiredis: ["redisSetTimeout", "redisConnectWithTimeout"],
  ioredis: ["commandTimeout or socketTimeout"],
  "node-redis": ["socketTimeout in the socket options"],
  phpredis: ["read_timeout, the sixth argument of connect", "timeout, the third argument of connect"],
  predis: ["read_write_timeout in the parameters"],
  "redis-plus-plus": ["socket_timeout", "connect_timeout"],
  "redis-py": ["socket_timeout", "socket_connect_timeout"],
  "Redis.pm": ["read_timeout", "cnx_timeout"],
  "Redis::Fast": ["read_timeout", "cnx_timeout"],
};
/** Where no Sentinel says how long it waits: nobody wants a request to hang for that long. */
const LONG_MS = 60_000;
/** What is below was meant as seconds. */
const SHORT_MS = 20;
/** Commands that are meant to wait. */
const WAITS = /^([bB](l|r|z)\w*|p?subscribe|pubsub|monitor|xread\w*)$/i;

export const cli006: Rule = {
  id: "CLI006",
  title: "no timeout, or one longer than Sentinel's",
  severity: "warning",
  why:
    "A primary that froze keeps its connections open and says nothing. A client without a limit hangs " +
    "for as long as the freeze lasts, and then goes on writing to the old primary, whose writes are " +
    "thrown away.",
  fix: "Limit connecting, reading and writing to 0.5 to 2 s, on connections to Redis and to Sentinels.",
  evidence:
    "Measured: 15 s in one call and 480 to 509 lost writes without a limit, 0 lost with one of 0.5 s; " +
    "redis-py 8 limits to 5 s by default, the others not at all (ioredis#1314).",
  sees: ["static"],
  bad: {
    about: "Only connecting is limited: the third argument does not cover reads.",
    files: {
      "app/redis.php":
        "<?php\n$redis = new Redis();\n$redis->connect($host, 6379, 0.5);\n$redis->incr('orders');\n",
    },
  },
  good: {
    about: "The sixth argument limits every answer.",
    files: {
      "app/redis.php":
        "<?php\n$redis = new Redis();\n$redis->connect($host, 6379, 0.5, null, 0, 0.5);\n" +
        "$redis->incr('orders');\n",
    },
  },
  *check(facts) {
    for (const { use } of usesOf(facts)) {
      const isIdle = onlyInspects(use) && !isPrepared(use);
      if (isIdle || waitsByDesign(use) || use.commands.some(({ name }) => WAITS.test(name))) continue;
      const problem = missing(use) ?? length(facts, use);
      if (problem !== undefined) yield problem;
    }
  },
};

function missing(use: ClientUse): Draft | undefined {
  const { library, options, isWhole, api, place } = use;
  const [read, connect] = isLocalSocket(use) ? [OPTIONS[library][0]] : OPTIONS[library];
  const isLimited = (limit: Seen<number> | undefined): boolean =>
    limit === undefined ? !isWhole : limit.value !== 0;
  const lacksRead = !isLimited(options.readTimeoutMs);
  const lacksConnect = connect !== undefined && !isLimited(options.connectTimeoutMs);
  if (!lacksRead && !lacksConnect) return undefined;
  const names = [...(lacksRead ? [read] : []), ...(lacksConnect ? [connect] : [])];
  return {
    place: lacksRead ? (options.readTimeoutMs?.place ?? place) : place,
    message:
      `${api} has no limit for ${lacksRead ? "an answer" : "connecting"}; ` +
      `${names.join(" and ")} would set one.`,
  };
}

function length(facts: Facts, use: ClientUse): Draft | undefined {
  const detection = detectionOf(facts, use);
  for (const [name, seen] of limitsOf(use)) {
    const ms = seen?.value;
    if (seen === undefined || ms === undefined || ms <= 0) continue;
    const { place } = seen;
    if (ms < SHORT_MS)
      return {
        place,
        message: `The limit for ${name} is ${time(ms)}, which was probably meant as seconds.`,
      };
    if (detection !== undefined && ms > detection.downAfterMs) {
      const found = `The limit for ${name} is ${time(ms)}, longer than down-after-milliseconds of`;
      return {
        place,
        message: `${found} ${detection.group}, which is ${time(detection.downAfterMs)}.`,
      };
    }
    if (ms >= LONG_MS)
      return { place, message: `The limit for ${name} is ${time(ms)}; 0.5 to 2 s would be right.` };
  }
  return undefined;
}

function limitsOf({ options }: ClientUse): readonly [string, Seen<number> | undefined][] {
  return [
    ["an answer", options.readTimeoutMs],
    ["connecting", options.connectTimeoutMs],
    ["an answer of a Sentinel", options.sentinelReadTimeoutMs],
  ];
}
