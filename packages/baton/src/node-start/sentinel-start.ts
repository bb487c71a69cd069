// Makes the file that a Sentinel starts with, at every start: of its settings and its state, and where it has
// none of today's primaries.
import { dirname } from "node:path";
import type { GroupPlan, Layout, OwnSecrets, SentinelPlan } from "../cluster/types.ts";
import { agree } from "../decide/agree.ts";
import { BatonError } from "../errors.ts";
import { openObserver } from "../observe/observer.ts";
import type { Clock } from "../sys/clock.ts";
import { ownerOf, readTextFileIfThere, writeFileAtomic } from "../sys/files.ts";
import {
  type Followed,
  groupsIn,
  groupsWithoutState,
  type Members,
  mergeConfig,
  type Merged,
} from "./sentinel-config.ts";
import { type StartSettings, settingsForStart } from "./settings-for-start.ts";

export interface SentinelStartOptions {
  readonly layout: Layout;
  readonly self: SentinelPlan;
  readonly secrets: OwnSecrets;
  readonly clock: Clock;
  /** The Sentinel's own file, which it rewrites. */
  readonly configPath: string;
  /** What Baton has written; read at every start. */
  readonly settings: Omit<StartSettings, "server" | "layout">;
  /** How long the others are asked, in ms, while no majority of them names a primary. */
  readonly waitMs: number;
}

export type SentinelStart =
  | { readonly kind: "merged"; readonly merged: Merged; readonly isWritten: boolean }
  /** Its state stays as it is: the settings cannot be had, or the result cannot be written. */
  | { readonly kind: "kept"; readonly because: string };

const GRACE_MS = 700;
const PAUSE_MS = 250;
/** Redis' user reads it, and whoever is of its group. */
const MODE = 0o640;

/**
 * Only while the Sentinel does not run: a vote between the look and the write would be lost. Where nobody is
 * heard, as on a cluster that starts for the first time, it begins with the first primary, and follows
 * whatever newer word it hears.
 *
 * A Sentinel that has state starts in any case: with yesterday's settings it still votes.
 * @throws BatonError DISK, UNABLE where there is no state to start with; the signal's reason.
 */
export async function startSentinel(
  options: SentinelStartOptions,
  signal: AbortSignal,
): Promise<SentinelStart> {
  const { configPath } = options;
  const state = await readTextFileIfThere(configPath);
  try {
    return await renew(state, options, signal);
  } catch (error) {
    if (!(error instanceof BatonError) || groupsIn(state ?? "").length === 0) throw error;
    return { kind: "kept", because: error.message };
  }
}

async function renew(
  state: string | undefined,
  options: SentinelStartOptions,
  signal: AbortSignal,
): Promise<SentinelStart> {
  const { layout, self, configPath } = options;
  const { settingsPath } = options.settings;
  const settings = await settingsForStart({ ...options.settings, server: "sentinel", layout });
  if (groupsIn(settings).length === 0)
    throw new BatonError(
      "UNABLE",
      `${settingsPath}: found no group to watch, expected the settings of a Sentinel`,
    );
  const missing = groupsWithoutState(settings, state);
  const groups = layout.groups.filter(({ name }) => missing.includes(name));
  const found = await Promise.all(groups.map((group) => followedIn(group, options, signal)));
  const followed = found.filter((one) => one !== undefined);
  const merged = mergeConfig({ settings, state, members: membersOf(layout, self), followed });
  const isWritten = merged.text !== state;
  if (isWritten)
    await writeFileAtomic(configPath, merged.text, MODE, await ownerOf(dirname(configPath)));
  return { kind: "merged", merged, isWritten };
}

function membersOf({ groups, sentinels }: Layout, self: SentinelPlan): Members {
  return {
    nodes: new Map(groups.map(({ name, nodes }) => [name, nodes])),
    otherSentinels: sentinels.filter(({ id }) => id !== self.id),
  };
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
