// Keeps of one drill what its timeline is drawn from, for the first page of the docs: a real run, never a
// made-up one. `baton drill run kill-primary --clients 3`, then
// `npm run bench -- picture --from baton-runs/kill-primary/latest --out docs/measured/outage.json`.
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { drawn } from "../packages/baton/src/drill/report/drawn.ts";
import { drillResultSchema } from "../packages/baton/src/drill/report/index.ts";
import type { DrillResult, LedgerEntry } from "../packages/baton/src/drill/types.ts";
import { BatonError, EXIT } from "../packages/baton/src/errors.ts";
import { type Pictured, rounded } from "./picture/pictured.ts";
import { parsed } from "./support/options.ts";

const options = {
  from: { type: "string", default: "baton-runs/kill-primary/latest" },
  out: { type: "string", default: "docs/measured/outage.json" },
} as const;

async function readRun(
  folder: string,
): Promise<{ result: DrillResult; ledger: readonly LedgerEntry[] }> {
  const text = await readFile(join(folder, "result.json"), "utf8");
  const lines = (await readFile(join(folder, "ledger.jsonl"), "utf8")).trim().split("\n");
  const result = drillResultSchema.parse(JSON.parse(text)) as DrillResult;
  return { result, ledger: lines.map((line) => JSON.parse(line) as LedgerEntry) };
}

/** @throws BatonError USAGE for a run that lost writes: which ones they were is not in its files. */
export async function run(args: readonly string[]): Promise<number> {
  const { from, out } = parsed(args, options);
  const { result, ledger } = await readRun(resolve(from));
  if (result.rpo.lost > 0)
    throw new BatonError("USAGE", `${from} lost ${result.rpo.lost} writes: expected a run without`);
  const { timeline } = drawn({ result, ledger, lost: new Map() });
  const { fault, verdict, startedAt } = result;
  const pictured: Pictured = { fault, verdict, startedAt, timeline: rounded(timeline) };
  await writeFile(resolve(out), `${JSON.stringify(pictured)}\n`);
  process.stderr.write(`written to ${out}; npm run generate draws it\n`);
  return EXIT.fine;
}
