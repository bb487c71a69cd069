// baton history: every failover, switchover and fence with its timeline, from the agents' journals.
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { BatonError, EXIT } from "../errors.ts";
import {
  incidentsIn,
  isWanted,
  mergeIncidents,
  parseSince,
  SINCE_EXPECTED,
  type Wanted,
} from "../journal/history.ts";
import { askHistories, type Told, type Unheard } from "./ask-history.ts";
import type { Command, Context, Given } from "./command.ts";
import { historyLines } from "./history-lines.ts";
import { clusterOptions, openLayout } from "./open-cluster.ts";

function wantedBy({ group, since }: Given, { clock }: Context): Wanted {
  const sinceMs = typeof since === "string" ? parseSince(since, clock.wallMs()) : undefined;
  if (typeof since === "string" && sinceMs === undefined)
    throw new BatonError("USAGE", `--since ${since}: expected ${SINCE_EXPECTED}`);
  return { group: typeof group === "string" ? group : undefined, sinceMs };
}

async function readState(folder: string, signal: AbortSignal): Promise<Told> {
  const path = join(resolve(folder), "journal.jsonl");
  if (!existsSync(path) && !existsSync(`${path}.1`))
    throw new BatonError(
      "USAGE",
      `${path}: no journal there; --state names the state folder of an agent`,
    );
  return { agent: basename(resolve(folder)), incidents: await incidentsIn(path, signal) };
}

async function collect(given: Given, context: Context) {
  const { state, group } = given;
  if (typeof state === "string") {
    if (given["file"] !== undefined || given["name"] !== undefined)
      throw new BatonError("USAGE", "--state reads one folder; it goes with neither --file nor --name");
    return { told: [await readState(state, context.signal)], unheard: [] };
  }
  const layout = await openLayout(given, context);
  const names = layout.groups.map(({ name }) => name);
  if (typeof group === "string" && !names.includes(group))
    throw new BatonError(
      "USAGE",
      `no group ${group} in the cluster file; there are: ${names.join(", ")}`,
    );
  const answers = await askHistories(layout, context.signal);
  if (answers.told.length > 0) return answers;
  const reasons = answers.unheard.map(({ agent, reason }) => `${agent}: ${reason}`).join("\n");
  throw new BatonError("UNREACHABLE", `no agent answers; --state FOLDER reads a journal:\n${reasons}`);
}

const remark = ({ agent, reason }: Unheard): string => `not heard: ${agent}, ${reason}`;

/** Nothing is claimed about a time, a group or an agent that was not asked about. */
function nothingSaid({ since, group }: Given, unheard: readonly Unheard[]): string {
  const of = typeof group === "string" ? ` of ${group}` : "";
  const from = typeof since === "string" ? ` since ${since}` : "";
  const who = unheard.length === 0 ? "in the journals" : "in the journals of the agents that were heard";
  return `no failover, switchover or fence${of}${from} ${who}`;
}

export const history: Command = {
  id: "history",
  summary: "show each failover, switchover and fence with its timeline, as the agents recorded it",
  examples: [
    { line: "baton history", remark: "of the only lab that runs" },
    { line: "baton history --file cluster.yml --since 2h", remark: "what its agents tell" },
    { line: "baton history --state /var/lib/baton/shop/h1 --json", remark: "offline, of one agent" },
  ],
  options: [
    ...clusterOptions,
    { flags: "--state <folder>", summary: "read the journal in an agent's state folder instead" },
    { flags: "--group <name>", summary: "of this group only" },
    { flags: "--since <time>", summary: "what began then or later: a time, or a duration such as 2h" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const { terminal } = context;
    const wanted = wantedBy(given, context);
    const { told, unheard } = await collect(given, context);
    const incidents = mergeIncidents(told).filter((incident) => isWanted(incident, wanted));
    if (given["json"] === true) {
      terminal.out(JSON.stringify({ incidents, unheard }, undefined, 2));
      return EXIT.fine;
    }
    for (const one of unheard) terminal.note(remark(one));
    if (incidents.length === 0) terminal.out(nothingSaid(given, unheard));
    for (const line of historyLines(incidents)) terminal.out(line);
    return EXIT.fine;
  },
};
