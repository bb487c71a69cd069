// The ground of a proof: loopback addresses and a folder of its own, the processes on it, and nothing left
// of them afterwards.
import { mkdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { BatonError } from "../errors.ts";
import { type CommandPrefix, type Engine, findEngine } from "../lab/engine.ts";
import { labHome, makeHome } from "../lab/home.ts";
import { type Claim, claimNetwork } from "../lab/network.ts";
import { listLabs, withRegistry } from "../lab/registry.ts";
import { openWires, type Wire, type Wires } from "../lab/wires.ts";
import { findBinary } from "../sys/processes.ts";
import { Member } from "./member.ts";

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;
/** Hosts h1, h2, ... end in 1, 2, ...; Sentinels s1, s2, ... in 11, 12, ...: each can be cut off alone. */
const SENTINEL_OFFSET = 10;
/** With wires a process listens this far from its address. */
const WIRES_OFFSET = 100;
const MEMBERS_OF_A_KIND_MAX = 5;

export interface GroundOptions {
  /** Becomes the name of its folder. */
  readonly name: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** What is being done, as clauses. */
  readonly say: (clause: string) => void;
}

interface Programs {
  readonly engine: Engine;
  /** Stands before every command line: the kernel then ends the process when this one dies, however. */
  readonly guard: readonly string[];
}

async function findPrograms(path: string | undefined): Promise<Programs> {
  const engine = await findEngine(undefined, path);
  const [family, major = "0"] = engine.name.split(/[ .]/);
  // SENTINEL DEBUG and bind-source-addr are of 7.0; every Valkey has them.
  if (family === "redis" && Number(major) < 7)
    throw new BatonError("UNABLE", `${engine.name} is on the PATH; a proof needs Redis 7.0 or later`);
  const guard = [findBinary("setpriv", path), "--pdeathsig", "KILL"];
  // Without it, the user root may write everywhere, and no folder could be forbidden to a process.
  const asUser = ["--bounding-set=-dac_override", "--inh-caps=-dac_override"];
  return { engine, guard: process.getuid?.() === 0 ? [...guard, ...asUser] : guard };
}

export class Ground {
  readonly folder: string;
  readonly network: string;
  readonly signal: AbortSignal;
  readonly say: (clause: string) => void;
  readonly engineName: string;
  wires: Wires | undefined;
  private readonly members: Member[] = [];
  private readonly options: GroundOptions;
  private readonly programs: Programs;
  private readonly claim: Claim;

  constructor(options: GroundOptions, programs: Programs, claim: Claim) {
    this.options = options;
    this.programs = programs;
    this.claim = claim;
    this.folder = folderOf(options);
    this.network = claim.network;
    this.signal = options.signal;
    this.say = options.say;
    this.engineName = programs.engine.name;
  }

  address(end: number): string {
    return `${this.network}.${end}`;
  }

  /** Redis h1, h2, ... or Sentinel s1, s2, ...; not started. */
  add(kind: "redis" | "sentinel", number: number, own: MemberSettings): Member {
    const { engine, guard } = this.programs;
    const isRedis = kind === "redis";
    const end = isRedis ? number : SENTINEL_OFFSET + number;
    const program = isRedis ? engine.redisServer : engine.redisSentinel;
    const [first = program[0], ...rest] = [...guard, ...program];
    const command: CommandPrefix = [first, ...rest];
    const member = new Member({
      name: `${isRedis ? "h" : "s"}${number}`,
      number,
      address: this.address(end),
      port: isRedis ? REDIS_PORT : SENTINEL_PORT,
      listens: this.address(own.wired ? end + WIRES_OFFSET : end),
      folder: this.folder,
      command,
      path: this.options.environment["PATH"],
      password: own.password,
      signal: this.signal,
    });
    this.members.push(member);
    return member;
  }

  /** From now on every link between two members can be cut. */
  async openWires(): Promise<void> {
    const wires = this.members.map(({ name, address, port, place }): Wire => {
      return { host: name, announced: { address, port }, real: { address: place.listens, port } };
    });
    this.wires = await openWires(
      wires,
      new Map(this.members.map(({ name, address }) => [address, name])),
    );
  }

  /**
   * Ends every process. @param keep leaves configurations and logs.
   * @throws BatonError NOT_READY when one cannot be ended; all others are, and what they used is free.
   */
  async close(keep: boolean): Promise<void> {
    const ends = await Promise.allSettled(this.members.map((member) => member.end()));
    await this.wires?.close();
    await this.claim.release();
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    if (!keep) await removeFolder(this.options);
  }
}

export interface MemberSettings {
  readonly wired: boolean;
  readonly password: string | undefined;
}

const proofsFolder = (home: string): string => join(home, "proofs");

function folderOf({ environment, name }: GroundOptions): string {
  return join(proofsFolder(labHome(environment)), `${name}-${process.pid}`);
}

async function removeFolder(options: GroundOptions): Promise<void> {
  const home = labHome(options.environment);
  // Not to be interrupted: whoever pressed Ctrl-C waits for exactly this.
  await withRegistry(home, new AbortController().signal, async () => {
    await rm(folderOf(options), { recursive: true, force: true, maxRetries: 3 });
    // Another proof may still be there.
    await rmdir(proofsFolder(home)).catch(() => undefined);
  });
}

function placesIn(network: string) {
  return Array.from({ length: MEMBERS_OF_A_KIND_MAX }, (_, index) => index + 1).flatMap((number) =>
    [0, WIRES_OFFSET].flatMap((offset) => [
      { address: `${network}.${number + offset}`, port: REDIS_PORT },
      { address: `${network}.${number + SENTINEL_OFFSET + offset}`, port: SENTINEL_PORT },
    ]),
  );
}

/** @throws BatonError UNABLE, BINARY_MISSING, PORT_BUSY, DISK */
export async function openGround(options: GroundOptions): Promise<Ground> {
  const { environment, signal } = options;
  const programs = await findPrograms(environment["PATH"]);
  const home = labHome(environment);
  return await withRegistry(home, signal, async () => {
    await makeHome(home);
    const labs = await listLabs(home);
    const taken = new Set(labs.flatMap(({ record }) => (record === undefined ? [] : [record.network])));
    const claim = await claimNetwork(taken, placesIn);
    try {
      await mkdir(folderOf(options), { recursive: true, mode: 0o700 });
    } catch (error) {
      await claim.release();
      throw new BatonError("DISK", `${folderOf(options)} cannot be made`, { cause: error });
    }
    return new Ground(options, programs, claim);
  });
}
