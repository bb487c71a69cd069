// The way into test hosts that Ansible goes: one key for all, known host keys, no question ever asked.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { must } from "./command.ts";

export interface SshHost {
  readonly name: string;
  readonly address: string;
}

export interface SshKeys {
  /** A file for ssh -F. */
  readonly config: string;
  /** A line for authorized_keys. */
  readonly publicKey: string;
  /** What a host has in /etc/ssh: the same before and after its disk is emptied. */
  hostKey(name: string): Promise<string>;
}

async function makeKey(path: string): Promise<string> {
  await must(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path]);
  return (await readFile(`${path}.pub`, "utf8")).trim();
}

/** Hosts are found by name and by address; the login is root's. */
export async function makeSshKeys(folder: string, hosts: readonly SshHost[]): Promise<SshKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [login, known, config] = ["login", "known_hosts", "config"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const hostKeyFile = (name: string): string => join(folder, `host-${name}`);
  const publicKey = await makeKey(login);
  const knownLines: string[] = [];
  for (const { name, address } of hosts) {
    knownLines.push(`${name},${address} ${await makeKey(hostKeyFile(name))}\n`);
  }
  await writeFile(known, knownLines.join(""));
  const entries = hosts.map(({ name, address }) => `Host ${name} ${address}\n  HostName ${address}\n`);
  const common = [
    "Host *",
    "  User root",
    `  IdentityFile "${login}"`,
    "  IdentitiesOnly yes",
    `  UserKnownHostsFile "${known}"`,
    "  GlobalKnownHostsFile /dev/null",
    "  StrictHostKeyChecking yes",
    "  BatchMode yes",
    "  ConnectTimeout 5",
    "  ServerAliveInterval 5",
    "  ServerAliveCountMax 3",
    "  LogLevel ERROR",
    "",
  ];
  await writeFile(config, [...entries, ...common].join("\n"));
  return { config, publicKey, hostKey: async (name) => await readFile(hostKeyFile(name), "utf8") };
}
