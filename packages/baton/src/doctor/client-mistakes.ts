// Names and arguments that client libraries do not have. Each was looked up in the library itself: by running
// redis-py 4.3.4, phpredis 5.3.7, Redis.pm 2.000, ioredis 6.0.0 and node-redis 6.3.1, and in the headers of
// redis-plus-plus.
import { ioredisOptions, isIoredis } from "./code/clients/ioredis.ts";
import { nodeRedisApi } from "./code/clients/node-redis.ts";
import { isPerlSentinel } from "./code/clients/perl-redis.ts";
import { isPhpredis, isPhpredisSentinel } from "./code/clients/phpredis.ts";
import { isSentinelObject } from "./code/clients/redis-py.ts";
import { objectOf } from "./code/clients/values.ts";
import {
  type Call,
  canonical,
  type CodeLanguage,
  fieldsOf,
  imports,
  type Program,
  recordOf,
  resolve,
} from "./code/program.ts";
import type { Place } from "./finding.ts";

export interface Mistake {
  readonly place: Place;
  readonly message: string;
}

type Judge = (program: Program, call: Call) => string | undefined;

const JUDGES: Readonly<Record<CodeLanguage, Judge>> = {
  cpp: judgeCpp,
  node: judgeNode,
  perl: judgePerl,
  php: judgePhp,
  python: judgePython,
};

export function mistakesIn(program: Program): readonly Mistake[] {
  const judge = JUDGES[program.language];
  const calls = program.calls.flatMap((call): Mistake[] => {
    const message = judge(program, call);
    return message === undefined ? [] : [{ place: call.place, message }];
  });
  return [...calls, ...wordPress(program)];
}

function judgePython(program: Program, call: Call): string | undefined {
  const path = canonical(program, call.path);
  if (/^redis(\.asyncio)?(\.client)?\.(Strict)?Redis$/.test(path)) {
    const wrong = call.named.find(({ name }) =>
      /^(sentinels?|service_name|master_name)$/.test(name ?? ""),
    );
    return wrong && `Redis() of redis-py has no argument ${String(wrong.name)}; Sentinel(...) has.`;
  }
  const made = objectOf(program, call.receiver);
  const isWrong = /^(get_master|get_slave|get_master_addr_by_name)$/.test(call.name);
  return made !== undefined && isWrong && isSentinelObject(program, made)
    ? `Sentinel of redis-py has no ${call.name}; master_for, slave_for and discover_master ` +
        `are what it has.`
    : undefined;
}

function judgeNode(program: Program, call: Call): string | undefined {
  if (isIoredis(program, call)) {
    const options = ioredisOptions(program, call);
    const hasName = options?.values.has("name") === true || options?.isWhole !== true;
    return options?.values.has("sentinels") === true && !hasName
      ? "ioredis needs the group's name as `name` next to `sentinels`, and throws without it."
      : undefined;
  }
  const api = nodeRedisApi(program, call);
  const options = recordOf(program, call.arguments[0]);
  if (api === undefined || options === undefined) return undefined;
  const given = [...options.values.keys()];
  const wrong = given.find((name) => /^(sentinels|sentinelRootNodes)$/.test(name));
  if (api === "createClient" && wrong !== undefined)
    return (
      `createClient of node-redis ignores ${wrong} and connects to localhost; ` +
      `createSentinel is for Sentinel.`
    );
  return api === "createSentinel" && options.isWhole && !given.includes("sentinelRootNodes")
    ? "createSentinel of node-redis needs the Sentinels as sentinelRootNodes."
    : undefined;
}

