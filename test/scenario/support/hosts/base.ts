// The disk that every test host starts from: a minimal Debian with systemd, sshd and Python, and packages
// to install from. Made once for each recipe, outside of the repository, and only read afterwards.
import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must } from "./command.ts";
import { unmountBelow } from "./mounts.ts";
import { indexPackages, plainNames } from "./packages.ts";
import { identify, isAlive } from "../../../../packages/baton/src/sys/processes.ts";
import { debianCodename } from "./why.ts";

/** What Ansible needs to find on a host, and the least that boots. */
const INSTALLED = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "openssh-server",
  "python3",
  "python3-apt",
  "iproute2",
  "procps",
];

/** Only offered: a host is bare until somebody installs them. */
const OFFERED = ["redis-server", "redis-sentinel", "redis-tools", "nftables", "libstdc++6"];

/** Where a host finds its packages. */
export const PACKAGES = "/opt/debs";

/**
 * A host has keys of its own, and packages from its own disk only. Units that a container cannot run are
 * none of ours: is-system-running says "running" without masking any.
 */
const FINISH = `
set -e
rm -f /etc/ssh/ssh_host_* /etc/machine-id /var/lib/dbus/machine-id
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
rm -rf ${PACKAGES}/partial ${PACKAGES}/lock
echo 'deb [trusted=yes] file:${PACKAGES} ./' > /etc/apt/sources.list
`;

/** Of each step of the making, in milliseconds: most of it is downloading. */
const STEP_MS = 300_000;

const recipe = (codename: string): string =>
  JSON.stringify({ codename, architecture: process.arch, INSTALLED, OFFERED, FINISH });

/** apt of this machine with lists of its own, so that neither its lists nor its locks are touched. */
export interface Apt {
  readonly lists: string;
  apt(program: "apt-get", ...args: readonly string[]): Promise<string>;
}

export function privateApt(lists: string): Apt {
  const options = [`Dir::State::Lists=${lists}`, "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache="];
  return {
    lists,
    apt: async (program, ...args) =>
      await must([program, "-q", ...options.flatMap((option) => ["-o", option]), ...args], {
        timeoutMs: STEP_MS,
        environment: { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" },
      }),
  };
}

/** The mirror from which this machine itself is installed. */
async function mirrorOf({ apt }: Apt, codename: string): Promise<string> {
  const format = ["--format", "$(RELEASE) $(COMPONENT) $(SITE)", "Identifier: Packages"];
  const lines = (await apt("apt-get", "indextargets", ...format)).split("\n");
  const site = lines.find((line) => line.startsWith(`${codename} main `))?.split(" ")[2];
  if (site === undefined)
    throw new Error(`apt has no packages of ${codename} main: ${lines.join("; ")}`);
  return site;
}

async function make(root: string, lists: string, codename: string): Promise<void> {
  const apt = privateApt(lists);
  await mkdir(join(lists, "partial"), { recursive: true });
  await apt.apt("apt-get", "update");
  const mirror = await mirrorOf(apt, codename);
  const include = `--include=${INSTALLED.join(",")}`;
  await must(["debootstrap", "--variant=minbase", include, codename, root, mirror], {
    timeoutMs: STEP_MS,
  });
  const folder = join(root, PACKAGES);
  await mkdir(join(folder, "partial"), { recursive: true });
  const options = [
    `Dir::State::status=${join(root, "var/lib/dpkg/status")}`,
    `Dir::Cache::archives=${folder}`,
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  // What they depend on and the disk has not comes along.
  const install = ["install", "--yes", "--download-only", "--no-install-recommends", ...OFFERED];
  await apt.apt("apt-get", ...options, ...install);
  await plainNames(folder);
  await indexPackages(folder);
  await must(["chroot", root, "sh", "-c", FINISH]);
}

const TRUNK = "baton-test-hosts-";

/** What runs that were killed left half-made; a folder names the process that makes it. */
async function removeHalfMade(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid = "", ticks = ""] = /^baton-test-hosts-\w+\.(\d+)-(\d+)-/.exec(name) ?? [];
    if (pid === "" || isAlive({ pid: Number(pid), startTicks: Number(ticks) })) continue;
    const path = join(tmpdir(), name);
    await unmountBelow(path);
    await rm(path, { recursive: true, force: true });
  }
}

/**
 * The root folder of the base; makes it (about a minute and 400 MB) when this machine has none of this
 * recipe. Two who make it at once each make their own, and the first one's is used.
 */
export async function baseDisk(): Promise<string> {
  const codename = debianCodename() ?? "";
  const key = createHash("sha256").update(recipe(codename)).digest("hex").slice(0, 12);
  const folder = join(tmpdir(), `${TRUNK}${key}`);
  await removeHalfMade();
  if (!existsSync(folder)) {
    const { pid, startTicks } = identify(process.pid) ?? { pid: process.pid, startTicks: 0 };
    const half = await mkdtemp(`${folder}.${pid}-${startTicks}-`);
    try {
      await make(join(half, "root"), join(half, "lists"), codename);
      await rm(join(half, "lists"), { recursive: true });
      await writeFile(join(half, "recipe.json"), `${recipe(codename)}\n`);
      await rename(half, folder).catch((error: NodeJS.ErrnoException) => {
        // Somebody else was faster, with the same result.
        if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
      });
    } finally {
      await unmountBelow(half);
      await rm(half, { recursive: true, force: true });
    }
  }
  // The name can be foretold: what another user has put there is not started as root.
  if (statSync(folder).uid !== 0) throw new Error(`${folder} belongs to another user`);
  return join(folder, "root");
}
