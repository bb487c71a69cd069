// One real Redis or Sentinel of a proof: its files, its process, and a door to it.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assert, BatonError } from "../errors.ts";
import type { CommandPrefix } from "../lab/engine.ts";
import { type Door, openDoor } from "../redis/door.ts";
import { asInteger, parseInfo } from "../redis/replies.ts";
import { endProcesses, isAlive } from "../sys/processes.ts";
import { type Exit, type Spawned, spawnLeader } from "../sys/processes-spawn.ts";
import { type Look, missing, seen, waitFor } from "../sys/wait.ts";

export interface MemberPlace {
  /** "h1" for a Redis, "s1" for a Sentinel. */
  readonly name: string;
  /** 1 for "h1". */
  readonly number: number;
  readonly address: string;
  readonly port: number;
  /** Where it really listens: beside its address where the ground has wires. */
  readonly listens: string;
  readonly folder: string;
  readonly command: CommandPrefix;
  readonly path: string | undefined;
  readonly password: string | undefined;
  readonly signal: AbortSignal;
}

export class Member {
  readonly place: MemberPlace;
  readonly name: string;
  readonly number: number;
  readonly address: string;
  readonly port: number;
  /** A folder of its own, so that a proof can forbid writing to it. */
  readonly configFolder: string;
  readonly config: string;
  readonly logFile: string;
  private readonly door: Door;
  private spawned: Spawned | undefined;
  /** Said to a Sentinel after every start, as it forgets them. */
  private afterStart: readonly [string, ...string[]] | undefined;

  constructor(place: MemberPlace) {
    const { name, number, address, port, folder, password } = place;
    this.place = place;
    this.name = name;
    this.number = number;
    this.address = address;
    this.port = port;
    this.configFolder = join(folder, name, "etc");
    this.config = join(this.configFolder, "server.conf");
    this.logFile = join(folder, name, "log");
    this.door = openDoor({
      address,
      port,
      ...(password === undefined ? {} : { password }),
      connectMs: 1_000,
      commandMs: 1_000,
    });
  }

  get dataFolder(): string {
    return join(this.place.folder, this.name, "data");
  }

  get isRunning(): boolean {
    return this.spawned !== undefined && isAlive(this.spawned.identity);
  }

  /** Makes its folders and its configuration: also what a tool does that writes it anew. */
  async configure(text: string, afterStart?: readonly [string, ...string[]]): Promise<void> {
    await mkdir(this.configFolder, { recursive: true, mode: 0o700 });
    await mkdir(this.dataFolder, { recursive: true, mode: 0o700 });
    await writeFile(this.config, text, { mode: 0o600 });
    this.afterStart = afterStart ?? this.afterStart;
  }

  /** Begins the process, and does not wait for what becomes of it. */
  async launch(): Promise<void> {
    assert(!this.isRunning, `${this.name} runs once`);
    const { command, path } = this.place;
    this.spawned = await spawnLeader({
      command: [...command, this.config],
      folder: this.dataFolder,
      environment: { PATH: path, LANG: "C" },
      outputFile: this.logFile,
    });
  }

  /** How the process ended that launch() began. */
  async ended(): Promise<Exit> {
    assert(this.spawned !== undefined, `${this.name} was launched`);
    return await this.spawned.exited;
  }

  /** @throws BatonError PROCESS_DIED with the end of its log, NOT_READY */
  async start(): Promise<void> {
    await this.launch();
    const look = async (): Promise<Look<undefined>> => {
      if (!this.isRunning) return seen(undefined);
      const info = parseInfo(await this.call("INFO", "server"));
      const pid = asInteger(info.get("process_id"), "process_id");
      // A server that somebody left at this address would answer in its place.
      if (pid !== this.spawned?.identity.pid) return missing(`process ${pid} answers`);
      return seen(undefined);
    };
    await this.until(`${this.name} to answer`, look, { withinMs: 15_000, everyMs: 20 });
    if (!this.isRunning) {
      const log = (await this.log()).trimEnd().split("\n").slice(-8).join("\n    ");
      throw new BatonError("PROCESS_DIED", `${this.name} ended; its log says\n    ${log}`);
    }
    if (this.afterStart !== undefined) await this.call(...this.afterStart);
  }

  /** As a crash: SIGKILL, and gone when this resolves. */
  async kill(): Promise<void> {
    if (this.spawned === undefined) return;
    await endProcesses([this.spawned.identity]);
    await this.spawned.exited;
    this.spawned = undefined;
  }

  call(...command: readonly [string, ...string[]]): Promise<unknown> {
    return this.door.call(command);
  }

  /** All it has said since it was first started. */
  async log(): Promise<string> {
    return await readFile(this.logFile, "utf8");
  }

  /** How many lines of its log hold the words. */
  async countLines(words: string): Promise<number> {
    return (await this.log()).split("\n").filter((line) => line.includes(words)).length;
  }

  async until<T>(
    what: string,
    look: () => Promise<Look<T>>,
    options: { readonly withinMs: number; readonly everyMs?: number },
  ): Promise<T> {
    return await waitFor(what, look, { ...options, signal: this.place.signal });
  }

  async end(): Promise<void> {
    this.door.close();
    await this.kill();
  }
}
