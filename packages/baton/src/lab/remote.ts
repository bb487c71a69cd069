// A running lab seen from another process: everything is asked of its owner over the control socket.
import { layoutOf } from "../cluster/layout.ts";
import { readCluster } from "../cluster/read.ts";
import type { Cluster, Layout, Secrets } from "../cluster/types.ts";
import { assert, BatonError } from "../errors.ts";
import { endProcesses, isAlive, type ProcessIdentity } from "../sys/processes.ts";
import type { SocketAddress } from "../sys/sockets.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import { askLocal, type LocalRequest } from "../sys/unix-http.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { errorFrom, type Seen } from "./control.ts";
import type { Done, ProcessAction } from "./faults.ts";
import { pathsIn } from "./home.ts";
import { type LabPlan, planLab } from "./plan.ts";
import { type ProcessKind, readRecord } from "./record.ts";
import { homeOf, type LabEntry, removeLab, withRegistry } from "./registry.ts";
import { readLabSecrets } from "./secrets.ts";
import type { LabStatus } from "./status.ts";

export type ProcessChoice = ProcessKind | "all";

export interface LabHandle {
  readonly name: string;
  readonly directory: string;
  readonly clusterFile: string;
  /** Configuration file of the Redis of each host; of the first group where a host has several. */
  readonly redisConfigs: ReadonlyMap<string, string>;
  /** With the lab's own addresses; its secrets are absolute paths of files. */
  readonly cluster: Cluster;
  readonly layout: Layout;
  readonly secrets: Secrets;
  /** What its routers' clients speak, where that is TLS. */
  readonly clientTls: TlsMaterial | undefined;
  /** Whether its links can be cut and delayed. */
  readonly wires: boolean;
  /** Whether each node has a disk of its own, which can be filled. */
  readonly disks: boolean;
  status(): Promise<LabStatus>;
  /** Sentences on what is stopped, cut or delayed at the moment. */
  disturbances(): Promise<readonly string[]>;
  /**
   * SIGKILL, SIGTERM, SIGSTOP, SIGCONT, and a start with the configuration as left; of redis unless told.
   * Resolves when a process that was to end is gone, and when one that was started listens.
   */
  kill(host: string, process?: ProcessChoice): Promise<Done>;
  terminate(host: string, process?: ProcessChoice): Promise<Done>;
  stop(host: string, process?: ProcessChoice): Promise<Done>;
  cont(host: string, process?: ProcessChoice): Promise<Done>;
  start(host: string, process?: ProcessChoice): Promise<Done>;
  /** Starts a host's Redis as a replica, whatever its configuration says. */
  startReplica(host: string, primary: SocketAddress): Promise<Done>;
  /** Removes the data of a host's Redis. @throws BatonError USAGE while it runs */
  empty(host: string): Promise<Done>;
  /** The disk of a host's Redis, to the last byte. @throws BatonError UNABLE where it has none of its own */
  fill(host: string): Promise<Done>;
  free(host: string): Promise<Done>;
  /** Between two hosts, or a host and "clients". @throws BatonError UNABLE in a lab without wires */
  cut(from: string, to: string, options?: { readonly oneWay?: boolean }): Promise<Done>;
  delay(from: string, to: string, ms: number): Promise<Done>;
  heal(): Promise<Done>;
  /** Ends every process and removes the folder; resolves when all is gone. */
  down(): Promise<void>;
}

const ASK_MS = 5_000;
/** A started process may take this long until it listens. */
const START_MS = 25_000;

async function ask(directory: string, question: LocalRequest, withinMs = ASK_MS): Promise<unknown> {
  const { status, body } = await askLocal(pathsIn(directory).socket, question, { withinMs });
  if (status !== 200) throw errorFrom(body);
  return body;
}

/** Status without loading the cluster: what `lab status` needs. */
export async function seeLab({ directory }: Pick<LabEntry, "directory">): Promise<Seen> {
  return (await ask(directory, { method: "GET", path: "/status" })) as Seen;
}

