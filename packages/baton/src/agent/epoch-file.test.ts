import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEpochFile } from "./epoch-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-epochs-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("remembers the newest epoch of every group over a restart", async () => {
  const file = await openEpochFile(folder);
  expect(file.seen("main")).toBe(-1);
  await file.remember("main", 7);
  await file.remember("orders", 2);
  await file.remember("main", 3);
  const again = await openEpochFile(folder);
  expect([again.seen("main"), again.seen("orders")]).toEqual([7, 2]);
});

test("epochs of a thousand groups that come at once are all on disk, in few writes", async () => {
  const file = await openEpochFile(folder);
  const names = Array.from({ length: 1_000 }, (_, index) => `g${index}`.padEnd(40, "x"));
  await Promise.all(names.map((name, index) => file.remember(name, index)));
  const again = await openEpochFile(folder);
  expect(names.map((name) => again.seen(name))).toEqual(names.map((_, index) => index));
});

test("an epoch that cannot be written now is written when it is asked for again", async () => {
  const file = await openEpochFile(folder);
  await file.remember("main", 6);
  await rm(folder, { recursive: true });
  await writeFile(folder, "a file where the folder was");
  await expect(Promise.all([file.remember("main", 7), file.remember("orders", 3)])).rejects.toThrow();
  expect([file.seen("main"), file.seen("orders")]).toEqual([6, -1]);
  await rm(folder);
  await Promise.all([file.remember("main", 7), file.remember("orders", 3)]);
  const again = await openEpochFile(folder);
  expect([again.seen("main"), again.seen("orders")]).toEqual([7, 3]);
});

test("refuses to begin with a damaged file, because a forgetful agent could go back", async () => {
  for (const text of ["", "{", "[]", '{"main":"7"}', '{"main":-2}', '{"main":1.5}']) {
    await writeFile(join(folder, "epochs.json"), text);
    await expect(openEpochFile(folder), text).rejects.toThrow("not a file of epochs");
    expect(await readFile(join(folder, "epochs.json"), "utf8"), "and it is left as it was").toBe(text);
  }
});

test("a folder that cannot be written to fails the memory, not silently", async () => {
  await writeFile(join(folder, "file"), "");
  const file = await openEpochFile(join(folder, "missing")).catch((error: unknown) => error);
  expect(file).not.toBeInstanceOf(Error);
  await expect(openEpochFile(join(folder, "file", "below"))).rejects.toThrow();
});
