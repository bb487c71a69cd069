// A whole repository under `baton doctor`: 1,000 files of more than a hundred clusters, time and memory.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { BatonError, EXIT } from "../packages/baton/src/errors.ts";
import { systemClock } from "../packages/baton/src/sys/clock.ts";
import { runDoctor, type Run } from "./doctor/measure.ts";
import { brokenPromises, type DoctorBench, drawMarkdown, PROMISED } from "./doctor/table.ts";
import { planTree, writeTree } from "./doctor/tree.ts";
import { readConditions } from "./router/conditions.ts";

const options = {
  files: { type: "string", default: String(PROMISED.files) },
  times: { type: "string", default: "5" },
  /** A folder for V8's profile of each run. */
  profile: { type: "string" },
  out: { type: "string" },
} as const;

const besideBundle = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new BatonError("USAGE", (cause as Error).message, { cause });
  }
}

function numberFrom(name: string, asked: string, least: number, most: number): number {
  const value = Number(asked);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new BatonError("USAGE", `--${name} ${asked}: expected a whole number from ${least} to ${most}`);
}

function readOptions(args: readonly string[]) {
  const { files, times, profile, out } = parsed(args);
  return {
    count: numberFrom("files", files, 10, 2_000),
    times: numberFrom("times", times, 1, 100),
    nodeOptions: profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${resolve(profile)}`],
    out: out === undefined ? undefined : resolve(out),
  };
}

async function writeOut(folder: string, bench: DoctorBench, markdown: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "doctor.md"), markdown);
  await writeFile(join(folder, "doctor.json"), `${JSON.stringify(bench, undefined, 2)}\n`);
}

/** @throws BatonError USAGE, PROCESS_DIED. The tree is removed in any case. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { count, times, nodeOptions, out } = readOptions(args);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const conditions = readConditions(new Date(systemClock.wallMs()).toISOString());
  for (const warning of conditions.warnings) say(warning);
  const { files, clusters } = await planTree(besideBundle("../../../testdata/doctor"), count);
  const folder = await mkdtemp(join(tmpdir(), "baton-doctor-"));
  const runs: Run[] = [];
  try {
    await writeTree(folder, files);
    for (let number = 1; number <= times; number++) {
      const measured = await runDoctor(besideBundle("./cli.js"), folder, { signal, nodeOptions });
      say(`run ${number}: ${measured.tookMs.toFixed(0)} ms`);
      runs.push(measured);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const bytes = files.reduce((total, { text }) => total + Buffer.byteLength(text), 0);
  const bench = { conditions, files: files.length, bytes, clusters, runs };
  const markdown = `${drawMarkdown(bench).join("\n")}\n`;
  if (out !== undefined) await writeOut(out, bench, markdown);
  process.stdout.write(markdown);
  return brokenPromises(bench).length === 0 ? EXIT.fine : EXIT.findings;
}
