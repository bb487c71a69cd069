// Finds out, before a Redis node runs, in which role it has to come up; waits while that is not clear.
import { BatonError } from "../errors.ts";
import { decideStart, mayBeAhead, type Start, type StartFacts } from "./decide-start.ts";
import { type LookoutOptions, openLookout } from "./lookout.ts";
import { hasOwnData } from "./own-data.ts";
import { type RedisConfig, readRedisConfig } from "./redis-config.ts";
import { readTextFileIfThere } from "../sys/files.ts";

export interface NodeStartOptions extends LookoutOptions {
  /** Path of the node's redis.conf. */
  readonly configPath: string;
  /** What it is made of anew, where it is; until then it tells only whom the node followed last. */
  readonly settingsPath?: string | undefined;
  /** When the last answer is due; see `patienceMs`. */
  readonly waitMs: number;
  readonly mayBootstrap: boolean;
  /** Newest epoch that the agent of this host remembers; -1 for none. */
  readonly epochSeen: () => Promise<number>;
  /** Told why it waits: when the reason changes, and at most once a second. */
  readonly say: (sentence: string) => void;
}

/** A role that the server can be started in. */
export type Role = Extract<Start, { kind: "primary" | "replica-of" }>;

/**
 * The longest time in which Sentinel brings a failover about after a failed first attempt: down-after,
 * two failover-timeouts, and 5 s for elections and answers. In ms.
 */
export function patienceMs({ group: { timings } }: Pick<NodeStartOptions, "group">): number {
  return timings.downAfterMs.value + 2 * timings.failoverTimeoutMs.value + 5_000;
}

/** Says a sentence when it is new, with at least a second between two. */
function speaker({ clock, say }: NodeStartOptions): (sentence: string) => void {
  let last: { readonly sentence: string; readonly atMs: number } | undefined;
  return (sentence) => {
    const atMs = clock.monotonicMs();
    if (last !== undefined && (last.sentence === sentence || atMs - last.atMs < 1_000)) return;
    last = { sentence, atMs };
    say(sentence);
  };
}

/** @throws as `readRedisConfig` */
async function configOf({ configPath, settingsPath }: NodeStartOptions): Promise<RedisConfig> {
  if (settingsPath === undefined) return await readRedisConfig(configPath);
  const settings = await readRedisConfig(settingsPath);
  if ((await readTextFileIfThere(configPath)) === undefined) return settings;
  const { replicaOf } = await readRedisConfig(configPath);
  return { ...settings, replicaOf };
}

/**
 * Looks every 0.5 to 1 s (jitter: after a power cut all nodes ask at once) until the rules of
 * `decideStart` give a role, or the deadline a refusal.
 * @throws BatonError START_REFUSED; DISK, UNABLE for what cannot be read; the signal's reason.
 */
export async function findRole(options: NodeStartOptions, signal: AbortSignal): Promise<Role> {
  const { self, group, clock, waitMs, mayBootstrap } = options;
  const config = await configOf(options);
  const holdsData = await hasOwnData(config);
  const say = speaker(options);
  const lookout = openLookout(options);
  const startMs = clock.monotonicMs();
  let aloneSinceMs: number | undefined;
  try {
    for (;;) {
      signal.throwIfAborted();
      const seen = await lookout.look();
      const nowMs = clock.monotonicMs();
      aloneSinceMs = seen.others.some(mayBeAhead) ? undefined : (aloneSinceMs ?? nowMs);
      const facts: StartFacts = {
        ...seen,
        self,
        group,
        holdsData,
        mayBootstrap,
        configured: config.replicaOf,
        epochSeen: await options.epochSeen(),
        aloneMs: nowMs - (aloneSinceMs ?? nowMs),
        isLate: nowMs - startMs >= waitMs,
      };
      const start = decideStart(facts);
      if (start.kind === "refuse") throw new BatonError("START_REFUSED", start.reason);
      if (start.kind !== "wait") return start;
      say(start.reason);
      // Sentinels that are there count down already: a late answer costs a failover that nobody needs.
      await clock.sleep(150 + Math.random() * 150, signal);
    }
  } finally {
    lookout.close();
  }
}

/**
 * What to append to `redis-server FILE`: the command line overrides the file, the node is read-only (or
 * writable) from its first answer on, and the next CONFIG REWRITE keeps it. Always given, so that an
 * empty text is never mistaken for a role; `no one` undoes the `replicaof` of a file that could not be
 * rewritten when the node was promoted.
 *
 * With `durability: replicated` a replica comes back with priority 0, before any Sentinel can have heard
 * another one: its data is old, or at the side of what was confirmed. An agent gives it back when it has
 * caught up.
 */
export function startArguments(role: Role, { isReplicated = false } = {}): string {
  if (role.kind === "primary") return "--replicaof no one";
  const priority = isReplicated ? " --replica-priority 0" : "";
  return `--replicaof ${role.primary.address} ${role.primary.port}${priority}`;
}
