import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import type { Context, Given } from "./command.ts";
import { explain } from "./explain.ts";

const smallest = fileURLToPath(new URL("../../../../examples/smallest.yml", import.meta.url));
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-explain-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function run(
  given: Given,
  colour = false,
): Promise<{ readonly code: number; readonly out: string }> {
  const lines: string[] = [];
  const context: Context = {
    terminal: {
      isInteractive: false,
      colour,
      columns: 100,
      out: (line) => void lines.push(line),
      note: (line) => void lines.push(`note: ${line}`),
      outBacklogBytes: () => 0,
    },
    clock: systemClock,
    environment: {},
    signal: new AbortController().signal,
  };
  return { code: await explain.run(given, context), out: lines.join("\n") };
}

describe("baton explain", () => {
  test("prints what follows from the file, and exits with 0", async () => {
    const { code, out } = await run({ file: smallest });
    expect(code).toBe(0);
    expect(out).toContain("Cluster smallest");
    expect(out).toMatch(/down-after +1800 ms +derived +A crash is noticed/);
    expect(out).not.toContain("\u001b");
  });

  test("makes the headings bold where the terminal has colours", async () => {
    expect((await run({ file: smallest }, true)).out).toContain("\u001b[1mCluster smallest\u001b[22m");
  });

  test("prints one JSON document for programs", async () => {
    const { out } = await run({ file: smallest, json: true });
    expect(JSON.parse(out)).toMatchObject({
      name: "smallest",
      groups: [{ timings: { quorum: { value: 2 } } }],
    });
  });

  test("refuses to guess the file", async () => {
    await expect(run({})).rejects.toMatchObject({ code: "USAGE", exitCode: 2 });
  });

  test("calls a file that is not there, or a folder, a bad cluster file and names it", async () => {
    for (const path of [join(folder, "none.yml"), folder]) {
      const failure = {
        code: "CLUSTER_FILE",
        exitCode: 2,
        message: expect.stringContaining(path) as string,
      };
      await expect(run({ file: path })).rejects.toMatchObject(failure);
    }
  });

  test("names every problem of the file with its place", async () => {
    const path = join(folder, "bad.yml");
    await writeFile(path, "hosts: []\nquorm: 2\n");
    await expect(run({ file: path })).rejects.toMatchObject({
      code: "CLUSTER_FILE",
      message: expect.stringMatching(
        /bad\.yml:1:8 hosts .*\n.*bad\.yml:2:1 quorm Unknown key "quorm"/,
      ) as string,
    });
  });

  test("does not read a file that is far too large", async () => {
    const path = join(folder, "large.yml");
    await writeFile(path, "#".repeat(300_000));
    await expect(run({ file: path })).rejects.toMatchObject({ code: "CLUSTER_FILE" });
  });
});
