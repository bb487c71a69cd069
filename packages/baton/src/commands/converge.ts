// baton converge: brings what runs on this host in line with the files that were put there.
import { hostname } from "node:os";
import { printable } from "../cluster/text.ts";
import {
  converge as convergePhase,
  type ConvergeOptions,
  isOfFirstPrimary,
  stepsNow,
} from "../converge/converge.ts";
import { groupsWithData } from "../converge/facts.ts";
import { type Phase, PHASES, phasesOf, type Step } from "../converge/plan.ts";
import { BatonError, EXIT } from "../errors.ts";
import { CLUSTER_FILE } from "../render/host/places.ts";
import type { Command, Context, Given } from "./command.ts";
import { openClusterFile } from "./open-cluster.ts";

const isPhase = (word: string): word is Phase => PHASES.some((phase) => phase === word);

/** @throws BatonError USAGE */
function phasesAsked({ phase }: Given): readonly Phase[] {
  if (typeof phase !== "string") return PHASES;
  if (isPhase(phase)) return [phase];
  throw new BatonError("USAGE", `--phase ${printable(phase)}: expected ${PHASES.join(", ")}`);
}

async function optionsFrom(given: Given, context: Context): Promise<ConvergeOptions> {
  const { terminal, clock, environment } = context;
  const file = String(given["file"]);
  const { layout, secrets } = await openClusterFile(file, environment);
  const host = typeof given["host"] === "string" ? given["host"] : hostname();
  if (!layout.cluster.hosts.some(({ name }) => name === host))
    throw new BatonError("USAGE", `${file} has no host ${printable(host)}: --host names this one`);
  const newGroups = typeof given["bootstrap"] === "string" ? given["bootstrap"].split(",") : [];
  const say = (sentence: string): void => terminal.note(`  ${host}  ${sentence}`);
  return { layout, secrets, clock, host, clusterFile: file, newGroups, say };
}

const inWords = ({ kind, unit, reason }: Step) => ({ kind, unit, reason });

async function check(
  options: ConvergeOptions,
  given: Given,
  { terminal, signal }: Context,
): Promise<void> {
  const { steps, facts } = await stepsNow(options, signal);
  const phases = PHASES.filter((phase) =>
    steps.some((step) =>
      phase === "bootstrap" ? isOfFirstPrimary(step, options) : phasesOf(step).includes(phase),
    ),
  );
  if (given["json"] === true) {
    const withData = await groupsWithData(options, facts);
    terminal.out(JSON.stringify({ host: options.host, steps: steps.map(inWords), phases, withData }));
    return;
  }
  for (const { kind, unit, reason } of steps) terminal.out(`  would ${kind} ${unit}: ${reason}`);
  if (steps.length === 0) terminal.out("  nothing to do");
}

/**
 * What a deployment calls on each host, in phases. Every phase looks anew, so that it may be interrupted and
 * repeated at any moment; what is as it should be is not touched.
 */
export const converge: Command = {
  id: "converge",
  summary: "bring what runs on this host in line with its files; `baton deploy` calls it on every host",
  examples: [
    { line: "baton converge --check", remark: "what would be done here, and why" },
    {
      line: "baton converge --phase replicas",
      remark: "restarts what has to be, unless it is the primary",
    },
  ],
  options: [
    { flags: "--file <path>", summary: "the cluster file", fallback: CLUSTER_FILE },
    { flags: "--host <name>", summary: "the host of the cluster file that this is; by its own name" },
    { flags: "--phase <name>", summary: `only this one of ${PHASES.join(", ")}` },
    { flags: "--check", summary: "say what would be done, and do nothing" },
    {
      flags: "--bootstrap <groups>",
      summary: "groups without data on any host: the first primary may start",
    },
    { flags: "--json", summary: "print JSON" },
  ],
  async run(given, context) {
    const { terminal, signal } = context;
    const phases = phasesAsked(given);
    const options = await optionsFrom(given, context);
    if (given["check"] === true) {
      await check(options, given, context);
      return EXIT.fine;
    }
    const done = [];
    for (const phase of phases) done.push(...(await convergePhase(phase, options, signal)));
    const taken = done.flatMap(({ step, outcome }) =>
      outcome === undefined ? [] : [{ step, outcome }],
    );
    if (given["json"] === true) {
      const steps = taken.map(({ step, outcome }) => ({ ...inWords(step), outcome }));
      terminal.out(JSON.stringify({ host: options.host, changed: steps.length > 0, steps }));
    } else {
      for (const { step, outcome } of taken) terminal.out(`  ${step.kind} ${step.unit}: ${outcome}`);
      if (taken.length === 0) terminal.out("  nothing to do");
    }
    return EXIT.fine;
  },
};
