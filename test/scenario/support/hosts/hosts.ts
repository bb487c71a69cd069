// Real systemd hosts for scenario tests, on a network of their own, with a machine that deploys to them and
// one that is their application: booted from bare Debian disks, reached by ssh, and broken at will.
import { randomBytes } from "node:crypto";
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { assert } from "../../../../packages/baton/src/errors.ts";
import { identify } from "../../../../packages/baton/src/sys/processes.ts";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { baseDisk, PACKAGES } from "./base.ts";
import { ownGroups } from "./cgroups.ts";
import { type Argv, command, type CommandOptions, type Done } from "./command.ts";
import { makeContainer } from "./container.ts";
import { makeDisk } from "./disk.ts";
import { endLeftovers, endRun, recordRun, type Run } from "./leftovers.ts";
import { type Machine, makeMachine } from "./machine.ts";
import { type Network, openNetwork } from "./network.ts";
import { indexPackages, packNewer } from "./packages.ts";
import { makeSshKeys, type SshKeys } from "./ssh.ts";
import { whyNoHosts } from "./why.ts";

export interface TestHost {
  /** Letters, digits and dashes: it becomes the host name. */
  readonly name: string;
  readonly address: string;
}

export interface HostsOptions {
  readonly hosts: readonly TestHost[];
  /** Address of the machine that deploys: in one /24 with all others. */
  readonly control: string;
  /** Address of the machine that puts load on the hosts. */
  readonly client: string;
  /** Where disks, keys and consoles go, in a folder of their own that close() removes. */
  readonly folder: string;
}

export interface BootOptions {
  /**
   * "booted" when no job of the boot is left; "reachable" as soon as sshd answers, for a host whose units
   * wait for other hosts. Default "booted".
   */
  readonly until?: "booted" | "reachable";
}

export interface Hosts {
  /** A file for `ssh -F` and ansible_ssh_common_args; hosts are found by name and by address. */
  readonly sshConfig: string;
  /** What stands before a command that is to run there: in that machine's network, with this one's disk. */
  at(where: "control" | "client"): readonly [string, ...string[]];
  /** As root in the host, without its network: it works while the host is cut off. */
  run(host: string, argv: Argv, options?: CommandOptions): Promise<Done>;
  isOn(host: string): boolean;
  /** "running", or "degraded" when a unit has failed; "reachable" when nothing more was waited for. */
  boot(host: string, options?: BootOptions): Promise<string>;
  /** Pulls the power plug; see Machine.powerOff for what that is worth. */
  powerOff(host: string): Promise<void>;
  /** Stops every service in order, and is off then. */
  shutDown(host: string): Promise<void>;
  /** An orderly reboot, waited for as by boot(). */
  reboot(host: string, options?: BootOptions): Promise<string>;
  /** Only while it is off: a bare host again, with the ssh key that it had. */
  wipe(host: string): Promise<void>;
  cut(host: string): Promise<void>;
  heal(host: string): Promise<void>;
  /** Removes what is in the folder, not the folder; on or off. */
  emptyFolder(host: string, path: string): Promise<void>;
  /**
   * Offers the same Redis under a newer version to the apt of every host, until it is wiped.
   * @returns that version
   */
  offerUpgrade(): Promise<string>;
  /** Ends all that was started and removes all that was made. */
  close(): Promise<void>;
}

/** For the hook that opens hosts, and may have to make their base first: in milliseconds. */
export const OPEN_MS = 900_000;

const UPGRADED = ["redis-sentinel", "redis-server", "redis-tools"];
const SSH_MS = 30_000;

/** What makes a bare disk this host's. */
function ownFiles({ name, address }: TestHost, hostKey: string, publicKey: string) {
  return {
    "etc/hostname": { text: `${name}\n`, mode: 0o644 },
    "etc/hosts": { text: `127.0.0.1 localhost\n${address} ${name}\n`, mode: 0o644 },
    // Not empty: systemd would take it for a first boot and enable whatever has a unit.
    "etc/machine-id": { text: `${randomBytes(16).toString("hex")}\n`, mode: 0o444 },
    "etc/ssh/ssh_host_ed25519_key": { text: hostKey, mode: 0o600 },
    "root/.ssh/authorized_keys": { text: `${publicKey}\n`, mode: 0o600 },
  };
}

interface Opened {
  readonly run: Run;
  readonly base: string;
  readonly network: Network;
  readonly keys: SshKeys;
  readonly machines: ReadonlyMap<string, Machine>;
  readonly roots: readonly string[];
}

