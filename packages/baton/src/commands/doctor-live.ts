// Which running processes `baton doctor --live` asks, and as whom.
import { dirname, resolve } from "node:path";
import { judgeAddress } from "../cluster/address.ts";
import { quoted } from "../cluster/text.ts";
import type { Endpoint, SecretReference, TlsPlan } from "../cluster/types.ts";
import type { Note } from "../doctor/diagnose.ts";
import { askCluster, type AskOptions, type Login } from "../doctor/live/ask.ts";
import { REFUSAL } from "../doctor/live/question.ts";
import type { Sources } from "../doctor/sources.ts";
import { BatonError } from "../errors.ts";
import type { Context, Given } from "./command.ts";
import { textAsked } from "./doctor-asked.ts";
import { listen, missedBy, watchAsked } from "./doctor-watch.ts";
import { openClusterFile } from "./open-cluster.ts";
import { readTextFile } from "../sys/files.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import { readSecret, readTls } from "./secrets.ts";

/** A bundle of a hundred authorities is 200 KB. */
const AUTHORITY_BYTES_MAX = 512 * 1024;

/** How processes are reached, for whoever asks them again. */
export interface Access {
  readonly sentinelLogin: Login;
  readonly redisLogin: Login;
  readonly tls: TlsMaterial | undefined;
  /** The same for redis-cli. */
  readonly tlsFlags: readonly string[];
}

export interface Answers {
  readonly live?: NonNullable<Sources["live"]>;
  readonly access?: Access;
  /** Who was not asked or said nothing, as clauses. */
  readonly silent: readonly string[];
  /** Who was listened to, and not all the time. */
  readonly notes?: readonly Note[];
}

/** @throws BatonError USAGE */
function placesAsked(given: Given): readonly Endpoint[] {
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
async function loginAsked(given: Given, whom: "sentinel" | "redis", context: Context): Promise<Login> {
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
async function tlsAsked(given: Given): Promise<TlsMaterial | undefined> {
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

function tlsFlags(given: Given, plan: TlsPlan | undefined, file = ""): readonly string[] {
  const own = (path: string | undefined) => path && resolve(dirname(file), path);
  const used = textAsked(given, "tlsCa") === undefined && plan?.redis === true ? plan : undefined;
  const paths = {
    "--cacert": textAsked(given, "tlsCa") ?? own(used?.authority),
    "--cert": textAsked(given, "tlsCert") ?? own(used?.certificate),
    "--key": textAsked(given, "tlsKey") ?? own(used?.key),
  };
  const flags = Object.entries(paths).flatMap(([flag, path]) => (path ? [flag, path] : []));
  return flags.length === 0 ? [] : ["--tls", ...flags];
}

/** Nobody is asked without --live. @throws BatonError USAGE, SECRET, UNREACHABLE, REFUSED, CLUSTER_FILE */
export async function answersFor(given: Given, context: Context): Promise<Answers> {
  const { clock, signal, environment } = context;
  const places = placesAsked(given);
  const watchMs = watchAsked(given);
  if (given["live"] !== true) {
    if (places.length === 0) return { silent: [] };
    throw new BatonError("USAGE", "--sentinel goes with --live; without it only files are read");
  }
  const file = textAsked(given, "file");
  if (file === undefined && places.length === 0)
    throw new BatonError("USAGE", "--live needs --sentinel ADDRESS:PORT, or --file <cluster file>");
  const own = file === undefined ? undefined : await openClusterFile(file, environment);
  const agent = own === undefined ? {} : { username: "agent", password: own.secrets.agent };
  const access: Access = {
    sentinelLogin: { ...agent, ...(await loginAsked(given, "sentinel", context)) },
    redisLogin: { ...agent, ...(await loginAsked(given, "redis", context)) },
    tls: (await tlsAsked(given)) ?? own?.secrets.tls,
    tlsFlags: tlsFlags(given, own?.layout.cluster.tls, file),
  };
  const questions: AskOptions = {
    sentinels: [...places, ...(own?.layout.sentinels ?? [])],
    nodes: own?.layout.groups.flatMap(({ nodes }) => nodes) ?? [],
    ...access,
    ...(own === undefined ? {} : { sentinelUser: "sentinel" }),
    clock,
    signal,
  };
  const listened = watchMs === undefined ? undefined : await listen(watchMs, questions, context);
  const { redis, sentinels, left } = await askCluster(questions);
  const asked = [...redis, ...sentinels];
  const silent = asked.flatMap(({ address, port, silence }) =>
    silence === undefined ? [] : [`${address}:${port} said nothing: ${silence}`],
  );
  if (silent.length === asked.length) {
    // The next step is another one where all that is missing is a password.
    const isRefused = asked.every(({ silence }) => silence?.startsWith(REFUSAL) === true);
    throw new BatonError(isRefused ? "REFUSED" : "UNREACHABLE", `nobody answers: ${silent.join("; ")}`);
  }
  if (listened === undefined)
    return { live: { redis, sentinels }, access, silent: [...silent, ...left] };
  const { notes, deaf } = missedBy(listened, sentinels);
  const live = { redis, sentinels, heard: listened.heard };
  return { live, access, silent: [...silent, ...left, ...deaf], notes };
}
