// Repositories under `baton doctor`: 1,000 files of more than a hundred clusters, time and memory.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT } from "../packages/baton/src/errors.ts";
import { systemClock } from "../packages/baton/src/sys/clock.ts";
import { runDoctor, type Run } from "./doctor/measure.ts";
import {
  brokenPromises,
  type DoctorBench,
  drawMarkdown,
  PROMISED,
  type TreeBench,
} from "./doctor/table.ts";
import { planTree, writeTree } from "./doctor/tree.ts";
import { readConditions } from "./router/conditions.ts";
import { numberFrom, parsed } from "./support/options.ts";

const options = {
  files: { type: "string", default: String(PROMISED.files) },
  times: { type: "string", default: "5" },
  /** A folder for V8's profile of each run. */
  profile: { type: "string" },
  out: { type: "string" },
} as const;

const besideBundle = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function readOptions(args: readonly string[]) {
  const { files, times, profile, out } = parsed(args, options);
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

/** What doctor is promised for, and what most repositories hold besides. */
const TREES = [
  { name: "Configuration", withCode: false },
  { name: "Configuration and client code", withCode: true },
] as const;

interface Planted extends Omit<TreeBench, "runs"> {
  readonly folder: string;
  readonly runs: Run[];
}

async function plant(
  below: string,
  count: number,
  { name, withCode }: (typeof TREES)[number],
): Promise<Planted> {
  const testdata = besideBundle("../../../testdata/doctor");
  const { files, clusters } = await planTree(testdata, count, { withCode });
  const folder = join(below, withCode ? "with-code" : "without-code");
  await writeTree(folder, files);
  const bytes = files.reduce((total, { text }) => total + Buffer.byteLength(text), 0);
  return { name, isPromised: !withCode, folder, files: files.length, bytes, clusters, runs: [] };
}

/** @throws BatonError USAGE, PROCESS_DIED. The trees are removed in any case. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { count, times, nodeOptions, out } = readOptions(args);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const conditions = readConditions(new Date(systemClock.wallMs()).toISOString());
  for (const warning of conditions.warnings) say(warning);
  const folder = await mkdtemp(join(tmpdir(), "baton-doctor-"));
  const planted: Planted[] = [];
  try {
    for (const tree of TREES) planted.push(await plant(folder, count, tree));
    for (let number = 1; number <= times; number++) {
      for (const tree of planted) {
        const measured = await runDoctor(besideBundle("./cli.js"), tree.folder, { signal, nodeOptions });
        say(`run ${number}, ${tree.name.toLowerCase()}: ${measured.tookMs.toFixed(0)} ms`);
        tree.runs.push(measured);
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const trees = planted.map(({ folder: _removed, ...tree }) => tree);
  const bench = { conditions, trees };
  const markdown = `${drawMarkdown(bench).join("\n")}\n`;
  if (out !== undefined) await writeOut(out, bench, markdown);
  process.stdout.write(markdown);
  return brokenPromises(bench).length === 0 ? EXIT.fine : EXIT.findings;
}
