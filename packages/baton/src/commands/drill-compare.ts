// baton drill compare: the same fault in the same cluster with Baton and without, side by side.
import { join } from "node:path";
import { comparisonCells, comparisonOf, faultWithout, kindsWithout } from "../drill/compare.ts";
import { type DrillOptions, runDrill } from "../drill/drill.ts";
import { COMPARED } from "../drill/earlier-runs.ts";
import { checkedResult } from "../drill/report/index.ts";
import { writeRunFolder } from "../drill/run-folder.ts";
import type { DrillEvidence, Verdict } from "../drill/types.ts";
import { requireKinds } from "../drill/workload/asked.ts";
import { EXIT } from "../errors.ts";
import { columnsOf } from "../status/columns.ts";
import type { Command, Context, Given } from "./command.ts";
import { clientsOf, drillOptions, evidenceFolder, faultNamed, numberOf, paceOf } from "./drill-given.ts";
import { ownLab } from "./drill-place.ts";
import { secretReader } from "./secrets.ts";

const STAGGER_MS = 250;

type Side = "with" | "without";
type Asked = Pick<DrillOptions, "fault" | "kinds" | "clientsOfEachKind" | "paceMs" | "reads">;

async function drillOnce(asked: Asked, side: Side, given: Given, context: Context) {
  const { terminal, clock, signal } = context;
  const isStock = side === "without";
  const onProgress = (sentence: string) => terminal.note(`  ${sentence}`);
  const { lab } = await ownLab(given, asked.fault, context, { agents: !isStock });
  try {
    const readSecret = secretReader(lab.clusterFile, context.environment);
    const how = { isStock, readSecret, staggerMs: STAGGER_MS, clock, signal, onProgress };
    const evidence = await runDrill({ ...asked, ...how, lab });
    const out = evidenceFolder(given);
    if (out !== undefined) await writeRunFolder(join(out, COMPARED, side), evidence);
    return evidence;
  } finally {
    await lab.down();
  }
}

async function drillAll(asked: Asked, side: Side, given: Given, context: Context) {
  const runs = numberOf(given, "runs", 1, 100);
  const all: DrillEvidence[] = [];
  for (let run = 1; run <= runs; run += 1) {
    context.terminal.note(`${asked.fault.id}, ${side} Baton, run ${run} of ${runs}`);
    all.push(await drillOnce(asked, side, given, context));
  }
  return all;
}

/** The promises are Baton's: what happens without it breaks none. */
function exitOf(verdicts: readonly Verdict[]): number {
  if (verdicts.includes("broken")) return EXIT.findings;
  return verdicts.every((verdict) => verdict === "held") ? EXIT.fine : EXIT.unknown;
}

export const drillCompare: Command = {
  id: "drill compare",
  summary: "the same fault with Baton and with Sentinel alone, side by side",
  examples: [
    { line: "baton drill compare kill-primary", remark: "two clusters of its own, one after the other" },
    {
      line: "baton drill compare switchover --clients perl,perl-via-router --runs 3",
      remark: "without Baton: SENTINEL FAILOVER, and Redis.pm as its manual shows it",
    },
  ],
  arguments: [{ name: "<fault>", summary: "what to break: `baton drill list`" }],
  options: [
    {
      flags: "--clients <number or list>",
      summary: "as for `baton drill run`; where no router runs, others take their place",
      fallback: "2",
    },
    { flags: "--runs <number>", summary: "drills on each side", fallback: "1" },
    { flags: "--file <path>", summary: "build the clusters from this cluster file" },
    ...drillOptions.filter(({ flags }) => flags !== "--no-fence"),
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const fault = faultNamed(String(given["fault"]));
    const { kinds, clientsOfEachKind } = clientsOf(String(given["clients"]), fault);
    const stock = kindsWithout(kinds);
    const shared = {
      clientsOfEachKind,
      paceMs: paceOf(given),
      reads: given["reads"] === true,
    };
    await requireKinds([...new Set([...kinds, ...stock])], context.signal);
    const withBaton = await drillAll({ ...shared, fault, kinds }, "with", given, context);
    const other = { ...shared, fault: faultWithout(fault), kinds: stock };
    const without = await drillAll(other, "without", given, context);
    const comparison = comparisonOf({ fault, kinds, withBaton, without });
    if (given["json"] === true) {
      const resultsOf = (all: readonly DrillEvidence[]) =>
        all.map(({ result }) => checkedResult(result));
      const drills = { withBaton: resultsOf(withBaton), without: resultsOf(without) };
      context.terminal.out(JSON.stringify({ ...comparison, drills }, undefined, 2));
    } else {
      const instead =
        comparison.faultWithout === fault.id ? "" : `, without Baton ${comparison.faultWithout}`;
      context.terminal.out(`${fault.id}${instead}`);
      for (const line of columnsOf(comparisonCells(comparison))) context.terminal.out(line);
    }
    return exitOf(comparison.verdicts.withBaton);
  },
};
