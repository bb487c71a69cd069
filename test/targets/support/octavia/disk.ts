// The root file system in which the real Keystone and the real Octavia run: what test hosts start from, and
// Debian's packages of both. Made once for each recipe, outside of the repository; a run adds a folder of its
// own and removes it.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { identify, isAlive } from "../../../../packages/baton/src/sys/processes.ts";
import { baseDisk, privateApt } from "../../../scenario/support/hosts/base.ts";
import { must } from "../../../scenario/support/hosts/command.ts";
import { debianCodename, whyNoHosts } from "../../../scenario/support/hosts/why.ts";

const PACKAGES = ["python3-octavia", "python3-keystone"];
const DEBS = "opt/octavia-debs";
/** Where a run has its folder, as seen from inside. */
export const RUNS = "/srv/runs";

/**
 * Unpacked only: nothing of them is started, and what their scripts would do for a service is not needed.
 * Keystone's database is the same for all runs: made once, copied by each.
 */
const FINISH = `
set -e
dpkg --unpack --force-depends --force-unsafe-io /${DEBS}/*.deb
rm -rf /${DEBS}
mkdir -p ${RUNS} /srv/keystone
cd /srv/keystone
python3 /srv/keystone_prepare.py /srv/keystone
`;
/** Of each step of the making, milliseconds: a machine that does other things at the same time is slow. */
const STEP_MS = 900_000;

export const programsFolder = fileURLToPath(new URL("./programs", import.meta.url));
const preparation = () => readFileSync(join(programsFolder, "keystone_prepare.py"), "utf8");

const recipe = (codename: string): string =>
  JSON.stringify({
    codename,
    architecture: process.arch,
    PACKAGES,
    FINISH,
    keystone: createHash("sha256").update(preparation()).digest("hex"),
  });

/** Why the real ones are not asked; undefined where they are. */
export function whyNoRealOctavia(): string | undefined {
  if (process.env["BATON_REAL_OCTAVIA"] !== "1") {
    return "the real Octavia is asked for with BATON_REAL_OCTAVIA=1: its disk takes minutes and 700 MB";
  }
  return whyNoHosts();
}

async function make(root: string, lists: string): Promise<void> {
  await must(["cp", "-a", "--reflink=auto", await baseDisk(), root], { timeoutMs: STEP_MS });
  const apt = privateApt(lists);
  await mkdir(join(lists, "partial"), { recursive: true });
  await apt.apt("apt-get", "update");
  const folder = join(root, DEBS);
  await mkdir(join(folder, "partial"), { recursive: true });
  const options = [
    `Dir::State::status=${join(root, "var/lib/dpkg/status")}`,
    `Dir::Cache::archives=${folder}`,
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  const install = ["install", "--yes", "--download-only", "--no-install-recommends", ...PACKAGES];
  await apt.apt("apt-get", ...options, ...install);
  await writeFile(join(root, "srv/keystone_prepare.py"), preparation());
  await must(["chroot", root, "sh", "-c", FINISH], { timeoutMs: STEP_MS });
}

const TRUNK = "baton-octavia-disk-";

async function removeHalfMade(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid = "", ticks = ""] = /^baton-octavia-disk-\w+\.(\d+)-(\d+)-/.exec(name) ?? [];
    if (pid === "" || isAlive({ pid: Number(pid), startTicks: Number(ticks) })) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** Folders of runs whose process is gone. */
async function removeOldRuns(root: string): Promise<void> {
  for (const name of readdirSync(join(root, RUNS))) {
    const [, pid = "", ticks = ""] = /^(\d+)-(\d+)-/.exec(name) ?? [];
    if (pid === "" || isAlive({ pid: Number(pid), startTicks: Number(ticks) })) continue;
    await rm(join(root, RUNS, name), { recursive: true, force: true });
  }
}

/** Begins a name in a folder that many share: it says whose it is. */
export function ownPrefix(): string {
  const { pid, startTicks } = identify(process.pid) ?? { pid: process.pid, startTicks: 0 };
  return `${pid}-${startTicks}-`;
}

/** The root folder; makes it (minutes, and about 700 MB) when this machine has none of this recipe. */
export async function octaviaDisk(): Promise<string> {
  const text = recipe(debianCodename() ?? "");
  const key = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const folder = join(tmpdir(), `${TRUNK}${key}`);
  await removeHalfMade();
  if (!existsSync(folder)) {
    const half = await mkdtemp(`${folder}.${ownPrefix()}`);
    try {
      await make(join(half, "root"), join(half, "lists"));
      await rm(join(half, "lists"), { recursive: true });
      await writeFile(join(half, "recipe.json"), `${text}\n`);
      await rename(half, folder).catch((error: NodeJS.ErrnoException) => {
        // Somebody else was faster, with the same result.
        if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
      });
    } finally {
      await rm(half, { recursive: true, force: true });
    }
  }
  // The name can be foretold: what another user has put there is not started as root.
  if (statSync(folder).uid !== 0) throw new Error(`${folder} belongs to another user`);
  const root = join(folder, "root");
  await removeOldRuns(root);
  return root;
}
