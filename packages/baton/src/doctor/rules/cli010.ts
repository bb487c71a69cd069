// CLI010: one password where two are asked for: the Sentinels' and Redis' own.
import { groupOf, usesOf } from "../clients.ts";
import type { ClientLibrary, ClientUse, Seen } from "../facts-clients.ts";
import type { Group } from "../facts.ts";
import type { Rule } from "../rule.ts";
import { requiresPassword, sentinelSetting } from "../settings.ts";

/** Where each library takes the password for Sentinels; hiredis and phpredis leave it to the code. */
const FOR_SENTINELS: Readonly<Partial<Record<ClientLibrary, string>>> = {
  ioredis: "sentinelPassword",
  "node-redis": "password in sentinelClientOptions",
  predis: "the password in the URL of each Sentinel",
  "redis-plus-plus": "SentinelOptions::password",
  "redis-py": "password in sentinel_kwargs",
  "Redis.pm": "sentinels_password",
};

const sentinel = "port 26379\nrequirepass only-for-sentinels\nsentinel monitor main 10.0.0.1 6379 2\n";
const python = (more: string): string =>
  "from redis.sentinel import Sentinel\n" +
  'nodes = [("10.0.0.4", 26379), ("10.0.0.5", 26379)]\n' +
  `redis = Sentinel(nodes, socket_timeout=0.5, password=PASSWORD${more}).master_for("main")\n`;

export const cli010: Rule = {
  id: "CLI010",
  title: "password of the Sentinels and password of Redis taken for one",
  severity: "warning",
  why:
    "Sentinels have passwords of their own, and libraries have an option of their own " +
    "for it. With only the other one set, " +
    "each question to a Sentinel, or each command to Redis, is answered NOAUTH.",
  fix: "Set both: the one of the Sentinels and the one of Redis.",
  evidence: "Read in the libraries: redis-py 4.3, ioredis 6, node-redis 6, Redis.pm 2.",
  sees: ["static"],
  bad: {
    about: "password= is for Redis, and the Sentinels ask for one, too.",
    files: { "h1/sentinel.conf": sentinel, "app/redis.py": python("") },
  },
  good: {
    about: "sentinel_kwargs is for the Sentinels.",
    files: {
      "h1/sentinel.conf": sentinel,
      "app/redis.py": python(', sentinel_kwargs={"password": OTHER, "socket_timeout": 0.5}'),
    },
  },
  *check(facts) {
    for (const { use } of usesOf(facts)) {
      const group = groupOf(facts, use);
      if (group === undefined || use.follows !== "sentinel" || !use.isWhole) continue;
      const option = FOR_SENTINELS[use.library];
      const { place } = use;
      if (option !== undefined && isMissing(use.options.sentinelPassword) && sentinelsAsk(group))
        yield {
          place,
          message: `The Sentinels of ${group.name} ask for a password, and ${option} is not set.`,
        };
      if (isMissing(use.options.password) && nodesAsk(group, use))
        yield {
          place,
          message: `The nodes of ${group.name} ask for a password, and this client has none for them.`,
        };
    }
  },
};

function isMissing(password: Seen<"set" | "none"> | undefined): boolean {
  return password === undefined || password.value === "none";
}

function sentinelsAsk({ sentinels }: Group): boolean {
  return sentinels.some((one) => {
    const password = sentinelSetting(one, "requirepass");
    return password !== undefined && !password.isUnknown && password.text !== "";
  });
}

/** Predis may have it in a URL of each node, and redis-plus-plus in a pool, that cannot be seen here. */
function nodesAsk({ nodes }: Group, { library }: ClientUse): boolean {
  return library !== "predis" && nodes.some((node) => requiresPassword(node) === true);
}