/** Every process of a lab, with its places on this disk. @throws BatonError DISK, CLUSTER_FILE */
export async function planOf({ directory, record }: LabEntry): Promise<LabPlan> {
  const { clusterFile } = pathsIn(directory);
  const layout = layoutOf(await readCluster(clusterFile));
  assert(record !== undefined, "a lab that was found has a record");
  const { network, wires, agents } = record;
  return planLab({ directory, layout, network, wires, agents });
}

function redisConfigs(units: LabPlan["units"]): ReadonlyMap<string, string> {
  const nodes = units.filter(({ kind }) => kind === "redis").toReversed();
  return new Map(nodes.map(({ host, own }) => [host, own]));
}

const startReplicaQuestion = (host: string, primary: SocketAddress): LocalRequest => ({
  method: "POST",
  path: "/start-replica",
  body: { host, primary },
});

/** @throws BatonError DISK, CLUSTER_FILE when the lab's own files cannot be read. */
export async function openLab(entry: LabEntry): Promise<LabHandle> {
  const { name, directory } = entry;
  const { layout, units } = await planOf(entry);
  const { cluster } = layout;
  const act =
    (action: ProcessAction) =>
    async (host: string, process: ProcessChoice = "redis") => {
      const body = { action, host, process };
      return (await ask(directory, { method: "POST", path: "/process", body }, START_MS)) as Done;
    };
  const post = async (path: string, body: unknown) =>
    (await ask(directory, { method: "POST", path, body })) as Done;
  return {
    name,
    directory,
    clusterFile: pathsIn(directory).clusterFile,
    redisConfigs: redisConfigs(units),
    cluster,
    layout,
    ...(await readLabSecrets(cluster)),
    wires: entry.record?.wires ?? false,
    disks: entry.record?.disks ?? false,
    status: async () => (await seeLab(entry)).status,
    disturbances: async () => (await seeLab(entry)).disturbances,
    kill: act("kill"),
    terminate: act("terminate"),
    stop: act("stop"),
    cont: act("cont"),
    start: act("start"),
    startReplica: async (host, primary) =>
      (await ask(directory, startReplicaQuestion(host, primary), START_MS)) as Done,
    empty: (host) => post("/empty", { host }),
    fill: (host) => post("/disk", { action: "fill", host }),
    free: (host) => post("/disk", { action: "free", host }),
    cut: (from, to, { oneWay = false } = {}) => post("/cut", { from, to, oneWay }),
    delay: (from, to, ms) => post("/delay", { from, to, ms }),
    heal: () => post("/heal", {}),
    down: () => endLab(entry),
  };
}

/**
 * Ends a lab in whatever condition it is: asks its owner, and where the owner is dead or deaf, does the
 * owner's work. A lab that is already gone is no error.
 */
export async function endLab({ directory }: Pick<LabEntry, "directory">): Promise<void> {
  const home = homeOf(directory);
  const owner = (await readRecord(directory))?.owner;
  if (owner !== undefined && isAlive(owner)) await endOwner(directory);
  await withRegistry(home, new AbortController().signal, async () => {
    const record = await readRecord(directory);
    // Its owner has cleaned up, and somebody has already started a new lab of the name.
    if (record !== undefined && isAlive(record.owner)) return;
    await removeLab(home, { directory, record });
  });
}

async function endOwner(directory: string): Promise<void> {
  let owner: ProcessIdentity | undefined;
  const look = async () => {
    // Each time anew: a lab's first owner is its starter, until the detached process takes over.
    owner = (await readRecord(directory))?.owner;
    if (owner !== undefined && isAlive(owner))
      await ask(directory, { method: "POST", path: "/down" }, 2000);
    return seen(owner);
  };
  const gone = () => {
    return owner === undefined || !isAlive(owner)
      ? seen(undefined)
      : missing(`the end of process ${owner.pid}`);
  };
  try {
    await waitFor("the lab's owner to answer", look, { withinMs: 4000 });
    await waitFor("the lab's owner to clean up", gone, { withinMs: 20_000 });
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    await endProcesses(owner === undefined ? [] : [owner]);
  }
}
