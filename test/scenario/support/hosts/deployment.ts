// A cluster on real hosts, deployed by `baton deploy` as an operator does it: from the machine beside them,
// with a cluster file, passwords in the environment, and ssh.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { PATH } from "./command.ts";
import type { Hosts, TestHost } from "./hosts.ts";
import { watchArguments } from "./arguments.ts";
import { copyProgram } from "./program.ts";
import { type Agreed, type Asking, untilWhole } from "./roles.ts";

/** Three hosts that each run everything, and one of the application. */
export const NODES: readonly TestHost[] = [1, 2, 3].map((number) => ({
  name: `h${number}`,
  address: `10.77.0.1${number}`,
}));
export const APP: TestHost = { name: "app", address: "10.77.0.20" };
export const ALL: readonly TestHost[] = [...NODES, APP];
export const PLACES = { control: "10.77.0.1", client: "10.77.0.9" } as const;
export const ROUTER_PORT = 6380;

const SECRETS = ["application", "replication", "sentinel", "peer", "agent"] as const;
export type Secrets = Readonly<Record<(typeof SECRETS)[number], string>>;

/**
 * With replicated writes "no acknowledged write is lost" can be asked of a failover, too; without, a crash
 * may cost what had not reached a replica, and the test could not tell that from a fault of the deployment.
 * The objective is not as tight as it could be: Ansible and four hosts share the processors of one machine.
 */
const CLUSTER = `name: real
objectives: { rto: 8s, rpo: 15s }
hosts:
  - { name: h1, address: 10.77.0.11, zone: a, runs: [redis, sentinel, agent], ssh: root@h1 }
  - { name: h2, address: 10.77.0.12, zone: b, runs: [redis, sentinel, agent], ssh: root@h2 }
  - { name: h3, address: 10.77.0.13, zone: c, runs: [redis, sentinel, agent], ssh: root@h3 }
  - { name: app, address: 10.77.0.20, zone: a, runs: [router], ssh: root@app }
router: { durability: replicated }
firewall: { applications: [${PLACES.client}] }
`;

export interface Deployed {
  readonly status: number | null;
  /** All that it wrote, to both outputs. */
  readonly output: string;
  /** Tasks that changed something, by host; empty when Ansible did not get as far as counting. */
  readonly changed: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
  readonly durationMs: number;
}

export interface Deploying {
  readonly child: ChildProcess;
  /** What it has written so far. */
  said(): string;
  readonly done: Promise<Deployed>;
}

export interface Deployment {
  readonly asking: Asking;
  /** What runs start from. */
  readonly site: Site;
  readonly secrets: Secrets;
  /** Everything that every run has written. */
  outputs(): string;
  /** Passwords seen as an argument of any process of this machine, the hosts' included, during any run. */
  shownAsArguments(): readonly string[];
  start(...args: readonly string[]): Deploying;
  deploy(...args: readonly string[]): Promise<Deployed>;
  /** Interrupts what a failed test has left running, and waits for its end. */
  endRuns(): Promise<void>;
  /** Everything left in the temporary folder of the runs. */
  temporaryFiles(): Promise<readonly string[]>;
  /** By each node and each Sentinel. */
  untilWhole(withinMs?: number): Promise<Agreed>;
  /** By Baton itself, too: nothing that `baton status` calls an error is left. */
  untilWell(withinMs?: number): Promise<Agreed>;
}

const WHOLE_MS = 90_000;

interface Told {
  readonly hosts?: readonly { readonly host: string; readonly changed: number }[];
  readonly failures?: readonly string[];
}

/** The line of JSON with the hosts; a run that ends before Ansible is asked writes none. */
function toldIn(out: string): Told {
  const line = out.split("\n").find((text) => text.startsWith('{"deployed":'));
  return line === undefined ? {} : (JSON.parse(line) as Told);
}

export interface Site {
  readonly hosts: Hosts;
  readonly program: string;
  readonly file: string;
  readonly environment: NodeJS.ProcessEnv;
}

export function startDeploy(
  { hosts, program, file, environment }: Site,
  args: readonly string[],
): Deploying {
  const startMs = performance.now();
  const own = [program, "deploy", "--file", file, "--json", ...args];
  const [first, ...rest] = [...hosts.at("control"), process.execPath, ...own];
  // Of its own group, as a shell starts it.
  const child = spawn(first ?? "", rest, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: environment,
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const done = new Promise<Deployed>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => {
      const { hosts: told = [], failures = [] } = toldIn(out);
      const changed = Object.fromEntries(told.map(({ host, changed: count }) => [host, count]));
      const durationMs = Math.round(performance.now() - startMs);
      resolve({ status, output: `${out}${err}`, changed, failures, durationMs });
    });
  });
  return { child, said: () => `${out}${err}`, done };
}

/** Everything is kept below the folder, which has a short path: ssh keeps sockets there. */
export async function openDeployment(hosts: Hosts, folder: string): Promise<Deployment> {
  const temporary = join(folder, "tmp");
  await mkdir(temporary);
  const secrets = Object.fromEntries(
    SECRETS.map((name) => [name, randomBytes(24).toString("hex")]),
  ) as Secrets;
  const file = join(folder, "cluster.yml");
  await writeFile(file, CLUSTER);
  const environment = {
    ...process.env,
    PATH,
    TMPDIR: temporary,
    ...Object.fromEntries(
      SECRETS.map((name) => [`BATON_${name.toUpperCase()}_PASSWORD`, secrets[name]]),
    ),
    // What an operator has in ~/.ssh/config; Baton's own settings of ssh stay as they are.
    ANSIBLE_SSH_COMMON_ARGS: `-F ${hosts.sshConfig}`,
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(folder, "cp"),
    ANSIBLE_LOCAL_TEMP: join(folder, "ansible"),
  };
  const site: Site = { hosts, program: await copyProgram(folder), file, environment };
  const asking = { hosts, nodes: NODES, password: secrets.application };
  const runs: Deploying[] = [];
  const watch = watchArguments(Object.values(secrets));
  const start = (...args: readonly string[]): Deploying => {
    const run = startDeploy(site, args);
    runs.push(run);
    watch.during(run.done);
    return run;
  };
  return {
    asking,
    site,
    secrets,
    outputs: () => runs.map((run) => run.said()).join("\n"),
    shownAsArguments: () => watch.found(),
    start,
    deploy: async (...args) => await start(...args).done,
    async endRuns() {
      for (const { child } of runs)
        if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
      await Promise.allSettled(runs.map(async ({ done }) => await done));
    },
    temporaryFiles: async () => await readdir(temporary, { recursive: true }),
    untilWhole: async (withinMs = WHOLE_MS) => await untilWhole(asking, withinMs),
    async untilWell(withinMs = WHOLE_MS) {
      await untilWhole(asking, withinMs);
      const status = ["/usr/local/bin/baton", "status", "--file", "/etc/baton/cluster.yml"] as const;
      const look = async () => {
        const { status: exit, stdout } = await hosts.run("h1", status);
        return exit === 0 ? seen(undefined) : missing(stdout);
      };
      await waitFor("baton status to be content", look, { withinMs, everyMs: 200 });
      return await untilWhole(asking, withinMs);
    },
  };
}
