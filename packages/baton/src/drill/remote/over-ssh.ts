// Carries deeds out on real hosts, looks whether they are fit for a drill, and cures what one has touched.
import type { Host } from "../../cluster/types.ts";
import { BatonError } from "../../errors.ts";
import { missing, seen, waitFor } from "../../sys/wait.ts";
import type { DrillSite } from "../site.ts";
import { allUnits, type Hands } from "./hosts.ts";
import { cureScript, deedScript, type HostSeen, lookScript, seenIn } from "./scripts.ts";
import type { Shells } from "./shell.ts";

/** An orderly end of a Redis takes its time; everything else is done in a second. */
const DEED_MS = 30_000;
const LOOK_MS = 20_000;
/** Of one attempt, and of all of them together. */
const CURE_MS = 10_000;
const CURES_MS = 30_000;

export interface SshHands extends Hands {
  /** Resolves when nothing that was begun is under way: a cure must not overtake what it cures. */
  idle(): Promise<void>;
}

/** One deed at a time on each host: sshd lets only so many of them through one connection. */
export function handsOver(shells: Pick<Shells, "run">): SshHands {
  const last = new Map<string, Promise<unknown>>();
  return {
    async act(host, deed, arm) {
      const before = last.get(host.name) ?? Promise.resolve();
      const run = async () => await shells.run(host, deedScript(arm, deed), DEED_MS);
      const own = before.then(run, run);
      last.set(
        host.name,
        own.catch(() => undefined),
      );
      return (await own).doneMs;
    },
    async idle() {
      await Promise.all(last.values());
    },
  };
}

/** Why a host is not fit for any drill, in clauses. */
function troublesOf({ isRoot, hasSystemd, down, left }: HostSeen): readonly string[] {
  return [
    ...(isRoot ? [] : ["its user is not root there, and has no sudo without a password"]),
    ...(hasSystemd ? [] : ["it has no systemd-run"]),
    ...down,
    ...left.map((what) => `an earlier drill has left ${what}`),
  ];
}

/**
 * Asks every host that a drill could touch; changes nothing.
 * @returns why links cannot be cut, undefined: they can
 * @throws BatonError UNABLE naming all that is in the way, or whatever ssh throws
 */
export async function lookAtHosts(
  { layout }: Pick<DrillSite, "layout">,
  shells: Pick<Shells, "run">,
): Promise<string | undefined> {
  const hosts = layout.cluster.hosts.filter(({ name }) => allUnits({ layout }, name).length > 0);
  const look = async (host: Host) => {
    const { stdout } = await shells.run(host, lookScript(allUnits({ layout }, host.name)), LOOK_MS);
    return { name: host.name, ...seenIn(stdout) };
  };
  const looked = await Promise.all(hosts.map(look));
  const troubles = looked.flatMap((one) => troublesOf(one).map((trouble) => `${one.name}: ${trouble}`));
  if (troubles.length > 0)
    throw new BatonError("UNABLE", `not fit for a drill, nothing was touched: ${troubles.join("; ")}`);
  const bare = looked.find(({ hasNft }) => !hasNft);
  return bare === undefined ? undefined : `cuts links with nft, and ${bare.name} has none`;
}

/**
 * Brings everything on these hosts back and takes their switches back, in several attempts.
 * @returns sentences on hosts where that failed; they cure themselves
 */
export async function cureHosts(
  { layout }: Pick<DrillSite, "layout">,
  shells: Pick<Shells, "run">,
  names: Iterable<string>,
): Promise<readonly string[]> {
  const cure = async (host: Host): Promise<string | undefined> => {
    const script = cureScript(allUnits({ layout }, host.name));
    const look = async () => {
      const { stdout } = await shells.run(host, script, CURE_MS);
      const after = await shells.run(host, lookScript(allUnits({ layout }, host.name)), CURE_MS);
      const { left } = seenIn(after.stdout);
      return left.length === 0 ? seen(stdout) : missing(left.join(", "));
    };
    try {
      await waitFor(`${host.name} to be cured`, look, { withinMs: CURES_MS, everyMs: 1_000 });
      return undefined;
    } catch (error) {
      if (error instanceof BatonError) return `${host.name}: ${error.message}`;
      throw error;
    }
  };
  const wanted = new Set(names);
  const hosts = layout.cluster.hosts.filter(({ name }) => wanted.has(name));
  const failed = await Promise.all(hosts.map(cure));
  return failed.filter((sentence) => sentence !== undefined);
}
