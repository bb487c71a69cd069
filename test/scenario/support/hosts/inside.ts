// What scenario tests ask a host about itself: its files, its units, its journal, and who can reach it.
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";
import type { Argv } from "./command.ts";
import { command } from "./command.ts";
import type { Hosts } from "./hosts.ts";

/** A search through a whole disk, or a journal, under load. */
const LONG_MS = 60_000;

/** Standard output of what must succeed in the host. @throws Error with what it said */
export async function inside(hosts: Hosts, host: string, ...argv: Argv): Promise<string> {
  const { status, stdout, stderr } = await hosts.run(host, argv, { timeoutMs: LONG_MS });
  if (status === 0) return stdout;
  throw new Error(`${host}: ${argv.join(" ")} exited with ${String(status)}:\n${stdout}${stderr}`);
}

export interface UnitRun {
  readonly isActive: boolean;
  readonly isEnabled: boolean;
  /** Changes with every start. */
  readonly invocation: string;
}

const UNITS = [
  "redis-server@main.service",
  "redis-sentinel.service",
  "baton-agent.service",
  "baton-router.service",
  "baton-firewall.service",
];

/** Of Baton's units that the host has, by their names. */
export async function unitsOf(hosts: Hosts, host: string): Promise<Readonly<Record<string, UnitRun>>> {
  const properties = "--property=Id,ActiveState,UnitFileState,InvocationID";
  const text = await inside(hosts, host, "systemctl", "show", properties, ...UNITS);
  const blocks = text.trim().split("\n\n");
  const found = blocks.flatMap((block): readonly (readonly [string, UnitRun])[] => {
    const value = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(block)?.[1] ?? "";
    const [id, invocation, enabled] = [value("Id"), value("InvocationID"), value("UnitFileState")];
    if (invocation === "" && enabled !== "enabled") return [];
    const isActive = value("ActiveState") === "active";
    return [[id, { isActive, isEnabled: enabled === "enabled", invocation }]];
  });
  return Object.fromEntries(found);
}

/** What a deployment could leave: not what boots, logins and time itself change. */
const LISTING = `
cd / && find etc usr opt var root home srv -xdev \\
  \\( -path var/log -o -path var/lib/systemd -o -path root/.ansible -o -name __pycache__ \\) -prune -o \\
  ! -type d -printf '%p %l %s %u:%g %m %T@\\n' | LC_ALL=C sort
`;

/** Every file of the host with its owner, mode, size and time. */
export async function filesOf(hosts: Hosts, host: string): Promise<readonly string[]> {
  return (await inside(hosts, host, "sh", "-c", LISTING)).trim().split("\n");
}

/** Whether a TCP connection from there is accepted within two seconds. */
export async function connects(
  hosts: Hosts,
  from: "control" | "client",
  address: string,
  port: number,
): Promise<boolean> {
  const script = `import socket; socket.create_connection(('${address}', ${port}), 2)`;
  const { status } = await command([...hosts.at(from), "python3", "-c", script]);
  return status === 0;
}

export async function journalOf(hosts: Hosts, host: string): Promise<string> {
  return await inside(hosts, host, "journalctl", "--no-pager", "--output=short-precise");
}

/** Of a test that has failed: journals of all hosts, and what every run of the deployment has said. */
export async function keepHostEvidence(
  { task }: TestContext,
  hosts: Hosts,
  names: readonly string[],
  outputs: string,
): Promise<void> {
  if (task.result?.state !== "fail") return;
  const name = task.name.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 60);
  const kept = join(tmpdir(), `baton-failed-${name}-${process.pid}`);
  await mkdir(kept, { recursive: true });
  await writeFile(join(kept, "deploy.txt"), outputs);
  for (const host of names.filter((one) => hosts.isOn(one)))
    await writeFile(
      join(kept, `${host}.journal`),
      await journalOf(hosts, host).catch((error: Error) => error.message),
    );
  process.stderr.write(`journals and outputs of "${task.name}" are kept in ${kept}\n`);
}
