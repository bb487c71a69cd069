// Reads what the cluster file refers to. A secret exists only in memory, and never in a message.
import { dirname, isAbsolute, resolve } from "node:path";
import type {
  SecretName,
  SecretReference,
  SecretReferences,
  Secrets,
  TlsPlan,
} from "../cluster/types.ts";
import { weaknessOf } from "../cluster/secret-strength.ts";
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

/** For targets: relative paths begin at the cluster file's folder. */
export const secretReader =
  (clusterFile: string, environment: NodeJS.ProcessEnv) =>
  (what: string, reference: SecretReference): Promise<string> =>
    readSecret(what, reference, dirname(clusterFile), environment);

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

export interface AllSecrets {
  readonly secrets: Secrets;
  readonly token: string | undefined;
}

const ADVICE = "`openssl rand -hex 24` makes a good one";

/** Where somebody has to go to change it. */
function placeOf(reference: SecretReference): string {
  return reference.kind === "env" ? `environment variable ${reference.name}` : reference.path;
}

/**
 * Every password of a cluster and its token, for whoever writes its files.
 * @throws BatonError SECRET with all that is wrong: missing, too easy to guess, not to be written to a
 *   configuration file, or the same as another one. Each is one user's.
 */
export async function readAllSecrets(
  references: SecretReferences,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<AllSecrets> {
  const problems: string[] = [];
  const owners = new Map<string, string>();
  const read = async (name: SecretName | "token", reference: SecretReference): Promise<string> => {
    let value: string;
    try {
      value = await readSecret(name, reference, folder, environment);
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
      problems.push(error.message);
      return "";
    }
    const weakness = weaknessOf(value);
    const other = owners.get(value);
    const what = `the password ${name} (${placeOf(reference)})`;
    if (weakness !== undefined) problems.push(`${what}: ${weakness}; ${ADVICE}`);
    if (other !== undefined)
      problems.push(`the passwords ${other} and ${name} are the same, expected one for each`);
    owners.set(value, name);
    return value;
  };
  const secrets = {
    application: await read("application", references.application),
    replication: await read("replication", references.replication),
    sentinel: await read("sentinel", references.sentinel),
    peer: await read("peer", references.peer),
    agent: await read("agent", references.agent),
  };
  const token = references.token && (await read("token", references.token));
  const { previousApplication } = references;
  // It may be as weak as it was: it is about to go.
  const previous =
    previousApplication &&
    (await readSecret("previousApplication", previousApplication, folder, environment));
  if (problems.length > 0)
    throw new BatonError("SECRET", problems.join("\n"), { details: { problems } });
  return { secrets: { ...secrets, previousApplication: previous }, token };
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
