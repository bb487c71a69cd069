import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hasOwnData, snapshotHoldsData } from "./own-data.ts";
import { readRedisConfig, wordsOf } from "./redis-config.ts";

let folder: string;
let config: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bt-"));
  config = join(folder, "redis.conf");
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});
const write = async (...lines: readonly string[]) =>
  await writeFile(config, [`dir ${folder}`, ...lines, ""].join("\n"));

describe("redis.conf", () => {
  test("is read with its quotes, and the last line of a name counts", async () => {
    await write(
      "# dir /nowhere",
      "APPENDONLY yes",
      'dbfilename "a b.rdb"',
      "replicaof ::1 6379",
      "dir /x/",
    );
    expect(await readRedisConfig(config)).toEqual({
      dataDirectory: "/x/",
      appendOnly: true,
      appendDirname: "appendonlydir",
      appendFilename: "appendonly.aof",
      dbFilename: "a b.rdb",
      replicaOf: { address: "::1", port: 6379 },
    });
    expect(wordsOf(String.raw`  a "b\x41\n\"" 'c \'d' e#f`)).toEqual(["a", 'bA\n"', "c 'd", "e#f"]);
    expect([wordsOf("  # a comment"), wordsOf("")]).toEqual([[], []]);
  });

  test("may include another file by its absolute path, and `no one` is nobody", async () => {
    await write(`include ${folder}/more.conf`, "slaveof no one");
    await writeFile(join(folder, "more.conf"), "appendonly yes\nslaveof 10.0.0.1 6379\n");
    expect(await readRedisConfig(config)).toMatchObject({ appendOnly: true, replicaOf: undefined });
  });

  test.each([
    ["include more.conf", "include more.conf: expected the absolute path of one file"],
    ["include /etc/redis/*.conf", "expected the absolute path of one file"],
    ["dir data", "dir is data, expected an absolute path"],
    ["replicaof h1", "found replicaof h1 one, expected an address and a port"],
  ])("is refused where it cannot be understood: %s", async (line, sentence) => {
    await write(line);
    await expect(readRedisConfig(config)).rejects.toThrow(sentence);
  });

  test("that includes itself, or is not there, is refused by name", async () => {
    await write(`include ${config}`);
    await expect(readRedisConfig(config)).rejects.toThrow("more than 8 files include one another");
    await expect(readRedisConfig(join(folder, "none"))).rejects.toThrow("none: no such file");
  });
});

const holdsData = async () => await hasOwnData(await readRedisConfig(config));

// As Redis 7.0.15 writes them: without a key, and with the one key "a".
const HEAD =
  "524544495330303130fa0972656469732d76657206372e302e3135fa0a72656469732d62697473c040" +
  "fa056374696d65c2451e016bfa08757365642d6d656dc208600d00fa08616f662d62617365c0";
const snapshots = {
  empty: Buffer.from(`${HEAD}01ffde895a51a8e0fb42`, "hex"),
  oneKey: Buffer.from(`${HEAD}00fe00fb01000001610162ffea4e8e5a03219d4e`, "hex"),
};
const MANIFEST = [
  "file appendonly.aof.1.base.rdb seq 1 type h",
  "file appendonly.aof.2.base.rdb seq 2 type b",
  "file appendonly.aof.2.incr.aof seq 2 type i",
  "",
].join("\n");

describe("data of a node", () => {
  async function writeAppendOnly(files: Readonly<Record<string, Buffer | string>>): Promise<void> {
    await mkdir(join(folder, "appendonlydir"));
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, "appendonlydir", `appendonly.aof.${name}`), content);
    }
  }

  test.each([
    ["nothing", {}, false],
    ["an empty base", { "2.base.rdb": snapshots.empty, "2.incr.aof": "" }, false],
    ["an empty base and writes since", { "2.base.rdb": snapshots.empty, "2.incr.aof": "*1" }, true],
    ["a base with a key", { "2.base.rdb": snapshots.oneKey, "2.incr.aof": "" }, true],
    ["a base of commands", { "2.base.rdb": "*1" }, true],
    ["history that waits for its removal", { "1.base.rdb": snapshots.oneKey }, false],
  ])("with appendonly yes and %s", async (_, files, expected) => {
    await write("appendonly yes");
    await writeAppendOnly({ manifest: MANIFEST, ...files });
    expect(await holdsData()).toBe(expected);
  });

  test("with appendonly yes is never dump.rdb, nor files that no manifest names", async () => {
    await writeFile(join(folder, "dump.rdb"), snapshots.oneKey);
    await writeAppendOnly({ "2.base.rdb": snapshots.oneKey });
    await write("appendonly yes");
    expect(await holdsData()).toBe(false);
    await write("appendonly no");
    expect(await holdsData()).toBe(true);
  });

  test.each([
    ["none", undefined, false],
    ["one without keys", snapshots.empty, false],
    ["one with a key", snapshots.oneKey, true],
  ])("with appendonly no is in the snapshot: %s", async (_, snapshot, expected) => {
    await write("dbfilename own.rdb");
    if (snapshot !== undefined) await writeFile(join(folder, "own.rdb"), snapshot);
    expect(await holdsData()).toBe(expected);
  });
});

test("the single file of Redis 6 counts, and one that cannot be read is no empty one", async () => {
  await write("appendonly yes");
  await writeFile(join(folder, "appendonly.aof"), "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n");
  expect(await holdsData()).toBe(true);
  await rm(join(folder, "appendonly.aof"));
  await mkdir(join(folder, "appendonly.aof"));
  await expect(holdsData()).rejects.toThrow("appendonly.aof: cannot be read (EISDIR)");
});

test("a snapshot that is cut off or strange counts as data", () => {
  const head = Buffer.from("REDIS0011\xfa\x01a\x01b", "latin1");
  expect(snapshotHoldsData(head)).toBe(true);
  expect(snapshotHoldsData(Buffer.concat([head, Buffer.from([0xff])]))).toBe(false);
  expect(snapshotHoldsData(Buffer.concat([head, Buffer.from([0xfe, 0])]))).toBe(true);
  expect(snapshotHoldsData(Buffer.from("REDIS0011\xfa\xc3", "latin1"))).toBe(true);
});
