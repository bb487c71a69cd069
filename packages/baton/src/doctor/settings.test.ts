import { expect, test } from "vitest";
import type { RedisInstance } from "./facts.ts";
import { factsOf } from "./rule.fixture.ts";
import {
  addressOf,
  everySetting,
  groupOption,
  integerOf,
  isVersionAtLeast,
  isYes,
  monitorOption,
  requiresPassword,
  sentinelSetting,
  setting,
} from "./settings.ts";

function node(text: string, live?: Readonly<Record<string, string>>, info = ""): RedisInstance {
  const [head] = factsOf({ files: { "redis.conf": text } }).redis;
  if (head === undefined) throw new Error("no instance");
  if (live === undefined) return head;
  const lines = info === "" ? [] : [info.split(":") as [string, string]];
  const settings = new Map(Object.entries(live));
  return { ...head, live: { address: "10.0.0.1", port: 6379, settings, info: new Map(lines) } };
}

test.each([
  ["slaveof", "replicaof", "10.0.0.1 6379"],
  ["replicaof", "slaveof", "10.0.0.1 6379"],
  ["slave-priority", "replica-priority", "50"],
  ["min-slaves-to-write", "min-replicas-to-write", "1"],
  ["primaryauth", "masterauth", "x"],
  ["repl-ping-slave-period", "repl-ping-replica-period", "2"],
  ["Slave-Read-Only", "replica-read-only", "no"],
])("finds %s by the name %s", (written, asked, text) => {
  expect(setting(node(`${written} ${text}\n`), asked)).toMatchObject({ text, origin: "file" });
});

test("takes the last line, and shows where its value stands", () => {
  expect(setting(node("maxmemory 1gb\nappendonly no\nmaxmemory 2gb\n"), "maxmemory")).toMatchObject({
    text: "2gb",
    place: { file: "redis.conf", line: 3, column: 11 },
  });
});

test("gives every line of what may stand repeatedly", () => {
  const lines = everySetting(node('save ""\nsave 60 1\nappendonly no\n'), "save");
  expect(lines.map(({ text }) => text)).toEqual(["", "60 1"]);
});

test("lets what a process says beat its file, and its file what it was not asked", () => {
  const both = node("maxmemory 1gb\nrename-command CONFIG x\n", {
    maxmemory: "0",
    "slave-priority": "7",
  });
  expect(setting(both, "maxmemory")).toMatchObject({
    text: "0",
    origin: "live",
    place: { file: "10.0.0.1:6379", line: 0, column: 0 },
  });
  expect(setting(both, "replica-priority")?.text).toBe("7");
  expect(setting(both, "rename-command")?.origin).toBe("file");
});

test("has the default where the file is silent, and nothing where there is no such setting", () => {
  expect(setting(node("appendonly no\n"), "min-replicas-to-write")).toMatchObject({
    text: "0",
    origin: "default",
    isUnknown: false,
    place: { file: "redis.conf", line: 1, column: 1 },
  });
  expect(setting(node("appendonly no\n"), "constructor")).toBeUndefined();
});

test.each([
  ["# Redis 6.2.6\nappendonly no\n", "no"],
  ["# Redis 7.0\nappendonly no\n", "yes"],
  ["# Valkey 8.1\nappendonly no\n", "yes"],
])("knows the default by version: %j", (text, expected) => {
  expect(setting(node(text), "repl-diskless-sync")).toMatchObject({ text: expected, isUnknown: false });
});

test("has no setting that the version does not have", () => {
  expect(setting(node("# Redis 6.2\nappendonly no\n"), "shutdown-timeout")).toBeUndefined();
  expect(setting(node("# Redis 7.2\nappendonly no\n"), "shutdown-timeout")?.text).toBe("10");
});

test("does not judge a default that versions differ in, or that something unseen may change", () => {
  expect(setting(node("appendonly no\n"), "repl-diskless-sync")?.isUnknown).toBe(true);
  const open = node("appendonly no\ninclude local.conf\n");
  expect(setting(open, "masterauth")?.isUnknown).toBe(true);
  expect(setting(open, "appendonly")?.isUnknown).toBe(false);
});

