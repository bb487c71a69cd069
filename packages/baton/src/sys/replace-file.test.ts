import {
  chmod,
  chown,
  link,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { obstacleTo, replaceFile } from "./replace-file.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "replace-"));
  path = join(folder, "redis.conf");
});
afterEach(() => rm(folder, { recursive: true }));

const replace = (before: string, after: string) => replaceFile({ path, before, after });
const isRoot = process.geteuid?.() === 0;

/** Whatever was not done has left nothing behind. */
async function expectUntouched(text: string | Buffer): Promise<void> {
  expect(await readFile(path)).toEqual(Buffer.from(text));
  expect(await readdir(folder)).toHaveLength(1);
}

test("gives a file a new text, with its mode and its byte order mark", async () => {
  await writeFile(path, "\uFEFFport 1\n");
  await chmod(path, 0o640);
  expect(await replace("port 1\n", "port 2\n")).toBeUndefined();
  expect(await readFile(path, "utf8")).toBe("\uFEFFport 2\n");
  expect((await stat(path)).mode & 0o7777).toBe(0o640);
  expect(await readdir(folder)).toEqual(["redis.conf"]);
});

test.runIf(isRoot)("keeps the owner and the group", async () => {
  await writeFile(path, "port 1\n");
  await chown(path, 1234, 2345);
  expect(await replace("port 1\n", "port 2\n")).toBeUndefined();
  expect(await stat(path)).toMatchObject({ uid: 1234, gid: 2345 });
});

test("refuses a file that says something else than what was read", async () => {
  for (const now of ["port 3\n", "port 1\n\n", ""]) {
    await writeFile(path, now);
    expect(await replace("port 1\n", "port 2\n")).toBe("has changed since it was read");
    await expectUntouched(now);
  }
});

test("refuses a file that is not valid UTF-8, of which half would be lost", async () => {
  const latin = Buffer.from("requirepass caf\xe9\n", "latin1");
  await writeFile(path, latin);
  expect(await replace("requirepass caf\uFFFD\n", "port 2\n")).toBe("is not valid UTF-8");
  await expectUntouched(latin);
});

test("refuses a symbolic link, and leaves the file behind it", async () => {
  const real = join(folder, "real.conf");
  await writeFile(real, "port 1\n");
  await symlink(real, path);
  expect(await replace("port 1\n", "port 2\n")).toBe("is a symbolic link");
  expect(await readFile(real, "utf8")).toBe("port 1\n");
});

test("refuses a file with a second name, which would keep the old text", async () => {
  await writeFile(path, "port 1\n");
  await link(path, join(folder, "other.conf"));
  expect(await replace("port 1\n", "port 2\n")).toBe("has another name, by a hard link");
});

test("refuses a file that is read-only, for root as well", async () => {
  await writeFile(path, "port 1\n");
  await chmod(path, 0o444);
  expect(await obstacleTo({ path, before: "port 1\n" })).toBe("is read-only");
  expect(await replace("port 1\n", "port 2\n")).toBe("is read-only");
  await expectUntouched("port 1\n");
});

test("refuses a folder in its place, and what is gone", async () => {
  expect(await replaceFile({ path: folder, before: "", after: "x" })).toBe("is no regular file");
  expect(await replace("port 1\n", "port 2\n")).toBe("cannot be changed: no such file or folder");
});
