// Gives a Sentinel that has lost its state, or never had any, a file that names today's primaries.
import type { GroupPlan, Layout, OwnSecrets, SentinelPlan } from "../cluster/types.ts";
import { agree } from "../decide/agree.ts";
import { openObserver } from "../observe/observer.ts";
import type { Clock } from "../sys/clock.ts";
import { ownerOf, readTextFile, readTextFileIfThere, writeFileAtomic } from "../sys/files.ts";
import { dirname } from "node:path";
import { type Followed, firstConfig, isState } from "./sentinel-config.ts";

export interface SentinelStartOptions {
  readonly layout: Layout;
  readonly self: SentinelPlan;
  readonly secrets: OwnSecrets;
  readonly clock: Clock;
  /** The Sentinel's own file, which it rewrites. */
  readonly configPath: string;
  /** What it is made of where there is none. */
  readonly settingsPath: string;
  /** How long the others are asked, in ms, while no majority of them names a primary. */
  readonly waitMs: number;
}

export type SentinelStart =
  | { readonly kind: "kept" }
  | {
      readonly kind: "made";
      readonly followed: readonly Followed[];
      readonly unknown: readonly string[];
    };

const GRACE_MS = 700;
const PAUSE_MS = 250;
/** Redis' user reads it, and whoever is of its group. */
const MODE = 0o640;

/**
 * State is never touched: in it are the Sentinel's id, its votes and the primary it follows. Where nobody is
 * heard, as on a cluster that starts for the first time, it begins with the first primary, and follows
 * whatever newer word it hears.
 * @throws BatonError DISK; the signal's reason.
 */
export async function startSentinel(
  options: SentinelStartOptions,
  signal: AbortSignal,
): Promise<SentinelStart> {
  const { layout, configPath, settingsPath } = options;
  const present = await readTextFileIfThere(configPath);
  if (present !== undefined && isState(present)) return { kind: "kept" };
  const settings = await readTextFile(settingsPath);
  const found = await Promise.all(layout.groups.map((group) => followedIn(group, options, signal)));
  const followed = found.filter((one) => one !== undefined);
  const owner = await ownerOf(dirname(configPath));
  await writeFileAtomic(configPath, firstConfig(settings, followed), MODE, owner);
  const known = new Set(followed.map(({ group }) => group));
  const unknown = layout.groups.map(({ name }) => name).filter((name) => !known.has(name));
  return { kind: "made", followed, unknown };
}

/** Undefined when no majority names a primary in time. */
async function followedIn(
  group: GroupPlan,
  { layout, self, secrets, clock, waitMs }: SentinelStartOptions,
  signal: AbortSignal,
): Promise<Followed | undefined> {
  const observer = openObserver({ layout, group, secrets, clock, sourceAddress: self.address });
  const endMs = clock.monotonicMs() + waitMs;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { views } = await observer.look(GRACE_MS);
      const agreement = agree(views);
      if (agreement.kind === "agreed")
        return { group: group.name, primary: agreement.primary, epoch: agreement.epoch };
      if (clock.monotonicMs() >= endMs) return undefined;
      await clock.sleep(PAUSE_MS + Math.random() * PAUSE_MS, signal);
    }
  } finally {
    observer.close();
  }
}
