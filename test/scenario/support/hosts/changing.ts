// A cluster on real hosts whose file and passwords change from one deployment to the next, as an operator
// changes them, with a load on it meanwhile.
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PATH } from "./command.ts";
import { type Deployed, type Deploying, PLACES, ROUTER_PORT, startDeploy } from "./deployment.ts";
import type { Hosts, TestHost } from "./hosts.ts";
import { type Audited, auditLoad, type Load, type LoadResult, startLoad } from "./load.ts";
import { copyProgram } from "./program.ts";
import { type Agreed, type Asking, idsIn, untilWhole } from "./roles.ts";

export interface HostWish extends TestHost {
  readonly zone: string;
  readonly runs: readonly string[];
}

/** What the cluster file says. */
export interface Wish {
  readonly hosts: readonly HostWish[];
  /** Directives of redis.conf. */
  readonly settings: Readonly<Record<string, string>>;
  /** The section, where there is one. */
  readonly tls?: Readonly<Record<"authority" | "certificate" | "key", string>>;
}

const NAMES = ["application", "replication", "sentinel", "peer", "agent"] as const;
export type PasswordName = (typeof NAMES)[number];
export type Passwords = Readonly<Record<PasswordName, string>>;

const variable = (name: string): string => `BATON_${name.toUpperCase()}_PASSWORD`;
const newPassword = (): string => randomBytes(24).toString("hex");
/** A deployment of five hosts, and what a loaded machine makes of it. */
const WHOLE_MS = 90_000;

/** Figures of a load, for the line that ends the file. */
function figures({ name, acknowledged, failed, unknown, longestOutageMs, errors }: LoadResult): string {
  return (
    `${name}: ${acknowledged} acknowledged, ${failed} failed, ${unknown} unknown, ` +
    `longest outage ${longestOutageMs} ms ${JSON.stringify(errors)}`
  );
}

export class ChangingCluster {
  readonly hosts: Hosts;
  readonly told: string[] = [];
  readonly folder: string;
  private readonly program: string;
  private readonly runs: Deploying[] = [];
  private readonly loads = new Set<Load>();
  private current: Wish;
  private own: Passwords;
  /** What applications sent before, while that is to be accepted. */
  private previous: string | undefined;
  private authority: string | undefined;

  private constructor(hosts: Hosts, folder: string, program: string, wish: Wish) {
    this.hosts = hosts;
    this.folder = folder;
    this.program = program;
    this.current = wish;
    this.own = Object.fromEntries(NAMES.map((name) => [name, newPassword()])) as Passwords;
  }

  /** Everything is kept below the folder, which has a short path: ssh keeps sockets there. */
  static async open(hosts: Hosts, folder: string, wish: Wish): Promise<ChangingCluster> {
    await mkdir(join(folder, "tmp"));
    return new ChangingCluster(hosts, folder, await copyProgram(folder), wish);
  }

  get wish(): Wish {
    return this.current;
  }

  get passwords(): Passwords {
    return this.own;
  }

  change(wish: Partial<Wish>): void {
    this.current = { ...this.current, ...wish };
  }

  /** From now on the cluster speaks TLS; `authority` is the file by which applications know it. */
  encrypt(tls: Required<Wish>["tls"], authority: string): void {
    this.change({ tls });
    this.authority = authority;
  }

  /** @returns the passwords of before */
  renew(...names: readonly PasswordName[]): Passwords {
    const before = this.own;
    this.own = { ...before, ...Object.fromEntries(names.map((name) => [name, newPassword()])) };
    return before;
  }

  /** Goes back to passwords that were renewed too early. */
  restore(passwords: Partial<Passwords>): void {
    this.own = { ...this.own, ...passwords };
  }

  acceptPrevious(password: string | undefined): void {
    this.previous = password;
  }

  /** Hosts of the cluster file that have that role. */
  running(role: string): readonly HostWish[] {
    return this.current.hosts.filter(({ runs }) => runs.includes(role));
  }

  get asking(): Asking & Required<Pick<Asking, "sentinels">> {
    const nodes = this.running("redis");
    const options = this.current.tls === undefined ? [] : ["--tls", "--insecure"];
    const sentinels = this.running("sentinel");
    return { hosts: this.hosts, nodes, sentinels, options, password: this.own.application };
  }

  async untilWhole(withinMs = WHOLE_MS): Promise<Agreed> {
    return await untilWhole(this.asking, withinMs);
  }

  /** JSON is YAML, too. */
  private fileText(): string {
    const { hosts, settings, tls } = this.current;
    return JSON.stringify({
      name: "real",
      objectives: { rto: "8s", rpo: "15s" },
      hosts: hosts.map((host) => ({ ...host, ssh: `root@${host.name}` })),
      redis: { settings },
      router: { durability: "replicated" },
      firewall: { applications: [PLACES.client] },
      ...(tls === undefined ? {} : { tls }),
      ...(this.previous === undefined
        ? {}
        : { secrets: { previousApplication: { env: variable("previous") } } }),
    });
  }

  async deploy(...args: readonly string[]): Promise<Deployed> {
    const { hosts, folder, program, previous } = this;
    const file = join(folder, "cluster.yml");
    await writeFile(file, this.fileText());
    const passwords = Object.fromEntries(NAMES.map((name) => [variable(name), this.own[name]]));
    const environment = {
      ...process.env,
      PATH,
      TMPDIR: join(folder, "tmp"),
      ...passwords,
      ...(previous === undefined ? {} : { [variable("previous")]: previous }),
      ANSIBLE_SSH_COMMON_ARGS: `-F ${hosts.sshConfig}`,
      ANSIBLE_SSH_CONTROL_PATH_DIR: join(folder, "cp"),
      ANSIBLE_LOCAL_TEMP: join(folder, "ansible"),
    };
    const run = startDeploy({ hosts, program, file, environment }, args);
    this.runs.push(run);
    return await run.done;
  }

  /** Everything that every run has written. */
  outputs(): string {
    return this.runs.map((run) => run.said()).join("\n");
  }

  /** With the application's password of now, through the router. */
  async load(name: string): Promise<Load> {
    const [router] = this.running("router");
    if (router === undefined) throw new Error("no host runs a router");
    const password = this.own.application;
    const where = { address: router.address, port: ROUTER_PORT, password, name };
    const tls = this.authority === undefined ? {} : { authority: this.authority };
    const load = await startLoad(this.hosts, { ...where, ...tls });
    this.loads.add(load);
    return load;
  }

  /** Stops it, and looks on the primary for everything that was acknowledged. Its figures are told. */
  async settle(load: Load): Promise<LoadResult & Audited> {
    const result = await load.stop();
    this.loads.delete(load);
    const { primary } = await this.untilWhole();
    const audited = await auditLoad(result, async (key) => await idsIn(this.asking, primary, key));
    this.told.push(`${figures(result)}, ${audited.lost} lost`);
    return { ...result, ...audited };
  }

  /** For a test that has failed. */
  killLoads(): void {
    for (const load of this.loads) load.kill();
    this.loads.clear();
  }
}
