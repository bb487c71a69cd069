// baton notify test: a test message by every channel of a cluster file, or by one, from this machine.
import { hostname } from "node:os";
import { join } from "node:path";
import { layoutOf } from "../cluster/layout.ts";
import { readCluster } from "../cluster/read.ts";
import type { Cluster } from "../cluster/types.ts";
import { BatonError, EXIT } from "../errors.ts";
import { attachLab, findOnlyLab } from "../lab/index.ts";
import { type KnownChannel, knownChannels } from "../notify/settings.ts";
import { type Tested, testChannel } from "../notify/test-message.ts";
import { columnsOf } from "../status/columns.ts";
import type { Command, Context, Given } from "./command.ts";
import { clusterOptions } from "./open-cluster.ts";
import { secretReader } from "./secrets.ts";

/** Relative paths of secrets begin at the file's folder. */
async function openFile(
  { file, name }: Given,
  { environment }: Context,
): Promise<{ readonly cluster: Cluster; readonly path: string }> {
  if (file !== undefined && name !== undefined)
    throw new BatonError("USAGE", "--file and --name were both given; one of them says which is meant");
  if (typeof file === "string")
    return { cluster: layoutOf(await readCluster(file)).cluster, path: file };
  const lab =
    typeof name === "string" ? await attachLab(name, environment) : await findOnlyLab(environment);
  return { cluster: lab.layout.cluster, path: join(lab.directory, "cluster.yml") };
}

function chosen(all: readonly KnownChannel[], asked: Given[string]): readonly KnownChannel[] {
  if (asked === undefined) return all;
  const found = all.filter(({ plan }) => plan.name === asked);
  if (found.length > 0) return found;
  const names = all.map(({ plan }) => plan.name).join(", ") || "none";
  throw new BatonError("USAGE", `there is no channel ${asked}: the cluster file has ${names}`);
}

function show(tested: readonly Tested[], given: Given, { terminal }: Context): number {
  if (given["json"] === true) terminal.out(JSON.stringify({ channels: tested }, undefined, 2));
  else if (tested.length === 0) terminal.out("the cluster file names no channel");
  else {
    const rows = tested.map(({ verdict, channel, kind, sentence }) => [
      verdict,
      channel,
      kind,
      sentence,
    ]);
    for (const line of columnsOf(rows)) terminal.out(line);
  }
  return tested.some(({ verdict }) => verdict === "failed") ? EXIT.findings : EXIT.fine;
}

export const notifyTest: Command = {
  id: "notify test",
  summary: "send a test notice by every channel of a cluster, or by one, and close it at once",
  examples: [
    { line: "baton notify test --file cluster.yml", remark: "exit 1 when one could not be reached" },
    {
      line: "baton notify test --file cluster.yml --channel oncall --dry-run",
      remark: "reads its credentials, sends nothing",
    },
  ],
  options: [
    ...clusterOptions,
    { flags: "--channel <name>", summary: "only this one" },
    { flags: "--dry-run", summary: "send nothing" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const { cluster, path } = await openFile(given, context);
    const channels = chosen(knownChannels(cluster.notify ?? []), given["channel"]);
    const tested = await Promise.all(
      channels.map((known) =>
        testChannel({
          known,
          cluster: cluster.name,
          by: hostname(),
          isDryRun: given["dryRun"] === true,
          readSecret: secretReader(path, context.environment),
          signal: context.signal,
        }),
      ),
    );
    return show(tested, given, context);
  },
};
