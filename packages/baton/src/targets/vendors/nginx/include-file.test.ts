import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { includeText, readInclude } from "./include-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-include-"));
});
afterEach(() => rm(folder, { recursive: true }));

const place = { endpoint: { address: "fd00::2", port: 6380 }, epoch: 9 };
const moment = { boot: "b-1", ticks: 42 };

async function reread(text: string) {
  const path = join(folder, "redis.conf");
  await writeFile(path, text);
  return await readInclude(path, "main");
}

test("writes one server line, and reads back what it wrote", async () => {
  const text = includeText("main", place, moment);
  expect(text).toBe("# baton: group main, epoch 9, boot b-1, tick 42\nserver [fd00::2]:6380;\n");
  expect(await reread(text)).toEqual({ text, place, written: moment });
  expect(await reread(includeText("main", place, undefined))).toMatchObject({
    place,
    written: undefined,
  });
});

test("a file that only carries the sign may be taken, whatever else stands in it", async () => {
  expect(await reread("# baton\nserver 127.0.0.1:9;\n")).toMatchObject({ place: undefined });
  expect(await readInclude(join(folder, "none"), "main")).toBeUndefined();
});

test("what is no address never becomes a line that nginx would read otherwise", () => {
  const endpoint = { address: "10.0.0.1; include /etc/passwd", port: 1 };
  expect(() => includeText("main", { endpoint, epoch: 1 }, moment)).toThrow("is no address");
});