function judgePerl(program: Program, call: Call): string | undefined {
  if (isPerlSentinel(program, call)) {
    const wrong = call.named.find(({ name }) =>
      /^(sentinels|service|service_name|redis_args)$/.test(name ?? ""),
    );
    return (
      wrong &&
      `Redis::Sentinel->new ignores ${String(wrong.name)}: it is a connection to one ` +
        `Sentinel, by server.`
    );
  }
  if (call.path === "Redis.new" && imports(program, /^Redis$/)) return judgePerlRedis(program, call);
  const made = objectOf(program, call.receiver);
  const isOurs = made?.path === "Redis.new" || isPerlSentinel(program, made);
  return isOurs && call.name === "discover_master" && imports(program, /^Redis(::Sentinel)?$/)
    ? "There is no discover_master; it is sent to the server as a command, which refuses it."
    : undefined;
}

function judgePerlRedis(program: Program, call: Call): string | undefined {
  const { values, isWhole } = fieldsOf(program, call.named);
  const sentinels = values.get("sentinels");
  if (sentinels === undefined) return undefined;
  const list = resolve(program, sentinels);
  const items = list.kind === "list" ? list.items.map((item) => resolve(program, item)) : [];
  if (items.some(({ kind }) => kind === "record"))
    return "Redis->new takes sentinels as strings (ADDRESS:PORT) and cannot connect to hashes.";
  return isWhole && !values.has("service")
    ? "Redis->new needs the group's name as service next to sentinels, and dies without it."
    : undefined;
}

function judgePhp(program: Program, call: Call): string | undefined {
  const made = objectOf(program, call.receiver);
  if (isPhpredis(program, made) && /sentinel/i.test(call.name))
    return (
      `Redis of phpredis has no ${call.name}(); RedisSentinel asks for the address, and ` +
      `connect() uses it.`
    );
  const isWrong = /^(connect|getMaster|getMasterAddress|discoverMaster|getSlave|getSlaves)$/i.test(
    call.name,
  );
  return isPhpredisSentinel(program, made) && isWrong
    ? `RedisSentinel of phpredis has no ${call.name}(); getMasterAddrByName() gives the address.`
    : undefined;
}

function judgeCpp(program: Program, call: Call): string | undefined {
  const isPlusPlus = imports(program, /(^|\/)redis\+\+\/redis\+\+\.h$/);
  const isRedis = /^(sw\.)?(redis\.)?Redis$/.test(call.path);
  const first = call.arguments[0] && resolve(program, call.arguments[0]);
  if (isPlusPlus && isRedis && first?.kind === "list" && first.items.length > 0)
    return (
      "Redis of redis-plus-plus takes no list of Sentinels; it takes a " +
      "std::shared_ptr<Sentinel> and a name."
    );
  const isInvented = imports(program, /^redis\/redis\.h$/) && call.path === "redis.Redis";
  return isInvented && call.arguments.length > 1
    ? "No client has redis::Redis in <redis/redis.h>; redis-plus-plus is " +
        "<sw/redis++/redis++.h> and sw::redis."
    : undefined;
}

/** The plugin "Redis Object Cache" follows Sentinel with Predis only, and picks phpredis where it can. */
function wordPress(program: Program): readonly Mistake[] {
  const defined = program.calls.filter(({ name }) => program.language === "php" && name === "define");
  const find = (wanted: string): Call | undefined =>
    defined.find(({ arguments: [name] }) => name?.kind === "text" && name.text === wanted);
  const sentinel = find("WP_REDIS_SENTINEL");
  const chosen = find("WP_REDIS_CLIENT");
  const client = chosen?.arguments[1] && resolve(program, chosen.arguments[1]);
  if (sentinel === undefined || (chosen !== undefined && client?.kind !== "text")) return [];
  if (
    client?.kind === "text" &&
    client.text.toLowerCase() !== "phpredis" &&
    client.text.toLowerCase() !== "relay"
  )
    return [];
  const found = client?.kind === "text" ? `WP_REDIS_CLIENT ${client.text}` : "WP_REDIS_CLIENT not set";
  const message =
    `WP_REDIS_SENTINEL is ignored with ${found}: the plugin connects to 127.0.0.1 then; ` +
    `predis is right.`;
  return [{ place: (chosen ?? sentinel).place, message }];
}
