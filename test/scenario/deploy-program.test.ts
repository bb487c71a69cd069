// What a deployment brings to its hosts, built and packed, runs where there is nothing but its archive.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packProgram, type Program } from "../../packages/baton/src/deploy/program.ts";
import { runCommand } from "../../packages/baton/src/sys/run-command.ts";
import { versionOfBaton } from "../../packages/baton/src/version.ts";
import { cli } from "./support/baton.ts";

const { signal } = new AbortController();
const withinMs = 60_000;
const root = dirname(dirname(cli));

let folder: string;
let program: Program;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bt-"));
  program = await packProgram(
    folder,
    { root, version: versionOfBaton(), runtime: process.execPath },
    signal,
  );
  const unpacked = await runCommand(["tar", "-xzf", program.archive, "-C", folder], {
    withinMs,
    signal,
  });
  expect(unpacked).toMatchObject({ status: 0, stderr: "" });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const baton = async (...args: readonly string[]) =>
  await runCommand([process.execPath, join(folder, program.id, "bin", "baton.js"), ...args], {
    withinMs,
    signal,
  });

test("the packed program says its version without any package above it", async () => {
  expect(await baton("--version")).toEqual({ status: 0, stdout: `${versionOfBaton()}\n`, stderr: "" });
});

test("what its commands load later is packed, too: the parsers of doctor", async () => {
  const example = fileURLToPath(new URL("../../examples/smallest.yml", import.meta.url));
  expect(await baton("explain", "--file", example)).toMatchObject({ status: 0, stderr: "" });
  const articles = fileURLToPath(new URL("../../testdata/doctor/articles", import.meta.url));
  const built = await runCommand([process.execPath, cli, "doctor", articles], { withinMs, signal });
  expect(built).toMatchObject({ status: 1, stderr: "" });
  expect(await baton("doctor", articles)).toEqual(built);
});
