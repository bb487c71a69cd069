// How commands reach running processes that no cluster file names: places, logins and TLS, from the flags of
// doctor-live-options.ts.
import { judgeAddress } from "../cluster/address.ts";
import { quoted } from "../cluster/text.ts";
import type { Endpoint, SecretReference } from "../cluster/types.ts";
import type { Login } from "../doctor/live/ask.ts";
import { BatonError } from "../errors.ts";
import { readTextFile } from "../sys/files.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import type { Context, Given } from "./command.ts";
import { textAsked } from "./doctor-asked.ts";
import { readSecret, readTls } from "./secrets.ts";

/** A bundle of a hundred authorities is 200 KB. */
const AUTHORITY_BYTES_MAX = 512 * 1024;

/** @throws BatonError USAGE */
export function placesAsked(given: Given): readonly Endpoint[] {
  const words = (textAsked(given, "sentinel") ?? "").split(/[\s,]+/).filter((word) => word !== "");
  return words.map((word) => {
    const [, text = "", digits = ""] = /^(.+):(\d{1,5})$/.exec(word) ?? [];
    const judged = judgeAddress(text.replace(/^\[(.*)\]$/, "$1"));
    const port = Number(digits);
    if (judged.kind === "address" && port > 0 && port < 65_536)
      return { address: judged.canonical, port };
    const expected = "expected ADDRESS:PORT, as in 10.0.0.1:26379 or [fd00::1]:26379";
    throw new BatonError("USAGE", `--sentinel ${quoted(word)}: ${expected}`);
  });
}

/** @throws BatonError USAGE, SECRET */
export async function loginAsked(
  given: Given,
  whom: "sentinel" | "redis",
  context: Context,
): Promise<Login> {
  const username = textAsked(given, `${whom}User`);
  const variable = textAsked(given, `${whom}PasswordEnv`);
  const path = textAsked(given, `${whom}PasswordFile`);
  if (variable !== undefined && path !== undefined)
    throw new BatonError(
      "USAGE",
      `of --${whom}-password-env and --${whom}-password-file only one counts`,
    );
  const user = username === undefined ? {} : { username };
  const reference: SecretReference | undefined =
    variable === undefined
      ? path === undefined
        ? undefined
        : { kind: "file", path }
      : { kind: "env", name: variable };
  if (reference === undefined) return user;
  return { ...user, password: await readSecret(whom, reference, ".", context.environment) };
}

/** A server that asks for no certificate takes a caller without one. @throws BatonError USAGE, SECRET */
export async function tlsAsked(given: Given): Promise<TlsMaterial | undefined> {
  const [authority, certificate, key] = ["tlsCa", "tlsCert", "tlsKey"].map((name) =>
    textAsked(given, name),
  );
  if (authority === undefined && certificate === undefined && key === undefined) return undefined;
  if (authority === undefined || (certificate === undefined) !== (key === undefined))
    throw new BatonError("USAGE", "--tls-cert and --tls-key go together, and with --tls-ca");
  if (certificate !== undefined && key !== undefined)
    return await readTls({ authority, certificate, key, redis: true, router: false }, ".");
  try {
    return { authority: await readTextFile(authority, AUTHORITY_BYTES_MAX), certificate: "", key: "" };
  } catch (cause) {
    throw new BatonError("SECRET", `the TLS authority: ${(cause as Error).message}`, { cause });
  }
}
