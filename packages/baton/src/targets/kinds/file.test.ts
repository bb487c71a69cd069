import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTextFileIfThere } from "../../sys/files.ts";
import { conformance } from "../conformance.fixture.ts";
import { file } from "./file.ts";
import { makeScript } from "./script.fixture.ts";
import type { Change } from "../target.ts";
import { testSurroundings } from "../surroundings.fixture.ts";

const change: Change = {
  group: "main",
  endpoint: { address: "fd00::2", port: 6380 },
  epoch: 9,
  from: undefined,
  role: "leader",
};
const surroundings = testSurroundings();
const unended = new AbortController().signal;

conformance(file, async () => {
  const script = await makeScript("exit 0");
  const path = join(script.folder, "primary.json");
  return {
    ...script,
    settings: { path, reload: [script.path], timeout: "5s" },
    async shown() {
      const text = await readTextFileIfThere(path);
      if (text === undefined) return undefined;
      const { address, port } = JSON.parse(text) as { address: string; port: number };
      return `${address}:${port}`;
    },
  };
});

test("writes lines for a shell as well, and reads them back", async () => {
  const script = await makeScript("");
  const path = join(script.folder, "primary.env");
  const target = await file.open(file.settings.parse({ path, format: "env" }), surroundings);
  await target.write(change, unended);
  expect(await readFile(path, "utf8")).toBe(
    "REDIS_PRIMARY_GROUP=main\nREDIS_PRIMARY_ADDRESS=fd00::2\n" +
      "REDIS_PRIMARY_PORT=6380\nREDIS_PRIMARY_EPOCH=9\n",
  );
  expect(await target.read?.(unended)).toMatchObject({ endpoint: change.endpoint, epoch: 9 });
  await script.close();
});

test("leaves a file alone that somebody else wrote, and says so", async () => {
  const script = await makeScript("");
  const path = join(script.folder, "passwd");
  await writeFile(path, "root:x:0:0\n");
  for (const format of ["json", "env"]) {
    const target = await file.open(file.settings.parse({ path, format }), surroundings);
    await expect(target.read?.(unended)).rejects.toThrow(`not written by Baton in the format ${format}`);
  }
  await script.close();
});

test("a reload that fails is a failure, with what it said", async () => {
  const script = await makeScript("echo no such unit; exit 5");
  const path = join(script.folder, "primary.json");
  const target = await file.open(file.settings.parse({ path, reload: [script.path] }), surroundings);
  await expect(target.write(change, unended)).rejects.toThrow(/ended with 5: no such unit$/);
  await script.close();
});
