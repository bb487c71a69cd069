// What the commands about drills take alike: options, and what they mean.
import { resolve } from "node:path";
import type { Fault } from "../drill/fault.ts";
import { faults } from "../drill/faults/index.ts";
import { kindsIn, kindsOf } from "../drill/workload/asked.ts";
import { PACE_MS } from "../drill/workload/workload.ts";
import { BatonError } from "../errors.ts";
import type { Given, OptionSpec } from "./command.ts";
import { defaultRunFolder } from "./run-drill.ts";

/** Ten writes a second and client: hosts that serve have other work to do. */
const HOSTS_PACE_MS = 100;

/** The choice of a cluster is each command's own. */
export const drillOptions: readonly OptionSpec[] = [
  { flags: "--engine <folder>", summary: "another Redis or Valkey, as for `baton lab up`" },
  {
    flags: "--no-fence",
    summary: "in a lab of its own whose agents demote nobody: what Sentinel alone does",
  },
  {
    flags: "--durability <kind>",
    summary: "in a lab of its own whose routers acknowledge a write so, whatever the file says",
    choices: ["async", "replicated"],
  },
  {
    flags: "--pace <ms>",
    summary: `from one write of a client to its next, 0 at once; ${PACE_MS}, on production ${HOSTS_PACE_MS}`,
  },
  { flags: "--reads", summary: "programs also read from a replica once a second: stale reads" },
  {
    flags: "--out <folder>",
    summary: "where to keep the evidence; baton-runs in this folder by default",
  },
  { flags: "--no-evidence", summary: "write no files" },
];

/** "dryRun", as it is typed: --dry-run. */
export const dashed = (name: string): string =>
  `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** @throws BatonError USAGE */
export function faultNamed(asked: string): Fault {
  const fault = faults.find(({ id }) => id === asked);
  if (fault !== undefined) return fault;
  throw new BatonError(
    "USAGE",
    `there is no fault ${asked}; known are ${faults.map(({ id }) => id).join(", ")}`,
  );
}

/** @throws BatonError USAGE for anything but a whole number between the two. */
export function numberOf(given: Given, name: string, least: number, most: number): number {
  const text = String(given[name]);
  const asked = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (asked >= least && asked <= most) return asked;
  throw new BatonError("USAGE", `--${name} ${text}: expected a whole number from ${least} to ${most}`);
}

/** A number: so many of the usual kinds. Names: one of each. @throws BatonError USAGE */
export function clientsOf(clients: string, fault: Fault) {
  if (!/^\d/.test(clients))
    return { clientsOfEachKind: 1, kinds: kindsIn(fault, kindsOf(clients)), areNamed: true };
  const clientsOfEachKind = numberOf({ clients }, "clients", 1, 100);
  return { clientsOfEachKind, kinds: kindsIn(fault), areNamed: false };
}

/** 0 writes as fast as it can. @throws BatonError USAGE */
export function paceOf(given: Given): number {
  if (given["pace"] !== undefined) return numberOf(given, "pace", 0, 1000);
  return given["on"] === undefined ? PACE_MS : HOSTS_PACE_MS;
}

/** Where evidence goes; undefined: nowhere. */
export function evidenceFolder({ out, evidence }: Given): string | undefined {
  if (evidence === false) return undefined;
  return typeof out === "string" ? resolve(out) : defaultRunFolder();
}
