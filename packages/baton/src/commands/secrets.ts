// Reads what the cluster file refers to. A secret exists only in memory, and never in a message.
import { isAbsolute, resolve } from "node:path";
import type { SecretName, SecretReference, SecretReferences, TlsPlan } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { readTextFile } from "../sys/files.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import { readTlsMaterial } from "../sys/tls-files.ts";

/** @throws BatonError SECRET when it is missing, empty or unreadable. */
export async function readSecret(
  name: string,
  reference: SecretReference,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  if (reference.kind === "env") {
    const value = environment[reference.name];
    if (value !== undefined && value !== "") return value;
    throw new BatonError(
      "SECRET",
      `the password ${name}: the environment variable ${reference.name} is not set`,
    );
  }
  const path = isAbsolute(reference.path) ? reference.path : resolve(folder, reference.path);
  let text: string;
  try {
    text = await readTextFile(path, 4_096);
  } catch (cause) {
    throw new BatonError("SECRET", `the password ${name}: ${(cause as Error).message}`, { cause });
  }
  const value = text.replace(/\r?\n$/, "");
  if (value === "") throw new BatonError("SECRET", `the password ${name}: ${path} is empty`);
  return value;
}

/**
 * What a request to an agent must bear to change something; undefined where none is named. @throws as
 * above
 */
export async function readToken(
  reference: SecretReference | undefined,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  if (reference === undefined) return undefined;
  return await readSecret("token", reference, folder, environment);
}

/** Hashes of shorter ones are tried until one fits by whoever has read an ACL file. */
const CHARACTERS_MIN = 12;

export interface AllSecrets {
  readonly secrets: Readonly<Record<SecretName, string>>;
  readonly token: string | undefined;
}

/**
 * Every password of a cluster, for whoever writes its files.
 * @throws BatonError SECRET when one is missing or short, or two are the same: each is one user's.
 */
export async function readAllSecrets(
  references: SecretReferences,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<AllSecrets> {
  const read = async (name: SecretName): Promise<string> => {
    const value = await readSecret(name, references[name], folder, environment);
    if (value.length >= CHARACTERS_MIN) return value;
    const found = `${value.length} characters, expected ${CHARACTERS_MIN} or more`;
    throw new BatonError(
      "SECRET",
      `the password ${name}: ${found}, as \`openssl rand -hex 24\` makes them`,
    );
  };
  const secrets = {
    application: await read("application"),
    replication: await read("replication"),
    sentinel: await read("sentinel"),
    peer: await read("peer"),
    agent: await read("agent"),
  };
  const owners = new Map<string, string>();
  for (const [name, value] of Object.entries(secrets)) {
    const other = owners.get(value);
    if (other !== undefined)
      throw new BatonError(
        "SECRET",
        `the passwords ${other} and ${name} are the same, expected one for each`,
      );
    owners.set(value, name);
  }
  return { secrets, token: await readToken(references.token, folder, environment) };
}

/**
 * The certificates of this host.
 * @throws BatonError SECRET when they are missing, or do not belong together.
 */
export async function readTls(
  { authority, certificate, key }: TlsPlan,
  folder: string,
): Promise<TlsMaterial> {
  return await readTlsMaterial({
    authority: resolve(folder, authority),
    certificate: resolve(folder, certificate),
    key: resolve(folder, key),
  });
}
