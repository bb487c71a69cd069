// The processes of one lab: starts them, signals them, knows which run, and ends them all.
import { statfs } from "node:fs/promises";
import { BatonError } from "../errors.ts";
import { systemClock } from "../sys/clock.ts";
import {
  endProcesses,
  findProcesses,
  isAlive,
  type ProcessIdentity,
  signalProcess,
} from "../sys/processes.ts";
import { type Exit, type Spawned, spawnLeader } from "../sys/processes-spawn.ts";
import type { SocketAddress } from "../sys/sockets.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { logTail } from "./logs.ts";
import { commandOf, type LabPlan, type Programs, type Unit } from "./plan.ts";
import type { ProcessRecord } from "./record.ts";
import { isStartedByLab } from "./registry.ts";

/** When something was done to a process: taken right after the system call. */
export interface Moment {
  readonly atMonotonicMs: number;
  readonly atWallMs: number;
}

export const momentOf = (): Moment => ({
  atMonotonicMs: systemClock.monotonicMs(),
  atWallMs: systemClock.wallMs(),
});

export interface Started {
  readonly moment: Moment;
  readonly exited: Promise<Exit>;
}

export interface FleetOptions {
  readonly plan: LabPlan;
  readonly programs: Programs;
  readonly environment: NodeJS.ProcessEnv;
  /** Called with every running process after each start and end, so that a later cleaning finds them. */
  readonly remember: (processes: readonly ProcessRecord[]) => Promise<void>;
  /** A process has ended without being told to. */
  readonly onDeath: (unit: Unit, exit: Exit) => void;
}

const roleWords = (primary: SocketAddress | undefined): readonly string[] =>
  primary === undefined ? [] : ["--replicaof", primary.address, String(primary.port)];

export class Fleet {
  private readonly options: FleetOptions;
  private readonly running = new Map<string, Spawned>();
  /** Processes that are being ended on purpose. */
  private readonly condemned = new WeakSet<Spawned>();
  private isEnding = false;

  constructor(options: FleetOptions) {
    this.options = options;
  }

  /** The process of a unit, while it runs. */
  identity(unit: Unit): ProcessIdentity | undefined {
    const spawned = this.running.get(unit.id);
    return spawned !== undefined && isAlive(spawned.identity) ? spawned.identity : undefined;
  }

  /**
   * `primary`: of a Redis that is told to follow it, whatever its file says.
   * @throws BatonError BINARY_MISSING, PROCESS_DIED, DISK when the program cannot even begin.
   */
  async start(unit: Unit, primary?: SocketAddress): Promise<Started> {
    const { plan, programs } = this.options;
    const spawned = await spawnLeader({
      command: [...commandOf(unit, plan, programs), ...roleWords(primary)],
      folder: unit.folder,
      environment:
        unit.kind === "agent"
          ? this.options.environment
          : { PATH: this.options.environment["PATH"], LANG: "C" },
      outputFile: unit.log,
    });
    const moment = momentOf();
    this.running.set(unit.id, spawned);
    void spawned.exited.then((exit) => this.ended(unit, spawned, exit));
    // Ctrl-C while this one was being started: whoever ended the others did not know of it yet.
    if (this.isEnding) await endProcesses([spawned.identity]);
    await this.remember();
    return { moment, exited: spawned.exited };
  }

  /** @returns when the signal was sent, or undefined when the process does not run. */
  signal(unit: Unit, signal: "SIGSTOP" | "SIGCONT"): Moment | undefined {
    const spawned = this.running.get(unit.id);
    if (spawned === undefined || !signalProcess(spawned.identity, signal)) return undefined;
    return momentOf();
  }

  /** Kills one process as a crash would, without children it may have forked; waits for its end. */
  async kill(unit: Unit): Promise<Moment | undefined> {
    return await this.end(unit, "SIGKILL", 5000);
  }

  /**
   * Tells one process to end, and waits until it has: a Redis pauses writes for up to `shutdown-timeout`
   * while it waits for its replicas, and then saves. The moment is that of the signal.
   */
  async terminate(unit: Unit): Promise<Moment | undefined> {
    return await this.end(unit, "SIGTERM", 20_000);
  }

  private async end(
    unit: Unit,
    signal: "SIGKILL" | "SIGTERM",
    withinMs: number,
  ): Promise<Moment | undefined> {
    const spawned = this.running.get(unit.id);
    if (spawned === undefined) return undefined;
    this.condemned.add(spawned);
    const wasThere = signalProcess(spawned.identity, signal);
    const moment = momentOf();
    // Reaped, and not only a zombie: until its last thread is gone its port may still be taken.
    const isGone = () => this.running.get(unit.id) !== spawned;
    const look = () => (isGone() ? seen(undefined) : missing("its end"));
    await waitFor(`${unit.id} to be gone after ${signal}`, look, { withinMs, everyMs: 5 });
    return wasThere ? moment : undefined;
  }

  /** Ends everything, forked children included, at once: the data is thrown away anyhow. */
  async endAll(): Promise<void> {
    this.isEnding = true;
    const spawned = [...this.running.values()];
    await endProcesses(spawned.map(({ identity }) => identity));
    await Promise.all(spawned.map(({ exited }) => exited));
    const { directory } = this.options.plan;
    await endProcesses(
      findProcesses((argv) => isStartedByLab(argv, directory) && !argv.includes("--directory")),
    );
  }

  private ended(unit: Unit, spawned: Spawned, exit: Exit): void {
    if (this.running.get(unit.id) === spawned) this.running.delete(unit.id);
    if (this.isEnding) return;
    // The list on disk is only read when this process is dead; a stale line in it is harmless.
    this.remember().catch(() => undefined);
    if (!this.condemned.has(spawned)) this.options.onDeath(unit, exit);
  }

  private async remember(): Promise<void> {
    if (this.isEnding) return;
    await this.options.remember([...this.running].map(([id, { identity }]) => ({ ...identity, id })));
  }
}

/** What to tell about a process that ended while it was needed. */
export async function deathOf(unit: Unit, exit: Exit, directory: string): Promise<BatonError> {
  const how = exit.signal === null ? `ended with code ${exit.code}` : `was ended by ${exit.signal}`;
  const tail = await logTail(unit.log, 12);
  const shown = tail.map((line) => `    ${line}`).join("\n");
  const text = `${unit.id} ${how}; the last lines of ${unit.log}:\n${shown}`;
  const details = { process: unit.id, code: exit.code, signal: exit.signal, log: unit.log };
  const log = tail.join("\n");
  if (/Address already in use/i.test(log)) {
    const place = `${unit.listens}:${unit.ports[0]}`;
    return new BatonError("PORT_BUSY", `${place} is taken by another process: ${text}`, {
      details: { ...details, place },
    });
  }
  const { bavail, bsize } = await statfs(directory);
  if (/No space left on device/i.test(log) || bavail * bsize < 64 * 1024) {
    return new BatonError(
      "DISK",
      `${directory}: ${bavail * bsize} bytes are left on the disk, and ${text}`,
      { details },
    );
  }
  return new BatonError("PROCESS_DIED", text, { details });
}
