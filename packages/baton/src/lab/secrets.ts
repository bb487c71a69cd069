// The passwords and certificates of a lab: made with it, kept in files of this user, read by whoever
// attaches to it.
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type {
  Cluster,
  SecretName,
  SecretReference,
  SecretReferences,
  Secrets,
} from "../cluster/types.ts";
import { assert } from "../errors.ts";
import { readTextFile } from "../sys/files.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import { readTlsMaterial } from "../sys/tls-files.ts";

const each = <T>(make: (name: SecretName) => T): Record<SecretName, T> => ({
  application: make("application"),
  replication: make("replication"),
  sentinel: make("sentinel"),
  peer: make("peer"),
  agent: make("agent"),
});

/**
 * Five random passwords and the agents' token, 192 bits each, each in a file of its own (0600) in a new
 * folder (0700).
 */
export async function makeSecrets(
  folder: string,
): Promise<{ readonly references: SecretReferences; readonly secrets: Secrets }> {
  await mkdir(folder, { mode: 0o700 });
  const secrets = each(() => randomBytes(24).toString("base64url"));
  const references = each(
    (name): SecretReference => ({ kind: "file", path: join(folder, `${name}.password`) }),
  );
  for (const [name, password] of Object.entries(secrets)) {
    await writeFile(join(folder, `${name}.password`), `${password}\n`, { mode: 0o600, flag: "wx" });
  }
  const token = join(folder, "token");
  await writeFile(token, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  return { references: { ...references, token: { kind: "file", path: token } }, secrets };
}

export interface LabSecrets {
  readonly secrets: Secrets;
  /** For whoever speaks TLS to the lab's routers. Undefined: they speak plain text. */
  readonly clientTls: TlsMaterial | undefined;
}

/** @throws BatonError DISK, SECRET when a file cannot be read. */
export async function readLabSecrets({ secrets: references, tls: plan }: Cluster): Promise<LabSecrets> {
  const read = async (name: SecretName): Promise<string> => {
    const reference = references[name];
    assert(reference.kind === "file", "a lab keeps its passwords in files");
    return (await readTextFile(reference.path, 4096)).trimEnd();
  };
  const material = plan === undefined ? undefined : await readTlsMaterial(plan);
  const secrets = {
    application: await read("application"),
    replication: await read("replication"),
    sentinel: await read("sentinel"),
    peer: await read("peer"),
    agent: await read("agent"),
    ...(plan?.redis ? { tls: material } : {}),
  };
  return { secrets, clientTls: plan?.router ? material : undefined };
}
