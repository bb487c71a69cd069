// Which cluster a command is about: --file, --name of a lab, or without either the only lab that runs.
import { dirname } from "node:path";
import { layoutOf } from "../cluster/layout.ts";
import { readCluster } from "../cluster/read.ts";
import type { Layout, Secrets } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { attachLab, findOnlyLab, type LabHandle } from "../lab/index.ts";
import type { Context, Given, OptionSpec } from "./command.ts";
import { readSecret } from "./secrets.ts";

export const clusterOptions: readonly OptionSpec[] = [
  { flags: "--file <path>", summary: "the cluster file" },
  { flags: "--name <lab>", summary: "a running lab; without --file and --name: the only lab that runs" },
];

export interface OpenCluster {
  readonly layout: Layout;
  /** What Baton itself needs, and no password more. */
  readonly secrets: Pick<Secrets, "agent">;
}

export async function openClusterFile(
  path: string,
  environment: NodeJS.ProcessEnv,
): Promise<OpenCluster> {
  const layout = layoutOf(await readCluster(path));
  return {
    layout,
    secrets: {
      agent: await readSecret("agent", layout.cluster.secrets.agent, dirname(path), environment),
    },
  };
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
