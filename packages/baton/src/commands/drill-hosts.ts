// A drill on the hosts of a deployment: what has to be right before, and what is brought back after it,
// however it ends.
import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import { DRILL_VARIABLE } from "../cluster/shared-keys.ts";
import type { Layout } from "../cluster/types.ts";
import { requireNeeds } from "../drill/lab-needs.ts";
import { claimDrill, newToken, refuseWhileBusy } from "../drill/remote/claim.ts";
import { type HostsInput, hostsSite } from "../drill/remote/hosts.ts";
import { handsOver, lookAtHosts } from "../drill/remote/over-ssh.ts";
import { type Rehearsal, rehearse } from "../drill/remote/rehearsal.ts";
import { openShells } from "../drill/remote/shell.ts";
import { leave, MARGIN_MS, switchSecondsOf, type Venture } from "../drill/remote/venture.ts";
import { lookWhole, openDoors } from "../drill/whole.ts";
import { BatonError, EXIT } from "../errors.ts";
import { waitFor } from "../sys/wait.ts";
import type { Context } from "./command.ts";
import { confirmName, type HostsAsked, usualLimitMs } from "./drill-hosts-given.ts";
import { openClusterFile, readClientTls } from "./open-cluster.ts";
import { runAndReport, type RunDrillOptions } from "./run-drill.ts";
import { readSecret } from "./secrets.ts";

type Asked = Omit<RunDrillOptions, "lab" | "abortAfterMs" | "onLists">;

const WHOLE_MS = 20_000;

/** Programs that take part run in other folders: paths of certificates are whole ones. */
function withWholePaths(layout: Layout, folder: string): Layout {
  const { tls } = layout.cluster;
  if (tls === undefined) return layout;
  const whole = { ...tls, authority: resolve(folder, tls.authority) };
  return { ...layout, cluster: { ...layout.cluster, tls: whole } };
}

type Input = Omit<HostsInput, "hands" | "uncut" | "switchSeconds" | "environment">;

async function inputFrom({ file }: HostsAsked, { environment }: Context): Promise<Input> {
  const opened = await openClusterFile(file, environment);
  const layout = withWholePaths(opened.layout, dirname(file));
  const [group] = layout.groups;
  if (group === undefined) throw new BatonError("UNABLE", `${file}: the cluster has no group`);
  const reference = layout.cluster.secrets.application;
  const application = await readSecret("application", reference, dirname(file), environment);
  const secrets = { ...opened.secrets, application };
  const clientTls = await readClientTls(opened, file);
  return { clusterFile: resolve(file), layout, group, secrets, clientTls };
}

function showRehearsal({ steps, rest }: Rehearsal, isJson: boolean, { terminal }: Context): void {
  if (isJson) {
    terminal.out(JSON.stringify({ dryRun: true, steps, rest: rest ?? null }, undefined, 2));
    return;
  }
  for (const { host, when, commands } of steps) {
    terminal.out(`${when} on ${host}:`);
    for (const command of commands) terminal.out(`    ${command}`);
  }
  if (rest !== undefined) terminal.out(`${steps.length === 0 ? "" : "and then: "}${rest}`);
  terminal.out("nothing was done");
}

/** @throws BatonError INTERRUPTED when it was, with what has become of the cluster */
async function ventured(
  asked: Asked,
  abortAfterMs: number,
  venture: Omit<Venture, "lists">,
  context: Context,
): Promise<number> {
  const { terminal, signal } = context;
  const { site: lab } = venture;
  const lists: string[] = [];
  const onLists = (keys: readonly string[]) => lists.push(...keys);
  const drill = runAndReport({ ...asked, lab, abortAfterMs, onLists }, context);
  const ended = await drill.then(
    (code) => ({ code }),
    (error: unknown) => ({ error }),
  );
  if ("error" in ended)
    terminal.note("  curing; Ctrl-C again leaves that to the hosts, which cure themselves");
  const outcome = await leave({ ...venture, lists });
  if (signal.aborted)
    throw new BatonError("INTERRUPTED", `stopped by ${String(signal.reason)}; ${outcome}`);
  terminal.note(`  ${outcome}`);
  if ("error" in ended) throw ended.error;
  return ended.code;
}

export async function drillOnHosts(asked: Asked, hosts: HostsAsked, context: Context): Promise<number> {
  const { terminal, clock, signal } = context;
  const { fault, paceMs } = asked;
  const input = await inputFrom(hosts, context);
  const { layout, group } = input;
  const { name, objectives } = layout.cluster;
  await confirmName(name, hosts, context);
  const abortAfterMs = hosts.abortAfterMs ?? usualLimitMs(objectives.rtoMs, fault);
  const switchSeconds = switchSecondsOf(group, fault, abortAfterMs);
  const token = newToken();
  const doors = openDoors(input, group);
  const shells = await openShells(layout.cluster.hosts, { config: hosts.sshConfig });
  try {
    const uncut = await lookAtHosts(input, shells);
    const environment = { [DRILL_VARIABLE]: token };
    const whole = { ...input, uncut, switchSeconds, environment };
    const hands = handsOver(shells);
    const site = hostsSite({ ...whole, hands });
    const look = async () => await lookWhole(doors, group);
    const patience = { withinMs: WHOLE_MS, signal, code: "UNABLE" } as const;
    const primary = await waitFor("a whole cluster to begin with", look, patience);
    requireNeeds(fault, { lab: site, group, primary: { host: primary } });
    const place = { doors, group, primary };
    await refuseWhileBusy(place);
    if (hosts.isDryRun) {
      const rehearsal = await rehearse({ ...whole, fault, primary, signal });
      showRehearsal(rehearsal, asked.format === "json", context);
      return EXIT.fine;
    }
    const about = { fault: fault.id, by: hostname() };
    const lifeMs = 1_000 * switchSeconds + MARGIN_MS;
    const claim = await claimDrill({ ...place, token, about, lifeMs, clock });
    terminal.note(
      `drill ${fault.id} on the hosts of ${name}: each client writes every ${paceMs ?? 0} ms; after ` +
        `${abortAfterMs / 1_000} s without writes it cures at once, and without this machine every host ` +
        `cures itself after ${switchSeconds} s`,
    );
    return await ventured(asked, abortAfterMs, { site, group, doors, shells, hands, claim }, context);
  } finally {
    doors.close();
    await shells.close();
  }
}
