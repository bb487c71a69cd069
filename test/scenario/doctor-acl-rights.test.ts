// Doctor's reading of ACL rules, held against what a real redis-server says by ACL DRYRUN.
import { afterAll, beforeAll, expect, test } from "vitest";
import { mayRun, mayUseChannel } from "../../packages/baton/src/doctor/acl-rights.ts";
import type { AclUser } from "../../packages/baton/src/doctor/facts.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { type RedisServer, startRedisServer } from "./support/redis-server.ts";

const at = { address: "127.71.3.1", port: 7911 };
const hello = "__sentinel__:hello";
let server: RedisServer;
let door: Door;

beforeAll(async () => {
  server = await startRedisServer(at);
  door = openDoor(at);
});

afterAll(async () => {
  door.close();
  await server.close();
});

const ruleSets = [
  "-@all +multi +exec +slaveof +ping +info +publish +subscribe +config|rewrite &__sentinel__:hello",
  "+@all -@dangerous &*",
  "+@all -@admin +config|rewrite allchannels",
  "allcommands -config",
  "+config -config|rewrite -config|set",
  "-@all +@connection -client|kill",
  "+client -@connection +client|kill +ping",
  "+@pubsub &__sent*",
  "+@pubsub &__sentinel__:hell?",
  "+@slow -@admin +@transaction",
  "+@admin nocommands +replicaof",
  "+psync +replconf +ping reset +info",
  "-@all (+publish &__sentinel__:hello) +subscribe",
  "-@all (+@all &other) (~a +config|rewrite)",
  "(+multi +exec) clearselectors +ping",
  "+PING +Config|Rewrite &* resetchannels",
  "+@scripting -script",
];

const commands: readonly (readonly [command: string, ...rest: string[]])[] = [
  ["multi"],
  ["exec"],
  ["ping"],
  ["info"],
  ["slaveof", "no", "one"],
  ["replicaof", "no", "one"],
  ["config", "rewrite"],
  ["config", "set", "maxmemory", "0"],
  ["client", "kill", "type", "normal"],
  ["client", "setname", "x"],
  ["client", "pause", "1"],
  ["script", "kill"],
  ["psync", "?", "-1"],
  ["replconf", "ack", "0"],
  ["failover", "abort"],
];
const withSubcommands = new Set(["config", "client", "script"]);

async function isAllowed(user: string, command: readonly string[]): Promise<boolean> {
  return (await door.call(["ACL", "DRYRUN", user, ...command])) === "OK";
}

test.each(ruleSets)("a user with %s may do what Redis lets it do, and nothing else", async (rules) => {
  const words = rules.match(/\([^)]*\)|\S+/g) ?? [];
  await door.call(["ACL", "SETUSER", "tried", "reset", "on", "nopass", ...words]);
  const place = { file: "users.acl", line: 1, column: 1 };
  const split = rules.split(" ").map((text) => ({ text, place, isUnknown: false }));
  const user: AclUser = { name: "tried", rules: split, place };
  const wrong: string[] = [];
  for (const command of commands) {
    const [name, second] = command;
    const said = mayRun(user, name, withSubcommands.has(name) ? second : undefined);
    if (said !== (await isAllowed("tried", command))) wrong.push(command.join(" "));
  }
  for (const name of ["publish", "subscribe"]) {
    const said = mayUseChannel(user, hello, { command: name });
    const words = name === "publish" ? [name, hello, "x"] : [name, hello];
    if (said !== (await isAllowed("tried", words))) wrong.push(`${name} ${hello}`);
  }
  expect(wrong).toEqual([]);
});
