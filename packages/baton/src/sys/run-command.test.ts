import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "./run-command.ts";
import { missing, seen, waitFor } from "./wait.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bt-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const { signal } = new AbortController();
const withinMs = 10_000;

test("a program's words and status are the answer, whatever the status is", async () => {
  const script = 'printf "%s|" "$@"; echo why >&2; exit 3';
  expect(await runCommand(["sh", "-c", script, "sh", "a b", "$HOME"], { withinMs, signal })).toEqual({
    status: 3,
    stdout: "a b|$HOME|",
    stderr: "why\n",
  });
  expect(await runCommand(["true"], { withinMs, signal })).toEqual({
    status: 0,
    stdout: "",
    stderr: "",
  });
});

test("a program sees the environment that it is given, and no more", async () => {
  const environment = { PATH: process.env["PATH"], ONLY: "this" };
  const { stdout } = await runCommand(["env"], { withinMs, signal, environment });
  expect(stdout.trim().split("\n").toSorted()).toEqual(["ONLY=this", `PATH=${process.env["PATH"]}`]);
});

test("a program that waits for words gets none, and ends", async () => {
  expect(await runCommand(["cat"], { withinMs, signal })).toMatchObject({ status: 0, stdout: "" });
});

test("a program that is not there, or must not be run, is named", async () => {
  await expect(runCommand([join(folder, "none")], { withinMs, signal })).rejects.toMatchObject({
    code: "BINARY_MISSING",
    message: `${folder}/none: there is no such program`,
  });
  await writeFile(join(folder, "text"), "#!/bin/sh\n", { mode: 0o600 });
  await expect(runCommand([join(folder, "text")], { withinMs, signal })).rejects.toMatchObject({
    code: "BINARY_MISSING",
    message: `${folder}/text: it must not be run`,
  });
});

test("a program that takes too long is ended, and the deadline is said", async () => {
  await expect(runCommand(["sleep", "60"], { withinMs: 50, signal })).rejects.toMatchObject({
    code: "NOT_READY",
    message: "sleep: no answer within 50 ms",
  });
});

test("a program that says too much is ended, and that is what is said", async () => {
  await expect(runCommand(["yes"], { withinMs, signal })).rejects.toMatchObject({
    code: "NOT_READY",
    message: "yes: it said more than 4194304 bytes",
  });
});

test("who asked may go away: the program is ended, and the reason is theirs", async () => {
  const controller = new AbortController();
  const mark = join(folder, "runs");
  const script = 'touch "$1"; exec sleep 60';
  const running = runCommand(["sh", "-c", script, "sh", mark], { withinMs, signal: controller.signal });
  const look = async () => (existsSync(mark) ? seen(undefined) : missing("it does not run yet"));
  await waitFor("the program", look, { withinMs });
  controller.abort(new Error("nobody listens any more"));
  await expect(running).rejects.toThrow("nobody listens any more");
  await expect(
    runCommand(["touch", `${mark}-not`], { withinMs, signal: controller.signal }),
  ).rejects.toThrow("nobody listens any more");
  expect(existsSync(`${mark}-not`)).toBe(false);
});
