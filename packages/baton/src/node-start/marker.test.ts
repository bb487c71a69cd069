import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeMarker } from "./marker.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bt-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("a marker counts for one start and no other", async () => {
  const marker = join(folder, "bootstrap-main");
  await writeFile(marker, "");
  expect(await takeMarker(marker)).toBe(true);
  expect(await readdir(folder)).toEqual([]);
  expect(await takeMarker(marker)).toBe(false);
});

test("without a marker, or a place for one, a cluster is not new", async () => {
  expect(await takeMarker(join(folder, "none", "bootstrap-main"))).toBe(false);
  expect(await takeMarker(undefined)).toBe(false);
  expect(await takeMarker(true)).toBe(false);
});

test("a marker that cannot be taken away would count again: there is no start with it", async () => {
  const marker = join(folder, "bootstrap-main");
  await mkdir(join(marker, "something"), { recursive: true });
  await expect(takeMarker(marker)).rejects.toMatchObject({
    code: "DISK",
    message: expect.stringContaining(marker),
  });
});
