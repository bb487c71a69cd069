// baton drill run: breaks a real cluster on purpose and measures RTO and lost writes.
import { faults } from "../drill/faults/index.ts";
import { requireKinds } from "../drill/workload/asked.ts";
import { findBrowser } from "../drill/print-page.ts";
import { BatonError } from "../errors.ts";
import type { Command, Context, Given } from "./command.ts";
import { clientsOf, drillOptions, evidenceFolder, faultNamed, paceOf } from "./drill-given.ts";
import { hostsAsked, hostsOptions } from "./drill-hosts-given.ts";
import { drillOnHosts } from "./drill-hosts.ts";
import { placeOf } from "./drill-place.ts";
import { isScenario, refuseForFault, refuseForScenario } from "./drill-run-given.ts";
import { clusterOptions } from "./open-cluster.ts";
import { formatOf, FORMATS, runAndReport } from "./run-drill.ts";
import { runScenario } from "./run-scenario.ts";

/** Of each usual kind, where nobody says otherwise. */
const CLIENTS = 4;
/** Between the starts of two clients that were asked for by name. */
const STAGGER_MS = 250;

/** Looked for before anything is broken. @throws BatonError BROWSER_MISSING, USAGE */
function browserOf({ pdf, evidence }: Given, { environment }: Context): string | undefined {
  if (pdf !== true) return undefined;
  if (evidence === false)
    throw new BatonError("USAGE", "--pdf and --no-evidence were both given: there is no page to print");
  return findBrowser(environment);
}

export const drillRun: Command = {
  id: "drill run",
  summary: "break a cluster on purpose, in a lab or on its hosts, and measure RTO and lost writes",
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
      line: "baton drill run kill-primary --file cluster.yml --on production",
      remark: "the hosts of the file themselves, over SSH: asks for the cluster's name",
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
      summary: `so many of each usual kind (${CLIENTS}), or kinds by name: \`baton drill list\``,
    },
    ...drillOptions,
    { flags: "--step", summary: "with a scenario: wait for Enter before each step" },
    { flags: "--format <format>", summary: "how to print", choices: Object.keys(FORMATS) },
    { flags: "--pdf", summary: "print the page as well: report.pdf beside it, by a Chromium here" },
    ...hostsOptions,
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const asked = String(given["fault"]);
    if (isScenario(asked)) {
      refuseForScenario(given);
      return await runScenario(asked, given, context);
    }
    const fault = faultNamed(asked);
    refuseForFault(given);
    // Each client is a connection and a list of its own.
    const { areNamed, ...crowd } = clientsOf(String(given["clients"] ?? CLIENTS), fault);
    const clients = areNamed ? { ...crowd, staggerMs: STAGGER_MS } : crowd;
    const paceMs = paceOf(given);
    const browser = browserOf(given, context);
    await requireKinds(clients.kinds, context.signal);
    const how = { format: formatOf(given), out: evidenceFolder(given), browser };
    const drill = { fault, ...clients, paceMs, reads: given["reads"] === true, ...how };
    const hosts = hostsAsked(given, fault);
    if (hosts !== undefined) return await drillOnHosts(drill, hosts, context);
    const { lab, isOwn } = await placeOf(given, fault, context);
    try {
      return await runAndReport({ ...drill, lab }, context);
    } finally {
      if (isOwn) await lab.down();
    }
  },
};