async function openAll(options: HostsOptions, run: Run, parents: readonly string[]): Promise<Opened> {
  const base = await baseDisk();
  await mkdir(run.folder, { recursive: true });
  const ends = [
    { name: "control", address: options.control },
    { name: "client", address: options.client },
    ...options.hosts,
  ];
  const network = await openNetwork(run.name, ends);
  const keys = await makeSshKeys(join(run.folder, "ssh"), options.hosts);
  const machines = new Map<string, Machine>();
  const roots: string[] = [];
  for (const host of options.hosts) {
    const folder = join(run.folder, "hosts", host.name);
    const files = ownFiles(host, await keys.hostKey(host.name), keys.publicKey);
    const disk = await makeDisk({ base, folder, files });
    const container = `${run.name}-${host.name}`;
    const namespace = network.namespace(host.name);
    const { root } = disk;
    const made = { name: host.name, container, root, folder, namespace, groupParents: parents };
    machines.set(host.name, makeMachine(host.name, makeContainer(made), disk));
    roots.push(disk.root);
  }
  return { run, base, network, keys, machines, roots };
}

function hostsOf({ run, base, network, keys, machines, roots }: Opened): Hosts {
  const machine = (host: string): Machine => {
    const found = machines.get(host);
    if (found === undefined)
      throw new Error(`there is no host ${host}, only ${[...machines.keys()].join()}`);
    return found;
  };
  const at: Hosts["at"] = (where) => ["ip", "netns", "exec", network.namespace(where)];
  async function reached(host: string, until: BootOptions["until"]): Promise<string> {
    const state = until === "reachable" ? until : await machine(host).booted();
    const look = async () => {
      const ssh = [...at("control"), "ssh", "-F", keys.config, host, "true"] as const;
      const { status, stderr } = await command(ssh);
      return status === 0 ? seen(state) : missing(`an answer of sshd: ${stderr.trim()}`);
    };
    return await waitFor(`${host} to be reached`, look, { withinMs: SSH_MS, everyMs: 100 });
  }
  return {
    sshConfig: keys.config,
    at,
    run: async (host, argv, options) => await machine(host).run(argv, options),
    isOn: (host) => machine(host).isOn(),
    async boot(host, { until } = {}) {
      await machine(host).powerOn();
      return await reached(host, until);
    },
    powerOff: async (host) => await machine(host).powerOff(),
    shutDown: async (host) => await machine(host).shutDown(),
    async reboot(host, { until } = {}) {
      await machine(host).reboot();
      return await reached(host, until);
    },
    wipe: async (host) => await machine(host).wipe(),
    cut: async (host) => await network.cut(host),
    heal: async (host) => await network.heal(host),
    async emptyFolder(host, path) {
      await machine(host).onDisk(["find", path, "-mindepth", "1", "-delete"]);
    },
    async offerUpgrade() {
      const newer = join(run.folder, "upgrade");
      const version = await packNewer(join(base, PACKAGES), UPGRADED, newer);
      for (const root of roots) {
        const folder = join(root, PACKAGES);
        for (const name of await readdir(newer)) await copyFile(join(newer, name), join(folder, name));
        await indexPackages(folder);
      }
      return version;
    },
    async close() {
      const on = [...machines.values()].filter((one) => one.isOn());
      // A host that does not go off by itself is ended with the run, which says what is left.
      await Promise.allSettled(on.map(async (one) => await one.powerOff()));
      await endRun(run);
    },
  };
}

/**
 * Boots all hosts, bare, and resolves when each is reached by ssh.
 * @throws Error when this machine cannot (see whyNoHosts), or a host comes up with a failed unit; nothing
 * is left behind then.
 */
export async function openHosts(options: HostsOptions): Promise<Hosts> {
  const reason = whyNoHosts();
  if (reason !== undefined) throw new Error(`no hosts can be made here: ${reason}`);
  await endLeftovers();
  const name = `baton-${randomBytes(3).toString("hex")}`;
  const owner = identify(process.pid);
  assert(owner !== undefined, "this process has a line in /proc");
  const parents = ownGroups();
  const containers = options.hosts.map((host) => `${name}-${host.name}`);
  const groups = containers.flatMap((container) => parents.map((parent) => join(parent, container)));
  const run: Run = { name, owner, folder: join(options.folder, name), groups };
  await recordRun(run);
  let hosts: Hosts | undefined;
  try {
    hosts = hostsOf(await openAll(options, run, parents));
    const { boot } = hosts;
    const states = await Promise.allSettled(options.hosts.map(async (host) => await boot(host.name)));
    for (const [index, state] of states.entries()) {
      if (state.status === "rejected") throw state.reason;
      const host = options.hosts[index]?.name ?? "";
      if (state.value === "running") continue;
      const { stdout } = await hosts.run(host, ["systemctl", "--failed", "--plain", "--no-legend"]);
      throw new Error(`${host} is ${state.value} although it is bare:\n${stdout}`);
    }
    return hosts;
  } catch (error) {
    await (hosts === undefined ? endRun(run) : hosts.close());
    throw error;
  }
}