test("does not judge a placeholder, or a line that not everybody gets", () => {
  const open = node("min-replicas-to-write {{ n }}\n{% if x %}\nappendonly no\n{% endif %}\n");
  expect(integerOf(setting(open, "min-replicas-to-write"))).toBeUndefined();
  expect(isYes(setting(open, "appendonly"))).toBeUndefined();
});

test.each([
  ["requirepass secret", true],
  ["requirepass {{ password }}", true],
  ['requirepass ""', false],
  ["appendonly no", false],
  ["{% if password %}\nrequirepass {{ password }}\n{% endif %}\nsave 1 1", undefined],
  ["include other.conf\nsave 1 1", undefined],
  ["user default off\nsave 1 1", true],
  ["requirepass secret\nuser default on nopass ~* +@all", false],
  ["user default on >secret ~* +@all\nsave 1 1", true],
  ["user default on nopass resetpass\nsave 1 1", true],
])("%j asks for a password: %s", (text, expected) => {
  expect(requiresPassword(node(`${text}\n`))).toBe(expected);
});

test.each([
  ["bind 127.0.0.1 -::1 10.0.0.1\nport 6380", { address: "10.0.0.1", port: 6380 }],
  [
    "bind 10.0.0.1\nreplica-announce-ip 192.0.2.1\nreplica-announce-port 7000",
    { address: "192.0.2.1", port: 7000 },
  ],
  ["bind 10.0.0.1\nport 0\ntls-port 6390", { address: "10.0.0.1", port: 6390 }],
  ["bind -10.0.0.1", { address: "10.0.0.1", port: 6379 }],
  ["bind 0.0.0.0", undefined],
  ["bind 127.0.0.1", undefined],
  ["bind {{ address }}", undefined],
  ["bind 10.0.0.1\nport {{ port }}", undefined],
])("%j is reached at %j", (text, expected) => {
  expect(addressOf(node(`${text}\nappendonly no\n`))).toEqual(expected);
});

const SENTINEL =
  "bind 10.0.0.1\nsentinel monitor main 10.0.0.1 6379 2\nsentinel failover-timeout main 9\n";

test("knows Sentinel's options and their defaults", () => {
  const [sentinel] = factsOf({ files: { "sentinel.conf": SENTINEL } }).sentinels;
  const monitor = sentinel?.config?.monitors[0];
  if (sentinel === undefined || monitor === undefined) throw new Error("no monitor");
  expect(integerOf(monitorOption(monitor, "failover-timeout"))).toBe(9);
  expect(monitorOption(monitor, "down-after-milliseconds")).toMatchObject({
    text: "30000",
    origin: "default",
    place: { line: 2 },
  });
  expect(integerOf(monitorOption(monitor, "parallel-syncs"))).toBe(1);
  expect(monitorOption(monitor, "auth-pass")).toBeUndefined();
  expect(integerOf(groupOption(sentinel, "main", "quorum"))).toBe(2);
  expect(sentinelSetting(sentinel, "port")?.text).toBe("26379");
  expect(sentinelSetting(sentinel, "protected-mode")?.text).toBe("no");
  expect(addressOf(sentinel)).toEqual({ address: "10.0.0.1", port: 26379 });
});

test("compares versions, with Valkey as a Redis 7.2 that went its own way", () => {
  const of = (family: "redis" | "valkey", ...numbers: [number, number, number]) => ({
    version: { family, numbers, source: "" },
  });
  expect(isVersionAtLeast(of("redis", 7, 0, 15), "7.0")).toBe(true);
  expect(isVersionAtLeast(of("redis", 6, 2, 14), "7.0")).toBe(false);
  expect(isVersionAtLeast(of("valkey", 9, 0, 0), "7.0")).toBe(true);
  expect(isVersionAtLeast(of("valkey", 9, 0, 0), "8.0")).toBe(false);
  expect(isVersionAtLeast(of("valkey", 9, 0, 0), "9.0", "valkey")).toBe(true);
  expect(isVersionAtLeast(of("redis", 8, 0, 0), "9.0", "valkey")).toBe(false);
  expect(isVersionAtLeast({}, "7.0")).toBeUndefined();
});
