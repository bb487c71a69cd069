// Whether this machine can make real hosts: asked of the machine itself, by trying what they need.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBinary } from "../../../../packages/baton/src/sys/processes.ts";
import { ownGroups } from "./cgroups.ts";
import { PATH } from "./command.ts";

const PROGRAMS = [
  "apt-get",
  "chroot",
  "debootstrap",
  "dpkg-deb",
  "ip",
  "mount",
  "nsenter",
  "ssh",
  "ssh-keygen",
  "systemd-nspawn",
  "unshare",
];

/** "bookworm" on Debian; undefined elsewhere. */
export function debianCodename(): string | undefined {
  let text: string;
  try {
    text = readFileSync("/etc/os-release", "utf8");
  } catch {
    // Without that file it is no Debian.
    return undefined;
  }
  if (!/^ID=debian$/m.test(text)) return undefined;
  return /^VERSION_CODENAME=(\S+)$/m.exec(text)?.[1];
}

/** A disk over a folder of the temporary folder, and a cable, in namespaces that end with the trial. */
const TRIAL = `
cd "$1" && mkdir lower upper work root &&
mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work root &&
ip link add name cable0 type veth peer name host0 &&
ip link add bridge0 type bridge
`;

function triedInVain(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "baton-hosts-trial-"));
  try {
    const unshared = ["--mount", "--net", "--pid", "--uts", "--ipc", "--fork"];
    const args = [...unshared, "sh", "-c", TRIAL, "sh", folder];
    const { status, stderr, error } = spawnSync("unshare", args, {
      encoding: "utf8",
      timeout: 20_000,
      env: { ...process.env, PATH },
    });
    if (status === 0) return undefined;
    const said = error?.message ?? stderr.trim();
    return `no overlay mount, namespace, cable or bridge can be made here: ${said}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function find(): string | undefined {
  if (process.platform !== "linux") return `${process.platform} is not Linux`;
  if (process.getuid?.() !== 0) return "only root can make hosts";
  if (debianCodename() === undefined)
    return "hosts are made from the packages of the machine, which is no Debian";
  const absent = PROGRAMS.filter((program) => {
    try {
      findBinary(program, PATH);
      return false;
    } catch {
      // Exactly what is asked.
      return true;
    }
  });
  if (absent.length > 0) return `not installed: ${absent.join(", ")}`;
  if (ownGroups().length === 0) return "no control groups are mounted";
  return triedInVain();
}

let known: { readonly reason: string | undefined } | undefined;

/** Why real hosts cannot be made on this machine; undefined where they can. */
export function whyNoHosts(): string | undefined {
  known ??= { reason: find() };
  return known.reason;
}
