// baton drill run: breaks a real cluster on purpose and measures RTO and lost writes.
import { resolve } from "node:path";
import type { Fault } from "../drill/fault.ts";
import { faults } from "../drill/faults/index.ts";
import { BatonError } from "../errors.ts";
import { attachLab, type LabHandle, runningLabs, startLab } from "../lab/index.ts";
import type { Command, Context, Given } from "./command.ts";
import { clusterOptions } from "./open-cluster.ts";
import { defaultRunFolder, runAndReport } from "./run-drill.ts";

function faultOf(given: Given): Fault {
  const asked = String(given["fault"]);
  const fault = faults.find(({ id }) => id === asked);
  if (fault !== undefined) return fault;
  throw new BatonError(
    "USAGE",
    `there is no fault ${asked}; known are ${faults.map(({ id }) => id).join(", ")}`,
  );
}

/** 1 to 100, because each client is a connection and a list of its own. */
function clientsOf(given: Given): number {
  const asked = Number(given["clients"]);
  if (Number.isInteger(asked) && asked >= 1 && asked <= 100) return asked;
  throw new BatonError(
    "USAGE",
    `--clients ${String(given["clients"])}: expected a whole number from 1 to 100`,
  );
}

interface Place {
  readonly lab: LabHandle;
  /** A lab that was made for this drill is taken down after it. */
  readonly isOwn: boolean;
}

async function ownLab(options: { readonly clusterFile?: string }, context: Context): Promise<Place> {
  const { terminal, signal } = context;
  terminal.note("building a cluster for this drill, without wires in the way of its times");
  const name = `drill-${process.pid}`;
  const onProgress = (sentence: string) => terminal.note(`  ${sentence}`);
  return { lab: await startLab({ name, wires: false, signal, onProgress, ...options }), isOwn: true };
}

/**
 * --name: that lab. --file: a lab of its own made from it. Neither: the lab that runs, or a lab of
 * its own.
 */
async function placeOf({ file, name }: Given, context: Context): Promise<Place> {
  if (file !== undefined && name !== undefined)
    throw new BatonError("USAGE", "--file and --name were both given");
  if (typeof name === "string") return { lab: await attachLab(name, context.environment), isOwn: false };
  if (typeof file === "string") return await ownLab({ clusterFile: file }, context);
  const running = await runningLabs(context.environment);
  const [only] = running;
  if (only === undefined) return await ownLab({}, context);
  if (running.length > 1) {
    throw new BatonError("USAGE", `several labs run (${running.join(", ")}): say which with --name`);
  }
  context.terminal.note(`in the lab ${only}, which runs`);
  return { lab: await attachLab(only, context.environment), isOwn: false };
}

export const drillRun: Command = {
  id: "drill run",
  summary: "break the cluster of a lab on purpose, and measure RTO and lost acknowledged writes",
  examples: [
    { line: "baton drill run kill-primary", remark: "in the lab that runs, or in one of its own" },
    { line: "baton drill run kill-primary --json", remark: "exit 0 held, 1 broken, 4 unknown" },
    {
      line: "baton drill run kill-primary --file cluster.yml",
      remark: "your own timings, on this machine",
    },
  ],
  arguments: [
    {
      name: "<fault>",
      summary: "what to break: `baton drill list`",
      choices: faults.map(({ id }) => id),
    },
  ],
  options: [
    ...clusterOptions,
    { flags: "--clients <number>", summary: "clients of each kind", fallback: "4" },
    {
      flags: "--out <folder>",
      summary: "where to keep the evidence; baton-runs in this folder by default",
    },
    { flags: "--no-evidence", summary: "write no files" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const fault = faultOf(given);
    const clientsOfEachKind = clientsOf(given);
    const out = typeof given["out"] === "string" ? resolve(given["out"]) : defaultRunFolder();
    const { lab, isOwn } = await placeOf(given, context);
    if (fault.needs.includes("wires") && !lab.wires) {
      throw new BatonError(
        "UNABLE",
        `the fault ${fault.id} needs a lab with wires, and ${lab.name} has none`,
      );
    }
    const asJson = given["json"] === true;
    try {
      const evidence = given["evidence"] === false ? undefined : out;
      return await runAndReport({ lab, fault, clientsOfEachKind, asJson, out: evidence }, context);
    } finally {
      if (isOwn) await lab.down();
    }
  },
};
