// Runs a benchmark the way `npm run bench` does, without building anything first.
import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Ran } from "./baton.ts";

const script = fileURLToPath(new URL("../../../scripts/bench.mjs", import.meta.url));

/** Its temporary files lie in the home, so that whatever it leaves is found. */
export async function runBench(home: string, ...args: readonly string[]): Promise<Ran> {
  const temporary = join(home, "tmp");
  await mkdir(temporary, { recursive: true });
  const own = { BATON_HOME: home, BATON_PREPARED: "yes", TMPDIR: temporary };
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...own } });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return await new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, out, err }));
  });
}
