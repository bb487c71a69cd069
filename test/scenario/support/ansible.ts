// Shows rendered playbooks and inventories to Ansible: its programs take a second each, so that many
// inventories are read by its own parts in one process.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { HostFile } from "../../../packages/baton/src/deploy/host-files.ts";

const LOOK = fileURLToPath(new URL("ansible-look.py", import.meta.url));
const LOOK_MS = 150_000;
const RUN_MS = 60_000;

/** What Ansible makes of one folder. */
export interface Shown {
  /** By host of the inventory. */
  readonly hosts: Readonly<
    Record<
      string,
      {
        readonly ansible_host: unknown;
        readonly baton_groups: unknown;
        readonly baton_files: readonly Readonly<Record<string, unknown>>[];
      }
    >
  >;
  /** Of the expressions in the role. */
  readonly problems: readonly string[];
}

/** Those of the kind `ansible`, below `folder`. @returns where its ansible.cfg is */
export async function writeAnsible(files: readonly HostFile[], folder: string): Promise<string> {
  for (const { kind, file, text } of files) {
    if (kind !== "ansible") continue;
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode: 0o600 });
  }
  return join(folder, "ansible");
}

/** The Python that Ansible itself runs with. */
async function pythonOfAnsible(): Promise<string> {
  const program = execFileSync("which", ["ansible-playbook"], { encoding: "utf8" }).trim();
  const [, python] = /^#! ?(\S*python\S*)/.exec(await readFile(program, "utf8")) ?? [];
  if (python === undefined) throw new Error(`${program} does not say which Python runs it`);
  return python;
}

/** What Ansible makes of each folder, in their order. @throws Error with what it said of a bad one */
export async function lookAtInventories(folders: readonly string[]): Promise<readonly Shown[]> {
  const { status, stdout, stderr, error } = spawnSync(await pythonOfAnsible(), [LOOK], {
    encoding: "utf8",
    input: folders.join("\n"),
    timeout: LOOK_MS,
    maxBuffer: 256 << 20,
    env: { ...process.env, ANSIBLE_INVENTORY_UNPARSED_FAILED: "1" },
  });
  if (status !== 0 || stderr !== "") throw new Error(`${error ?? ""}${stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Shown);
}

/**
 * Everything in the folder as Ansible's own programs see it, also the parts of the role that site.yml takes
 * in only while it runs. @returns what they complain of
 */
export async function complaintsOf(folder: string): Promise<readonly string[]> {
  const parts = ["prepare", "plan", "phase", "finish"].map(
    (part) => `    - ansible.builtin.import_role: { name: baton, tasks_from: ${part} }`,
  );
  const play = ["- hosts: baton_hosts", "  gather_facts: false", "  tasks:", ...parts, ""];
  await writeFile(join(folder, "parts.yml"), play.join("\n"));
  return [
    ["ansible-inventory", "--list"],
    ["ansible-playbook", "--syntax-check", join(folder, "site.yml"), join(folder, "parts.yml")],
  ].flatMap(([program = "", ...args]) => {
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      encoding: "utf8",
      timeout: RUN_MS,
      env: { ...process.env, ANSIBLE_CONFIG: join(folder, "ansible.cfg"), ANSIBLE_NOCOLOR: "1" },
    });
    if (status === 0 && stderr === "") return [];
    return [`${program}: ${status} ${error ?? ""}${stderr || stdout}`];
  });
}
