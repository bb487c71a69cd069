// baton drill run: breaks a real cluster on purpose and measures RTO and lost writes.
import { resolve } from "node:path";
import type { Fault } from "../drill/fault.ts";
import { faults } from "../drill/faults/index.ts";
import { PACE_MS } from "../drill/workload/workload.ts";
import { BatonError } from "../errors.ts";
import type { Command, Given } from "./command.ts";
import { placeOf } from "./drill-place.ts";
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

/** @throws BatonError USAGE for anything but a whole number between the two. */
function numberOf(given: Given, name: string, least: number, most: number): number {
  const text = String(given[name]);
  const asked = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (asked >= least && asked <= most) return asked;
  throw new BatonError("USAGE", `--${name} ${text}: expected a whole number from ${least} to ${most}`);
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
    {
      line: "baton drill run return-after-crash --no-fence",
      remark: "what an old primary does without Baton's fence",
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
    { flags: "--engine <folder>", summary: "another Redis or Valkey, as for `baton lab up`" },
    {
      flags: "--no-fence",
      summary: "in a lab of its own whose agents demote nobody: what Sentinel alone does",
    },
    { flags: "--clients <number>", summary: "clients of each kind", fallback: "4" },
    {
      flags: "--pace <ms>",
      summary: "from one write of a client to its next; 0 writes as fast as it can",
      fallback: String(PACE_MS),
    },
    {
      flags: "--out <folder>",
      summary: "where to keep the evidence; baton-runs in this folder by default",
    },
    { flags: "--no-evidence", summary: "write no files" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const fault = faultOf(given);
    // Each client is a connection and a list of its own.
    const clientsOfEachKind = numberOf(given, "clients", 1, 100);
    const paceMs = numberOf(given, "pace", 0, 1000);
    const out = typeof given["out"] === "string" ? resolve(given["out"]) : defaultRunFolder();
    const { lab, isOwn } = await placeOf(given, fault, context);
    const asJson = given["json"] === true;
    try {
      const evidence = given["evidence"] === false ? undefined : out;
      const asked = { lab, fault, clientsOfEachKind, paceMs };
      return await runAndReport({ ...asked, asJson, out: evidence }, context);
    } finally {
      if (isOwn) await lab.down();
    }
  },
};
