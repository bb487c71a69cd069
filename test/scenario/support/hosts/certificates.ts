// Certificates of a cluster on real hosts: one authority that goes on signing, as an operator's does.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command, must } from "./command.ts";
import type { Hosts, TestHost } from "./hosts.ts";

/** Where every host has its own. */
export const ON_HOST = {
  authority: "/etc/baton/tls/authority.pem",
  certificate: "/etc/baton/tls/host.pem",
  key: "/etc/baton/tls/host.key",
} as const;

export interface Authority {
  readonly folder: string;
  /** The file by which clients know its certificates. */
  readonly file: string;
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"];

async function openssl(folder: string, ...words: readonly string[]): Promise<string> {
  return await must(["openssl", ...words], { folder });
}

export async function makeAuthority(folder: string): Promise<Authority> {
  await mkdir(folder, { mode: 0o700 });
  const own = ["-keyout", "authority.key", "-out", "authority.pem", "-subj", "/CN=authority"];
  await openssl(folder, "req", "-x509", ...KEY, ...own, "-days", "30");
  return { folder, file: join(folder, "authority.pem") };
}

/**
 * Puts a new certificate and key onto the host. The key is readable for everybody there: a bare host has
 * neither of the users that have to read it.
 * @returns its SHA-256 fingerprint
 */
async function certify(
  { folder, file }: Authority,
  hosts: Hosts,
  { name, address }: TestHost,
): Promise<string> {
  const extensions = `subjectAltName=IP:${address}\nextendedKeyUsage=serverAuth,clientAuth\n`;
  await writeFile(join(folder, "extensions"), extensions);
  await openssl(folder, "req", ...KEY, "-keyout", "key", "-out", "csr", "-subj", `/CN=${name}`);
  const signer = ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "30"];
  await openssl(
    folder,
    "x509",
    "-req",
    "-in",
    "csr",
    ...signer,
    "-extfile",
    "extensions",
    "-out",
    "pem",
  );
  const sources = { authority: file, certificate: join(folder, "pem"), key: join(folder, "key") };
  for (const part of ["authority", "key", "certificate"] as const) {
    const script = 'mkdir -p "${1%/*}" && cat > "$1" && chmod 644 "$1"';
    const input = await readFile(sources[part], "utf8");
    const { status, stderr } = await hosts.run(name, ["sh", "-c", script, "sh", ON_HOST[part]], {
      input,
    });
    if (status !== 0) throw new Error(`${name}: ${ON_HOST[part]}: ${stderr}`);
  }
  return (await openssl(folder, "x509", "-in", "pem", "-noout", "-fingerprint", "-sha256")).trim();
}

/** Fingerprint of the certificate that is shown to an application. @throws Error when none is shown */
async function servedAt(
  { file }: Authority,
  hosts: Hosts,
  address: string,
  port: number,
): Promise<string> {
  const connect = ["openssl", "s_client", "-connect", `${address}:${port}`, "-CAfile", file] as const;
  const { stdout, stderr } = await command([...hosts.at("client"), ...connect]);
  if (!stdout.includes("Verify return code: 0 (ok)"))
    throw new Error(`${address}:${port}: ${stderr}${stdout}`);
  const input = /-----BEGIN[^]*END CERTIFICATE-----/.exec(stdout)?.[0] ?? "";
  return (await must(["openssl", "x509", "-noout", "-fingerprint", "-sha256"], { input })).trim();
}

export interface Doors extends TestHost {
  readonly ports: readonly number[];
}

/** Fingerprints by "HOST:PORT". */
export type Shown = Readonly<Record<string, string>>;

/** @returns what is to be shown once the new certificates, which lie on all hosts now, are in use */
export async function certified(
  authority: Authority,
  hosts: Hosts,
  doors: readonly Doors[],
): Promise<Shown> {
  const expected: Record<string, string> = {};
  for (const host of doors) {
    const fingerprint = await certify(authority, hosts, host);
    for (const port of host.ports) expected[`${host.name}:${port}`] = fingerprint;
  }
  return expected;
}

/** @throws Error where a certificate is not the authority's */
export async function served(
  authority: Authority,
  hosts: Hosts,
  doors: readonly Doors[],
): Promise<Shown> {
  const each = doors.flatMap(({ name, address, ports }) =>
    ports.map(async (port) => {
      return [`${name}:${port}`, await servedAt(authority, hosts, address, port)] as const;
    }),
  );
  return Object.fromEntries(await Promise.all(each));
}
