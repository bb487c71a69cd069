import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { gather, type Gathered, type GatherOptions } from "./gather.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-gather-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, text: string | Buffer = "port 6379\n"): Promise<string> {
  const whole = join(folder, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, text);
  return whole;
}

async function gathered(options: Partial<GatherOptions> = {}, paths = [folder]): Promise<Gathered> {
  const signal = new AbortController().signal;
  return await gather(paths, { clock: systemClock, signal, isWanted: () => true, ...options });
}

const below = (path: string): string => path.slice(folder.length + 1);
const names = ({ sources }: Gathered): readonly string[] => sources.map(({ path }) => below(path));
const reasons = ({ skipped }: Gathered): Record<string, string> =>
  Object.fromEntries(skipped.map(({ file, reason }) => [below(file), reason]));

test("reads every file below a folder, sorted by path, with its text and permissions", async () => {
  await write("h2/redis.conf", "port 1\n");
  await write("h1/sentinel.conf", "port 2\n");
  const seen = await gathered();
  expect(names(seen)).toEqual(["h1/sentinel.conf", "h2/redis.conf"]);
  expect(seen.sources[1]).toMatchObject({ text: "port 1\n", state: { isSymlink: false } });
  expect(seen.sources[1]?.state?.mode).toBeLessThanOrEqual(0o777);
  expect([seen.skipped, seen.notes, seen.unread, seen.cut]).toEqual([[], [], [], undefined]);
});

test("keeps what is wanted only, and counts the rest", async () => {
  await write("readme.txt");
  await write("redis.conf");
  const seen = await gathered({ isWanted: ({ path }) => path.endsWith(".conf") });
  expect(names(seen)).toEqual(["redis.conf"]);
  expect(seen.looked).toBe(2);
});

test("shows a path as it was given, and a file that was given twice once", async () => {
  const file = await write("a/redis.conf");
  const seen = await gathered({}, [`${folder}/./a//redis.conf`, folder, file]);
  expect(names(seen)).toEqual(["a/redis.conf"]);
});

test("does not look into the folders of version control and packages", async () => {
  for (const name of [".git", "node_modules", "vendor"]) await write(`${name}/redis.conf`);
  await write("redis.conf");
  expect(names(await gathered())).toEqual(["redis.conf"]);
  expect(names(await gathered({}, [join(folder, "vendor")]))).toEqual(["vendor/redis.conf"]);
});

test("does not read what is too large, binary, a pipe or gone, says why, and reads the rest", async () => {
  await truncate(await write("large.conf"), 100 << 20);
  await write("binary.conf", Buffer.from([0x70, 0, 0x71]));
  execFileSync("mkfifo", [join(folder, "pipe.conf")]);
  await symlink("nowhere", join(folder, "dangling.conf"));
  await write("redis.conf");
  const seen = await gathered();
  expect(names(seen)).toEqual(["redis.conf"]);
  expect(reasons(seen)).toEqual({
    "large.conf": "is 104857600 bytes large, and files of at most 2097152 bytes are read",
    "binary.conf": "is binary",
    "pipe.conf": "is a device, socket or pipe, which is never opened",
    "dangling.conf": "leads nowhere, or vanished meanwhile",
  });
  expect(seen.unread).toEqual([]);
});

test("says so when what was given by name is not read", async () => {
  const file = await write("binary.conf", Buffer.from([0]));
  expect((await gathered({}, [file])).unread).toEqual([{ file, reason: "is binary" }]);
});

test("a path that is not there is an error of the system", async () => {
  await expect(gathered({}, [join(folder, "none")])).rejects.toMatchObject({ code: "ENOENT" });
});

test("reads a file that is no UTF-8 as far as it is, and notes it", async () => {
  await write("redis.conf", Buffer.from("requirepass caf\xe9\nport 6379\n", "latin1"));
  const seen = await gathered();
  expect(seen.sources[0]?.text).toBe("requirepass caf\ufffd\nport 6379\n");
  expect(seen.notes).toMatchObject([
    { place: { line: 1, column: 16 }, message: expect.stringContaining("UTF-8") as string },
  ]);
});

