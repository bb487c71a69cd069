// Reads what the cluster file refers to. A secret exists only in memory, and never in a message.
import { isAbsolute, resolve } from "node:path";
import type { SecretReference, TlsPlan } from "../cluster/types.ts";
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
