// Where a drill takes place: in a lab that runs, or in one that is made for it and gone afterwards.
import { clusterOrThrow } from "../cluster/load.ts";
import { readCluster } from "../cluster/read.ts";
import type { Cluster } from "../cluster/types.ts";
import { clusterToYaml, withDurability, withoutFence } from "../cluster/write.ts";
import type { Fault } from "../drill/fault.ts";
import { usualCluster } from "../drill/lab-needs.ts";
import { BatonError } from "../errors.ts";
import { attachLab, type LabHandle, runningLabs, startLab, type StartOptions } from "../lab/index.ts";
import type { Context, Given } from "./command.ts";

export interface Place {
  readonly lab: LabHandle;
  /** A lab that was made for this drill is taken down after it. */
  readonly isOwn: boolean;
}

/** What the flags make of a cluster; undefined where they say nothing. */
function changeOf({ fence, durability }: Given): ((cluster: Cluster) => Cluster) | undefined {
  if (fence !== false && durability === undefined) return undefined;
  return (cluster) => {
    const fenced = fence === false ? withoutFence(cluster) : cluster;
    if (durability !== "async" && durability !== "replicated") return fenced;
    return withDurability(fenced, durability);
  };
}

/** What to build: the file that was given, or a text. */
async function clusterOf(given: Given, fault: Pick<Fault, "needs">) {
  const clusterFile = typeof given["file"] === "string" ? given["file"] : undefined;
  const change = changeOf(given);
  const usual = usualCluster(fault);
  if (change === undefined)
    return { clusterFile, clusterText: clusterFile === undefined ? usual : undefined };
  const cluster =
    clusterFile === undefined
      ? clusterOrThrow(usual, "the usual cluster of the fault")
      : await readCluster(clusterFile);
  return { clusterFile, clusterText: clusterToYaml(change(cluster)) };
}

/** A lab for this drill alone. @throws BatonError whatever starting a lab throws */
export async function ownLab(
  given: Given,
  fault: Pick<Fault, "needs">,
  context: Context,
  { agents }: { readonly agents: boolean } = { agents: true },
): Promise<Place> {
  const { terminal, signal, environment } = context;
  const { engine, fence } = given;
  const wires = fault.needs.includes("wires");
  const path = wires ? "with wires, which cost some time" : "without wires in the way of its times";
  const fenced = fence === false ? ", and nobody in it fences" : "";
  terminal.note(`building a cluster for this drill, ${path}${fenced}`);
  const { clusterFile, clusterText } = await clusterOf(given, fault);
  const options: StartOptions = {
    name: `drill-${process.pid}`,
    wires,
    disks: fault.needs.includes("disks"),
    agents,
    signal,
    environment,
    onProgress: (sentence) => terminal.note(`  ${sentence}`),
    ...(clusterFile === undefined ? {} : { clusterFile }),
    ...(clusterText === undefined ? {} : { clusterText }),
    ...(typeof engine === "string" ? { engine } : {}),
  };
  return { lab: await startLab(options), isOwn: true };
}

function refuseContradictions({ file, name, engine, fence, durability }: Given): void {
  if (name === undefined) return;
  const why =
    file !== undefined
      ? "--file and --name were both given"
      : engine !== undefined
        ? "--engine and --name were both given: a running lab has its engine"
        : fence === false
          ? "--no-fence and --name were both given: the agents of a running lab fence as they were told"
          : durability !== undefined
            ? "--durability and --name were both given: the routers of a running lab have theirs"
            : undefined;
  if (why !== undefined) throw new BatonError("USAGE", why);
}

async function runningLab(given: Given, context: Context): Promise<LabHandle | undefined> {
  const { name, fence, durability } = given;
  const { environment, terminal } = context;
  if (typeof name === "string") return await attachLab(name, environment);
  const running = await runningLabs(environment);
  const [only] = running;
  if (only === undefined) return undefined;
  if (running.length > 1) {
    throw new BatonError("USAGE", `several labs run (${running.join(", ")}): say which with --name`);
  }
  if (fence === false || durability !== undefined) {
    const flag = fence === false ? "--no-fence" : "--durability";
    throw new BatonError(
      "USAGE",
      `${flag} needs a lab of its own, and the lab ${only} runs: end it, or give --file`,
    );
  }
  terminal.note(`in the lab ${only}, which runs`);
  return await attachLab(only, environment);
}

/**
 * --name: that lab. --file or --engine: a lab of its own made from it. None: the lab that runs, or a
 * lab of its own.
 * @throws BatonError USAGE for flags that contradict each other, UNABLE when the lab cannot do what
 *   the fault needs, and whatever starting a lab throws.
 */
export async function placeOf(given: Given, fault: Fault, context: Context): Promise<Place> {
  refuseContradictions(given);
  if (given["file"] !== undefined || given["engine"] !== undefined)
    return await ownLab(given, fault, context);
  const lab = await runningLab(given, context);
  if (lab === undefined) return await ownLab(given, fault, context);
  if (fault.needs.includes("wires") && !lab.wires) {
    throw new BatonError(
      "UNABLE",
      `the fault ${fault.id} needs a lab with wires, and ${lab.name} has none`,
    );
  }
  return { lab, isOwn: false };
}
