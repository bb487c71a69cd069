// CLI009: a client that knows one Sentinel only, or others than there are.
import { groupOf, shown, usesOf } from "../clients.ts";
import { isPerlSentinel } from "../code/clients/perl-redis.ts";
import { isPhpredisSentinel } from "../code/clients/phpredis.ts";
import type { Program, Value } from "../code/program.ts";
import type { ClientAddress, ClientUse } from "../facts-clients.ts";
import type { Facts } from "../facts.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { isLiteralAddress } from "../sentinel-hosts.ts";
import { addressOf } from "../settings.ts";

export const cli009: Rule = {
  id: "CLI009",
  title: "one Sentinel in the list, or not those there are",
  severity: "warning",
  why:
    "A client that knows one Sentinel cannot find the primary once that one is gone, and " +
    "it is gone with the primary " +
    "where both run on one host.",
  fix: "Name every Sentinel, in another order on each application host.",
  evidence:
    "Measured: a first Sentinel that accepts connections and says nothing stops " +
    "discovery in five libraries.",
  sees: ["static"],
  bad: {
    about: "One Sentinel.",
    files: {
      "app/redis.py":
        "from redis.sentinel import Sentinel\n" +
        'redis = Sentinel([("10.0.0.4", 26379)], socket_timeout=0.5).master_for("main")\n',
    },
  },
  good: {
    about: "Three.",
    files: {
      "app/redis.py":
        "from redis.sentinel import Sentinel\n" +
        'redis = Sentinel([("10.0.0.4", 26379), ("10.0.0.5", 26379), ("10.0.0.6", 26379)], ' +
        'socket_timeout=0.5).master_for("main")\n',
    },
  },
  *check(facts) {
    const seen = new Set<string>();
    for (const { use } of usesOf(facts)) {
      const draft = alone(use) ?? others(facts, use);
      // master_for and slave_for share the list of their Sentinel.
      const key =
        draft && `${draft.place.file}:${String(draft.place.line)}:${String(draft.place.column)}`;
      if (draft === undefined || key === undefined || seen.has(key)) continue;
      seen.add(key);
      yield draft;
    }
    for (const { program } of facts.clients) yield* asked(program);
  },
};

function alone({ sentinels }: ClientUse): Draft | undefined {
  const distinct = new Set(sentinels?.value?.map(shown));
  const [only] = distinct;
  return sentinels === undefined || only === undefined || distinct.size > 1
    ? undefined
    : { place: sentinels.place, message: `${only} is the only Sentinel that this client knows.` };
}

/** By literal addresses only: what a name stands for is not known here. */
function others(facts: Facts, use: ClientUse): Draft | undefined {
  const group = groupOf(facts, use);
  const listed = use.sentinels?.value;
  if (use.sentinels === undefined || listed === undefined || group?.hasEverySentinel !== true)
    return undefined;
  const known = group.sentinels.map((sentinel): ClientAddress | undefined => {
    const at = addressOf(sentinel);
    return at && { host: at.address, port: at.port };
  });
  const addresses = known.filter((address) => address !== undefined);
  const isClear = [...addresses, ...listed].every(({ host }) => isLiteralAddress(host));
  if (!isClear || addresses.length < known.length) return undefined;
  const there = new Set(addresses.map(shown));
  const here = new Set(listed.map(shown));
  const missing = [...there].filter((address) => !here.has(address));
  const foreign = [...here].filter((address) => !there.has(address));
  if (missing.length + foreign.length === 0) return undefined;
  const parts = [
    ...(missing.length > 0 ? [`does not name ${missing.join(" and ")}`] : []),
    ...(foreign.length > 0 ? [`names ${foreign.join(" and ")}, no Sentinel of ${group.name}`] : []),
  ];
  return { place: use.sentinels.place, message: `The list ${parts.join(", and ")}.` };
}

/** One `new RedisSentinel('10.0.0.4', ...)` or `Redis::Sentinel->new(server => ...)`, and no other. */
function asked(program: Program): readonly Draft[] {
  const made = program.calls.filter(
    (call) => isPhpredisSentinel(program, call) || isPerlSentinel(program, call),
  );
  const [only, ...more] = made;
  if (only === undefined || more.length > 0 || only.loop !== "none") return [];
  const given = only.arguments[0] ?? only.named.find(({ name }) => name === "server")?.value;
  const host =
    given?.kind === "record" ? given.entries.find(({ name }) => name === "host")?.value : given;
  return isText(host)
    ? [{ place: only.place, message: `${host.text} is the only Sentinel that this file asks.` }]
    : [];
}

function isText(value: Value | undefined): value is Value & { readonly kind: "text" } {
  return value?.kind === "text";
}
