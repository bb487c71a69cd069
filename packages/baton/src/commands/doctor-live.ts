// Which running processes `baton doctor --live` asks, and as whom.
import { dirname, resolve } from "node:path";
import type { TlsPlan } from "../cluster/types.ts";
import type { Note } from "../doctor/diagnose.ts";
import { askCluster, type AskOptions, type Login } from "../doctor/live/ask.ts";
import { REFUSAL } from "../doctor/live/question.ts";
import type { Sources } from "../doctor/sources.ts";
import { BatonError } from "../errors.ts";
import type { Context, Given } from "./command.ts";
import { textAsked } from "./doctor-asked.ts";
import { listen, missedBy, watchAsked } from "./doctor-watch.ts";
import { loginAsked, placesAsked, tlsAsked } from "./live-access.ts";
import { openClusterFile } from "./open-cluster.ts";
import type { TlsMaterial } from "../sys/tls.ts";

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
