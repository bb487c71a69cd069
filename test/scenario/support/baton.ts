// Runs the built command line the way a person or a script does, with a home of its own for every test.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const cli = fileURLToPath(new URL("../../../packages/baton/dist/cli.js", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it has written so far. */
  out(): string;
  err(): string;
  readonly done: Promise<Ran>;
}

/** A short path: the lab keeps a unix socket below it. */
export async function makeHome(): Promise<string> {
  return await mkdtemp(join(tmpdir(), "bt-"));
}

export async function removeHome(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true });
}

/** `baton ARGS` with BATON_HOME; in a process group of its own, as a shell starts it. */
export function startBaton(
  home: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Running {
  if (!existsSync(cli)) throw new Error(`${cli} is missing: run \`npm run build\` before the scenarios`);
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, BATON_HOME: home, ...environment },
    detached: true,
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const done = new Promise<Ran>((resolve) => {
    child.once("close", (code) => resolve({ code, out, err }));
  });
  return { child, out: () => out, err: () => err, done };
}

export async function baton(
  home: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  return await startBaton(home, args, environment).done;
}
