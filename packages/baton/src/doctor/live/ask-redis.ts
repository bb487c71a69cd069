// Asks one Redis node everything that doctor wants to know of it. Changes nothing.
import type { Endpoint } from "../../cluster/types.ts";
import type { Door } from "../../redis/door.ts";
import { asList, parseInfo } from "../../redis/replies.ts";
import type { LiveClient, LiveRedis, LiveRights, LiveUser } from "../facts.ts";
import { askOne, fieldsOf, infoOf, linesOf, type Login, type Surroundings } from "./question.ts";
import { userOf, withoutPasswords } from "./redact.ts";

export interface RedisQuestion extends Surroundings {
  /** As whom Sentinels log in, where that is known; else CLIENT LIST says it. */
  readonly sentinelUser?: string | undefined;
}

/** CLIENT LIST has 300 bytes for each of them, and takes the server's time. */
const CLIENTS_MAX = 5_000;
const USERS_MAX = 8;
/** As many as Redis keeps by default. */
const SLOW_MAX = 128;
const BETWEEN_LOOKS_MS = 1_000;

/** What Sentinel sends to a node, as `ACL DRYRUN USER ...` wants it; the first word or two are its name. */
const SENTINELS_COMMANDS: readonly { readonly name: string; readonly words: readonly string[] }[] = [
  { name: "ping", words: ["PING"] },
  { name: "info", words: ["INFO"] },
  { name: "publish", words: ["PUBLISH", "__sentinel__:hello", "hello"] },
  { name: "subscribe", words: ["SUBSCRIBE", "__sentinel__:hello"] },
  { name: "multi", words: ["MULTI"] },
  { name: "exec", words: ["EXEC"] },
  { name: "slaveof", words: ["SLAVEOF", "NO", "ONE"] },
  { name: "config|rewrite", words: ["CONFIG", "REWRITE"] },
  { name: "client|setname", words: ["CLIENT", "SETNAME", "sentinel"] },
  { name: "client|kill", words: ["CLIENT", "KILL", "TYPE", "normal"] },
  { name: "script|kill", words: ["SCRIPT", "KILL"] },
];

export async function askRedis(
  endpoint: Endpoint,
  login: Login,
  question: RedisQuestion,
): Promise<LiveRedis> {
  const place = { address: endpoint.address, port: endpoint.port };
  const answer = await askOne(endpoint, login, question, async (door) => {
    const { info, clock } = await infoOf(door, ["INFO", "all"], question.clock);
    const [settings, acl, slow] = await door.batch([
      ["CONFIG", "GET", "*"],
      ["ACL", "LIST"],
      ["SLOWLOG", "GET", String(SLOW_MAX)],
    ]);
    const found = fieldsOf(settings, "CONFIG GET");
    const users = usersOf(acl);
    const slowestMs = slowestOf(slow);
    const sentinelClients = await clientsOf(door, info);
    const sentinelRights = await rightsOf(door, sentinelClients, question.sentinelUser);
    const writeBytesPerSecond = await writesOf(door, info, question);
    return {
      ...place,
      info,
      keys: keysOf(info),
      ...(clock && { clock }),
      ...(found && { settings: withoutPasswords(found) }),
      ...(users && { users }),
      ...(slowestMs !== undefined && { slowestMs }),
      ...(sentinelClients && { sentinelClients }),
      ...(sentinelRights && { sentinelRights }),
      ...(writeBytesPerSecond !== undefined && { writeBytesPerSecond }),
    };
  });
  return "silence" in answer ? { ...place, silence: answer.silence } : answer;
}

function usersOf(reply: unknown): readonly LiveUser[] | undefined {
  return linesOf(reply, "ACL LIST")?.flatMap((line) => userOf(line) ?? []);
}

/** Lines such as `db0:keys=500,expires=0,avg_ttl=0`; none when there are no keys. */
function keysOf(info: ReadonlyMap<string, string>): number {
  const counts = [...info]
    .filter(([name]) => /^db\d+$/.test(name))
    .map(([, text]) => Number(/^keys=(\d+)/.exec(text)?.[1] ?? 0));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Entries are [id, second, microseconds, words, ...]; the words may hold anything and are left alone. */
function slowestOf(reply: unknown): number | undefined {
  if (reply instanceof Error) return undefined;
  // Whoever answers with more than it was asked for gets no further.
  const entries = asList(reply, "SLOWLOG GET").slice(0, SLOW_MAX);
  const times = entries.map((entry) => Number(asList(entry, "a slow command")[2]));
  return Math.max(0, ...times.filter(Number.isFinite)) / 1_000;
}

/** Sentinel names its connections sentinel-<id>-cmd and -pubsub. */
async function clientsOf(
  door: Door,
  info: ReadonlyMap<string, string>,
): Promise<readonly LiveClient[] | undefined> {
  if (Number(info.get("connected_clients") ?? 0) > CLIENTS_MAX) return undefined;
  const [reply] = await door.batch([["CLIENT", "LIST"]]);
  if (typeof reply !== "string") return undefined;
  return reply.split("\n").flatMap((line) => {
    const fields = new Map(line.split(" ").map((pair) => pairOf(pair)));
    const name = fields.get("name") ?? "";
    if (!/^sentinel-\w+-(?:cmd|pubsub)$/.test(name)) return [];
    return [{ name, user: fields.get("user") ?? "default", flags: fields.get("flags") ?? "" }];
  });
}

function pairOf(pair: string): readonly [string, string] {
  const equals = pair.indexOf("=");
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}

async function rightsOf(
  door: Door,
  clients: readonly LiveClient[] | undefined,
  known: string | undefined,
): Promise<readonly LiveRights[] | undefined> {
  const seen = (clients ?? []).map(({ user }) => user);
  const names = [...new Set(known === undefined ? seen : [known, ...seen])].slice(0, USERS_MAX);
  const tried = names.map(async (user): Promise<readonly LiveRights[]> => {
    const replies = await door.batch(
      SENTINELS_COMMANDS.map(({ words }) => ["ACL", "DRYRUN", user, ...words] as const),
    );
    // An error: no such command before 7.0, no right to it, or no such user.
    if (replies.some((reply) => reply instanceof Error)) return [];
    const refused = SENTINELS_COMMANDS.filter((_command, index) => replies[index] !== "OK");
    return [{ user, refused: refused.map(({ name }) => name) }];
  });
  const rights = (await Promise.all(tried)).flat();
  return rights.length > 0 ? rights : undefined;
}

/** By two looks at the offset of a primary; of a replica it is the primary's. */
async function writesOf(
  door: Door,
  info: ReadonlyMap<string, string>,
  { clock, signal }: Surroundings,
): Promise<number | undefined> {
  if (info.get("role") !== "master") return undefined;
  const look = async () => {
    const offset = parseInfo(await door.call(["INFO", "replication"])).get("master_repl_offset");
    return { bytes: Number(offset), atMs: clock.monotonicMs() };
  };
  const first = await look();
  await clock.sleep(BETWEEN_LOOKS_MS, signal);
  const second = await look();
  const rate = ((second.bytes - first.bytes) * 1_000) / (second.atMs - first.atMs);
  return Number.isFinite(rate) && rate >= 0 ? rate : undefined;
}
