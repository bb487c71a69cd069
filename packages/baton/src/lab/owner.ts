// The owner of a lab: the process that starts all others, carries the wires, answers, and cleans up.
import { layoutOf } from "../cluster/layout.ts";
import { readCluster } from "../cluster/read.ts";
import type { Secrets } from "../cluster/types.ts";
import { assert, BatonError } from "../errors.ts";
import { identify } from "../sys/processes.ts";
import type { Exit } from "../sys/processes-spawn.ts";
import type { LocalServer } from "../sys/unix-http.ts";
import { openControl } from "./control.ts";
import { type Engine, findEngine } from "./engine.ts";
import { deathOf, Fleet } from "./fleet.ts";
import { pathsIn } from "./home.ts";
import { type LabPlan, planLab, type Unit, wiresOf } from "./plan.ts";
import { agentsReady, primariesReady, replicasReady, sentinelsReady } from "./readiness.ts";
import { type LabRecord, readRecord, RecordKeeper, writeRecord } from "./record.ts";
import { homeOf, removeLab, withRegistry } from "./registry.ts";
import { readLabSecrets } from "./secrets.ts";
import { selfCommand } from "./self.ts";
import { openWires, type Wires } from "./wires.ts";

export interface OwnOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Aborting it ends the lab, at any moment. */
  readonly signal: AbortSignal;
  /** One line a step, and one for each process that ends unasked. */
  readonly progress: (line: string) => void;
  /** The lab is up. */
  readonly ready: () => void | Promise<void>;
}

/** The lab as it is being put up; whatever is set has to be taken down. */
interface Standing {
  readonly keeper: RecordKeeper;
  readonly plan: LabPlan;
  readonly secrets: Secrets;
  readonly engine: Engine;
  readonly fleet: Fleet;
  /** Aborted by the owner's signal, by `lab down`, and by the death of a process while starting. */
  readonly ending: AbortController;
  readonly options: OwnOptions;
  wires: Wires | undefined;
  control: LocalServer | undefined;
}

async function prepare(record: LabRecord, directory: string, options: OwnOptions): Promise<Standing> {
  const { clusterFile } = pathsIn(directory);
  const layout = layoutOf(await readCluster(clusterFile));
  const { network, wires, agents } = record;
  const plan = planLab({ directory, layout, network, wires, agents });
  const keeper = new RecordKeeper(directory, record);
  const engine = await findEngine(record.engine ?? undefined, options.environment["PATH"]);
  const fleet = new Fleet({
    plan,
    programs: { ...engine, self: selfCommand() },
    environment: options.environment,
    remember: (processes) => keeper.update({ processes: [...processes] }),
    onDeath: (unit, exit) => void reportDeath(standing, unit, exit),
  });
  const { secrets } = await readLabSecrets(layout.cluster);
  const ending = new AbortController();
  const standing: Standing = {
    keeper,
    plan,
    secrets,
    engine,
    fleet,
    ending,
    options,
    wires: undefined,
    control: undefined,
  };
  return standing;
}

async function reportDeath(
  { keeper, plan, ending, options }: Standing,
  unit: Unit,
  exit: Exit,
): Promise<void> {
  const death = await deathOf(unit, exit, plan.directory).catch((error: unknown) => error);
  // Before the lab is ready every process is needed; later they die in drills, which judge that.
  if (keeper.record.stage === "starting") ending.abort(death);
  else options.progress(death instanceof Error ? death.message : String(death));
}

async function startAll(standing: Standing, what: string, fits: (unit: Unit) => boolean): Promise<void> {
  const { plan, fleet, ending, options } = standing;
  const units = plan.units.filter(fits);
  if (units.length === 0) return;
  options.progress(`starting ${what}: ${units.map(({ host }) => host).join(", ")}`);
  for (const unit of units) {
    ending.signal.throwIfAborted();
    await fleet.start(unit);
  }
}

