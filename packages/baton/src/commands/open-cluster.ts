// Which cluster a command is about: --file, --name of a lab, or without either the only lab that runs.
import { dirname } from "node:path";
import { layoutOf } from "../cluster/layout.ts";
import { readCluster } from "../cluster/read.ts";
import type { Layout, OwnSecrets } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { attachLab, findOnlyLab, type LabHandle } from "../lab/index.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import type { Context, Given, OptionSpec } from "./command.ts";
import { readSecret, readTls } from "./secrets.ts";

export const clusterOptions: readonly OptionSpec[] = [
  { flags: "--file <path>", summary: "the cluster file" },
  { flags: "--name <lab>", summary: "a running lab; without --file and --name: the only lab that runs" },
];

export interface OpenCluster {
  readonly layout: Layout;
  readonly secrets: OwnSecrets;
}

export async function openClusterFile(
  path: string,
  environment: NodeJS.ProcessEnv,
): Promise<OpenCluster> {
  const layout = layoutOf(await readCluster(path));
  const { secrets, tls } = layout.cluster;
  const agent = await readSecret("agent", secrets.agent, dirname(path), environment);
  if (!tls?.redis) return { layout, secrets: { agent } };
  return { layout, secrets: { agent, tls: await readTls(tls, dirname(path)) } };
}

/**
 * What the clients of this host's routers speak; undefined: plain text. Only whoever runs a router needs it.
 * @throws BatonError SECRET
 */
export async function readClientTls(
  { layout, secrets }: OpenCluster,
  path: string,
): Promise<TlsMaterial | undefined> {
  const { tls } = layout.cluster;
  if (!tls?.router) return undefined;
  return secrets.tls ?? (await readTls(tls, dirname(path)));
}

function refuseBoth({ file, name }: Given): void {
  if (file === undefined || name === undefined) return;
  throw new BatonError(
    "USAGE",
    "--file and --name were both given; one of them says which cluster is meant",
  );
}

async function openGivenLab({ name }: Given, { environment }: Context): Promise<LabHandle> {
  return typeof name === "string" ? await attachLab(name, environment) : await findOnlyLab(environment);
}

/** @throws BatonError CLUSTER_FILE, SECRET, LAB_UNKNOWN, USAGE */
export async function openCluster(given: Given, context: Context): Promise<OpenCluster> {
  refuseBoth(given);
  const { file } = given;
  if (typeof file === "string") return await openClusterFile(file, context.environment);
  const lab = await openGivenLab(given, context);
  return { layout: lab.layout, secrets: lab.secrets };
}

/** For commands that talk to agents only, and need no password. @throws as above, but never SECRET */
export async function openLayout(given: Given, context: Context): Promise<Layout> {
  refuseBoth(given);
  const { file } = given;
  if (typeof file === "string") return layoutOf(await readCluster(file));
  return (await openGivenLab(given, context)).layout;
}
