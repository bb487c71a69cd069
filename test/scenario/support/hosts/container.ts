// The container of one test host: systemd-nspawn, the systemd that it boots, and a way in that needs no
// network.
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  identify,
  isAlive,
  type ProcessIdentity,
} from "../../../../packages/baton/src/sys/processes.ts";
import { spawnLeader } from "../../../../packages/baton/src/sys/processes-spawn.ts";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { endGroups, makeGroups } from "./cgroups.ts";
import { type Argv, command, type CommandOptions, type Done, PATH } from "./command.ts";

export interface ContainerOptions {
  readonly name: string;
  /** Of the container and its control groups: unique on this machine. */
  readonly container: string;
  /** Of the mounted disk. */
  readonly root: string;
  /** Where the console's output goes. */
  readonly folder: string;
  readonly namespace: string;
  readonly groupParents: readonly string[];
}

export interface Container {
  isOn(): boolean;
  /** The host's systemd; undefined while there is none. */
  init(): ProcessIdentity | undefined;
  start(): Promise<void>;
  /** Resolves once there is another init than this one. @throws Error when the container ends instead. */
  newInit(before: ProcessIdentity | undefined, withinMs: number): Promise<void>;
  /** Resolves once it has ended, and nothing that it started is left. */
  ended(withinMs: number): Promise<void>;
  /** @throws Error when the container has ended, with the last lines of its console. */
  checkIsOn(): Promise<void>;
  /** As root, in all namespaces of the host. @throws Error when the host is off. */
  enter(argv: Argv, options?: CommandOptions): Promise<Done>;
}

/** What every command in a host gets, and nothing of ours. */
export const ENVIRONMENT = [
  "env",
  "-i",
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
];

/**
 * Joins the groups that come before "--", then runs the rest; again whenever the host rebooted, which
 * systemd-nspawn tells with 133.
 */
const SUPERVISE = `
while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 1; shift; done
shift
while :; do "$@"; status=$?; [ $status -eq 133 ] || exit $status; done
`;

function childrenOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children === "" ? [] : children.split(" ").map(Number);
}

/** The process that is systemd with pid 1 in the container: a child of systemd-nspawn. */
function initOf(supervisor: number): ProcessIdentity | undefined {
  try {
    for (const pid of childrenOf(supervisor).flatMap(childrenOf)) {
      const ids = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      const isFirst = ids?.split("\t").at(-1) === "1";
      const isSystemd = readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "systemd";
      if (isFirst && isSystemd) return identify(pid);
    }
  } catch {
    // One of them has just ended: then there is no init.
  }
  return undefined;
}

function nspawn({ container, root, namespace }: ContainerOptions): readonly string[] {
  return [
    "systemd-nspawn",
    `--directory=${root}`,
    `--machine=${container}`,
    `--network-namespace-path=/run/netns/${namespace}`,
    "--boot",
    // No systemd is asked for anything: the machine's own may be absent, and is left alone.
    "--register=no",
    "--keep-unit",
    // For the firewall: the host is root in its own network.
    "--capability=CAP_NET_ADMIN",
    "--console=pipe",
    "--resolv-conf=off",
    "--timezone=off",
    "--link-journal=no",
  ];
}

export function makeContainer(options: ContainerOptions): Container {
  const { name, container, groupParents } = options;
  const groups = groupParents.map((parent) => join(parent, container));
  const consoleFile = join(options.folder, "console");
  let supervisor: ProcessIdentity | undefined;

  const isOn = (): boolean => supervisor !== undefined && isAlive(supervisor);
  const init = (): ProcessIdentity | undefined =>
    supervisor === undefined ? undefined : initOf(supervisor.pid);

  async function checkIsOn(): Promise<void> {
    if (isOn()) return;
    const said = existsSync(consoleFile) ? await readFile(consoleFile, "utf8") : "";
    throw new Error(`the container of ${name} has ended:\n${said.slice(-2_000)}`);
  }

  return {
    isOn,
    init,
    checkIsOn,
    async start() {
      makeGroups(groupParents, container);
      const started = await spawnLeader({
        command: ["sh", "-c", SUPERVISE, "sh", ...groups, "--", ...nspawn(options)],
        folder: options.folder,
        // The settings of its own network are the host's to write, as on a machine of its own.
        environment: { PATH, SYSTEMD_NSPAWN_API_VFS_WRITABLE: "network" },
        outputFile: consoleFile,
      });
      supervisor = started.identity;
    },
    async newInit(before, withinMs) {
      const look = () => {
        const now = init();
        const isNew = now !== undefined && now.startTicks !== before?.startTicks;
        return isNew || !isOn() ? seen(undefined) : missing("its init");
      };
      await waitFor(`${name} to start`, look, { withinMs, everyMs: 10 });
      await checkIsOn();
    },
    async ended(withinMs) {
      const look = () => (isOn() ? missing("the end of its container") : seen(undefined));
      await waitFor(`${name} to be off`, look, { withinMs, everyMs: 10 });
      await endGroups(groups);
      supervisor = undefined;
    },
    async enter(argv, commandOptions) {
      const first = init();
      if (first === undefined) throw new Error(`${name} is off: it cannot run ${argv.join(" ")}`);
      const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd"];
      return await command(
        ["nsenter", "--target", String(first.pid), ...namespaces, ...ENVIRONMENT, ...argv],
        commandOptions,
      );
    },
  };
}
