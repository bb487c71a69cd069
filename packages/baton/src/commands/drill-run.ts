// baton drill run: breaks a real cluster on purpose and measures RTO and lost writes.
import type { Fault } from "../drill/fault.ts";
import { faults } from "../drill/faults/index.ts";
import { kindsIn, kindsOf, requireKinds } from "../drill/workload/asked.ts";
import type { Command, Given } from "./command.ts";
import { drillOptions, evidenceFolder, faultNamed, numberOf } from "./drill-given.ts";
import { placeOf } from "./drill-place.ts";
import { clusterOptions } from "./open-cluster.ts";
import { runAndReport } from "./run-drill.ts";
import { isScenario, runScenario } from "./run-scenario.ts";

/** A number: so many of the usual kinds. Names: one of each, started one after the other. */
function clientsOf(given: Given, fault: Fault) {
  const asked = String(given["clients"]);
  if (/^\d/.test(asked))
    return { clientsOfEachKind: numberOf(given, "clients", 1, 100), kinds: kindsIn(fault) };
  return { clientsOfEachKind: 1, kinds: kindsIn(fault, kindsOf(asked)), staggerMs: 250 };
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
      line: "baton drill run switchover --clients perl,./my-client",
      remark: "clients in other languages, and a program of your own",
    },
    {
      line: "baton drill run scenarios/first-failover.yml --step",
      remark: "several faults with explanations: test, demo and tutorial",
    },
    {
      line: "baton drill run return-after-crash --no-fence",
      remark: "what an old primary does without Baton's fence",
    },
  ],
  arguments: [
    {
      name: "<fault>",
      summary: "what to break: `baton drill list`; or a scenario file with several, one after the other",
      choices: faults.map(({ id }) => id),
    },
  ],
  options: [
    ...clusterOptions,
    {
      flags: "--clients <number or list>",
      summary: "so many clients of each usual kind; or kinds by name, one each: `baton drill list`",
      fallback: "4",
    },
    ...drillOptions,
    { flags: "--step", summary: "with a scenario: wait for Enter before each step" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const asked = String(given["fault"]);
    if (isScenario(asked)) return await runScenario(asked, given, context);
    const fault = faultNamed(asked);
    // Each client is a connection and a list of its own.
    const clients = clientsOf(given, fault);
    const paceMs = numberOf(given, "pace", 0, 1000);
    await requireKinds(clients.kinds, context.signal);
    const { lab, isOwn } = await placeOf(given, fault, context);
    try {
      const drill = { lab, fault, ...clients, paceMs, reads: given["reads"] === true };
      const how = { asJson: given["json"] === true, out: evidenceFolder(given) };
      return await runAndReport({ ...drill, ...how }, context);
    } finally {
      if (isOwn) await lab.down();
    }
  },
};
