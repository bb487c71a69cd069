// baton drill matrix: every fault with every client that was asked for, each drill in a cluster of its own.
import { type DrillOptions, runDrill } from "../drill/drill.ts";
import type { Fault } from "../drill/fault.ts";
import { cellsOf, legendOf, matrixMarkdown, matrixOf } from "../drill/matrix.ts";
import { checkedResult, type NoDrill, renderJunit } from "../drill/report/index.ts";
import { writeRunFolder } from "../drill/run-folder.ts";
import type { DrillResult } from "../drill/types.ts";
import { kindsIn, kindsOf, requireKinds } from "../drill/workload/asked.ts";
import { BatonError, EXIT } from "../errors.ts";
import { columnsOf } from "../status/columns.ts";
import type { Command, Context, Given } from "./command.ts";
import { drillOptions, evidenceFolder, faultNamed, numberOf, paceOf } from "./drill-given.ts";
import { ownLab } from "./drill-place.ts";
import { secretReader } from "./secrets.ts";

/** Clients that begin at the same moment would all be at the same point of their rounds. */
const STAGGER_MS = 250;

interface Yield {
  readonly drills: DrillResult[];
  readonly failures: NoDrill[];
}

type Asked = Pick<DrillOptions, "fault" | "kinds" | "paceMs" | "reads">;

async function drillOnce(asked: Asked, given: Given, context: Context): Promise<DrillResult> {
  const { terminal, clock, signal } = context;
  const onProgress = (sentence: string) => terminal.note(`  ${sentence}`);
  const { lab } = await ownLab(given, asked.fault, context);
  try {
    const crowd = { clientsOfEachKind: 1, staggerMs: STAGGER_MS };
    const readSecret = secretReader(lab.clusterFile, context.environment);
    const own = { lab, readSecret, clock, signal, onProgress };
    const evidence = await runDrill({ ...asked, ...crowd, ...own });
    const out = evidenceFolder(given);
    if (out !== undefined) await writeRunFolder(out, evidence);
    return evidence.result;
  } finally {
    await lab.down();
  }
}

/** One that cannot take place is told, and the others go on. */
async function drillAll(asked: readonly Asked[], given: Given, context: Context): Promise<Yield> {
  const runs = numberOf(given, "runs", 1, 100);
  const made: Yield = { drills: [], failures: [] };
  for (const one of asked) {
    for (let run = 1; run <= runs; run += 1) {
      context.terminal.note(`${one.fault.id}, run ${run} of ${runs}`);
      try {
        const result = await drillOnce(one, given, context);
        context.terminal.note(`  verdict: ${result.verdict}`);
        made.drills.push(result);
      } catch (error) {
        if (!(error instanceof BatonError) || context.signal.aborted) throw error;
        const { code, message } = error;
        context.terminal.note(`  no drill: ${code} ${message}`);
        made.failures.push({ fault: one.fault.id, run, code, message });
      }
    }
  }
  return made;
}

function exitOf({ drills, failures }: Yield): number {
  if (drills.some(({ verdict }) => verdict === "broken")) return EXIT.findings;
  const isMeasured = failures.length === 0 && drills.every(({ verdict }) => verdict === "held");
  return isMeasured ? EXIT.fine : EXIT.unknown;
}

function linesOf({ drills, failures }: Yield, given: Given): readonly string[] {
  if (given["format"] === "junit") return [renderJunit(drills, failures)];
  const matrix = matrixOf(drills);
  if (given["format"] === "markdown") return matrixMarkdown(matrix).split("\n");
  return [...columnsOf(cellsOf(matrix)), "", legendOf(matrix)];
}

const faultsOf = (words: string): readonly Fault[] => [
  ...new Set(words.split(",").map((word) => faultNamed(word.trim()))),
];

export const drillMatrix: Command = {
  id: "drill matrix",
  summary: "run every fault with every client, and set side by side what it cost them",
  examples: [
    {
      line: "baton drill matrix --faults kill-primary,switchover --clients perl,perl-default",
      remark: "a recipe beside the library's ordinary default",
    },
    {
      line: "baton drill matrix --faults switchover --clients python --runs 3 --json",
      remark: '{ "drills": [ ... ] }, each as from `baton drill run --json`',
    },
  ],
  options: [
    { flags: "--faults <list>", summary: "what to break: `baton drill list`" },
    {
      flags: "--clients <list>",
      summary: "kinds of clients, or paths of programs of your own; `router` always takes part",
    },
    { flags: "--runs <number>", summary: "drills of each fault", fallback: "1" },
    { flags: "--file <path>", summary: "build the clusters from this cluster file" },
    ...drillOptions,
    { flags: "--format <format>", summary: "how to print", choices: ["text", "markdown", "junit"] },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const { faults, clients } = given;
    if (typeof faults !== "string" || typeof clients !== "string")
      throw new BatonError("USAGE", "--faults and --clients are needed: `baton drill list` has both");
    const kinds = kindsOf(clients);
    const shared = { paceMs: paceOf(given), reads: given["reads"] === true };
    const asked = faultsOf(faults).map((fault) => ({ ...shared, fault, kinds: kindsIn(fault, kinds) }));
    await requireKinds(kinds, context.signal);
    const made = await drillAll(asked, given, context);
    const { drills, failures } = made;
    if (given["json"] === true) {
      const checked = { drills: drills.map(checkedResult), failures };
      context.terminal.out(JSON.stringify(checked, undefined, 2));
    } else for (const line of linesOf(made, given)) context.terminal.out(line);
    return exitOf(made);
  },
};
