// Which cluster a command is about: --file, --name of a lab, or without either the only lab that runs.
import { dirname } from "node:path";
import { layoutOf } from "../cluster/layout.ts";
import { readCluster } from "../cluster/read.ts";
import type { Layout, Secrets } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { attachLab, findOnlyLab } from "../lab/index.ts";
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

/** @throws BatonError CLUSTER_FILE, SECRET, LAB_UNKNOWN, USAGE */
export async function openCluster(given: Given, { environment }: Context): Promise<OpenCluster> {
  const { file, name } = given;
  if (file !== undefined && name !== undefined) {
    throw new BatonError(
      "USAGE",
      "--file and --name were both given; one of them says which cluster is meant",
    );
  }
  if (typeof file === "string") return await openClusterFile(file, environment);
  const lab =
    typeof name === "string" ? await attachLab(name, environment) : await findOnlyLab(environment);
  return { layout: lab.layout, secrets: lab.secrets };
}