async function putUp(standing: Standing): Promise<void> {
  const { plan, secrets, engine, ending, options, fleet, keeper } = standing;
  const { name } = keeper.record;
  const { layout, units } = plan;
  const readiness = { layout, secrets, signal: ending.signal };
  const firstPrimaries = new Set(
    layout.groups.map(({ firstPrimary }) => `${firstPrimary.host}:${firstPrimary.port}`),
  );
  const isFirst = ({ kind, host, ports }: Unit) =>
    kind === "redis" && firstPrimaries.has(`${host}:${ports[0]}`);
  if (plan.wires) {
    const hosts = new Map(layout.cluster.hosts.map(({ name, address }) => [address, name]));
    standing.wires = await openWires(wiresOf(plan), hosts);
  }
  const grounds = { plan, fleet, wires: standing.wires, disks: keeper.record.disks };
  const requestDown = () =>
    ending.abort(new BatonError("INTERRUPTED", `lab ${name} was ended by \`baton lab down\``));
  standing.control = await openControl(pathsIn(plan.directory).socket, {
    ...grounds,
    name,
    engine: engine.name,
    requestDown,
  });
  await startAll(standing, "the primary", isFirst);
  await primariesReady(readiness);
  await startAll(standing, "replicas", (unit) => unit.kind === "redis" && !isFirst(unit));
  await replicasReady(readiness);
  // Agents wait for the Sentinels by themselves; started now, they are ready when the Sentinels are.
  await startAll(standing, "Sentinels", ({ kind }) => kind === "sentinel");
  await startAll(standing, "agents", ({ kind }) => kind === "agent");
  options.progress("waiting for the Sentinels to know each other and to agree");
  await sentinelsReady(readiness);
  await agentsReady(units, ending.signal);
  await keeper.update({ stage: "ready" });
}

async function takeDown(
  { plan, fleet, wires, control, keeper }: Standing,
  keepFolder: boolean,
): Promise<void> {
  await fleet.endAll();
  await wires?.close();
  await control?.close();
  await keeper.settle();
  if (!keepFolder) return await remove(plan.directory, keeper.record);
  // Why the lab failed matters more than that a full disk cannot note it down.
  await keeper.update({ stage: "kept", processes: [] }).catch(() => undefined);
}

async function remove(directory: string, record: LabRecord): Promise<void> {
  // Not to be interrupted: whoever pressed Ctrl-C waits for exactly this.
  const patience = new AbortController().signal;
  await withRegistry(homeOf(directory), patience, () =>
    removeLab(homeOf(directory), { directory, record }),
  );
}

/** The reason of an abort that was not an error of the lab's own: a signal's name. */
function asError(reason: unknown): unknown {
  return reason instanceof Error
    ? reason
    : new BatonError("INTERRUPTED", `stopped by ${String(reason)}`);
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/**
 * Puts up the lab that createLab has made, stays until the signal is aborted or `lab down` asks, and
 * removes it. Nothing is left behind but, with `keep`, the folder of a lab that failed.
 * @throws BatonError BINARY_MISSING, PORT_BUSY, PROCESS_DIED, DISK, NOT_READY when it cannot be put up,
 *   INTERRUPTED when it was not to be.
 */
export async function ownLab(directory: string, options: OwnOptions): Promise<void> {
  const { signal } = options;
  // Redis and Sentinel rewrite their configuration, passwords included, with mode 0644 less the umask.
  process.umask(0o077);
  const found = await readRecord(directory);
  const owner = identify(process.pid);
  assert(found !== undefined && owner !== undefined, `${directory} was made by createLab`);
  const record: LabRecord = { ...found, owner };
  let standing: Standing;
  try {
    // From here on this process is the one to be ended when the lab is to be.
    await writeRecord(directory, record);
    standing = await prepare(record, directory, options);
  } catch (error) {
    await remove(directory, record);
    throw error;
  }
  const { ending } = standing;
  const forward = () => ending.abort(signal.reason);
  signal.addEventListener("abort", forward, { once: true });
  if (signal.aborted) forward();
  let failure: unknown;
  try {
    await putUp(standing);
    await options.ready();
    await untilAborted(ending.signal);
  } catch (error) {
    failure = asError(error);
  }
  const wasInterrupted = failure instanceof BatonError && failure.code === "INTERRUPTED";
  await takeDown(standing, record.keep && failure !== undefined && !wasInterrupted);
  signal.removeEventListener("abort", forward);
  if (failure !== undefined) throw failure;
}