test("follows links to files, and never goes round in circles", async () => {
  await symlink("..", join(folder, "up"));
  await symlink("self.conf", join(folder, "self.conf"));
  const outside = await mkdtemp(join(tmpdir(), "baton-gather-"));
  await writeFile(join(outside, "redis.conf"), "port 1\n");
  await symlink(join(outside, "redis.conf"), join(folder, "redis.conf"));
  const seen = await gathered();
  await rm(outside, { recursive: true });
  expect(seen.sources).toMatchObject([{ text: "port 1\n", state: { isSymlink: true } }]);
  expect(reasons(seen)).toEqual({
    "self.conf": "is a symbolic link that leads back to itself",
    up: "is a link to a folder",
  });
});

test("takes a file and the links to it as one", async () => {
  await write("z.conf");
  await symlink("z.conf", join(folder, "a.conf"));
  expect(names(await gathered())).toEqual(["z.conf"]);
});

test("looks into the folder that a given link leads to", async () => {
  await write("real/redis.conf");
  await symlink("real", join(folder, "link"));
  expect(names(await gathered({}, [join(folder, "link")]))).toEqual(["link/redis.conf"]);
});

test("ends at its bounds, says which, and keeps what it has", async () => {
  for (let index = 0; index < 9; index += 1) await write(`${index}.conf`, "x".repeat(100));
  const few = await gathered({ bounds: { files: 5 } });
  expect([names(few).length, few.cut]).toEqual([5, "there are more than 5 files"]);
  expect((await gathered({ bounds: { files: 9 } })).cut).toBeUndefined();
  const little = await gathered({ bounds: { totalBytes: 350 } });
  expect(little.cut).toBe("what is to be checked is larger than 350 bytes");
  expect(names(little)).toHaveLength(3);
});

test("passes over what is too heavy, and ends when all together is", async () => {
  for (const name of ["a", "b", "c", "d"])
    await write(`${name}.conf`, name === "b" ? "x".repeat(9) : "xxx");
  const weightOf = ({ text }: { readonly text: string }) => text.length;
  const seen = await gathered({ weightOf, bounds: { fileWeight: 8, totalWeight: 7 } });
  expect(names(seen)).toEqual(["a.conf", "c.conf"]);
  expect(reasons(seen)).toEqual({ "b.conf": "has more than 8 words" });
  expect(seen.cut).toBe("what is to be checked is larger than 7 words");
});

test("says so when a folder holds more folders than it looks at", async () => {
  for (const name of ["a", "b", "c", "d"]) await mkdir(join(folder, name));
  await write("d/redis.conf");
  const { unread, cut } = await gathered({ bounds: { files: 2 } });
  const reason = "holds more than 2 entries, and some were left out";
  expect([unread, cut]).toEqual([[{ file: folder, reason }], undefined]);
});

test("ends when its time is up", async () => {
  await write("redis.conf");
  let ms = 0;
  const clock = { ...systemClock, monotonicMs: () => (ms += 20_000) };
  expect(await gathered({ clock })).toMatchObject({ cut: "the search took longer than 30 s" });
});

test("does not go deeper than is sensible", async () => {
  await write("a/b/c/redis.conf");
  await write("a/redis.conf");
  const seen = await gathered({ bounds: { depth: 2 } });
  expect(names(seen)).toEqual(["a/redis.conf"]);
  expect(reasons(seen)).toEqual({ "a/b/c": "is 3 folders deep" });
});

test("stops when it is told to", async () => {
  await write("redis.conf");
  await expect(gathered({ signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
});

test("names a thousand files that it passed over, and counts the rest", async () => {
  await mkdir(join(folder, "many"));
  const links = Array.from({ length: 1_003 }, (_, index) => join(folder, "many", `${index}`));
  await Promise.all(links.map((link) => symlink("nowhere", link)));
  const { skipped } = await gathered();
  expect(skipped).toHaveLength(1_001);
  expect(skipped.at(-1)?.reason).toBe("and 3 more files, for reasons like these");
});
