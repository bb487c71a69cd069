// Reads the targets of a lab again and again while a drill runs, past the agents: where each leads clients,
// and since when.
import type { Endpoint, SecretReference } from "../../cluster/types.ts";
import { slowness, type Clock } from "../../sys/clock.ts";
import { openPacers } from "../../targets/api/pacer.ts";
import { nodesIn } from "../../targets/nodes.ts";
import { type KnownTarget, knownTargets } from "../../targets/settings.ts";
import { isSameEndpoint, type Target } from "../../targets/target.ts";
import { missing, seen, waitFor } from "../../sys/wait.ts";
import type { DrillSite } from "../site.ts";
import { timeLimit } from "../../sys/time-limit.ts";

/** Of this machine or this network; one that says itself that it is to be asked rarely is a cloud. */
const NEAR_MS = 50;
const FAR_MS = 1_000;
const RARELY_MS = 10_000;
/** What is remembered of one target; one that changes more often is told from its end. */
const SIGHTS_MAX = 2_000;

/** Where a target led from a moment on. */
export interface Sight {
  /** Monotonic milliseconds. */
  readonly atMs: number;
  readonly endpoint: Endpoint;
  /** Only where it can hold one. */
  readonly epoch: number | undefined;
}

export interface WatchedTarget {
  readonly name: string;
  readonly kind: string;
  /** Oldest first; only changes. */
  readonly sights: readonly Sight[];
  /** Why nothing is known: it cannot be asked, or did not answer when it was asked last. */
  readonly silence: string | undefined;
}

export interface TargetWatch {
  /** Of all targets at once. */
  readonly all: () => readonly WatchedTarget[];
  /** @throws BatonError NOT_READY naming those that lead elsewhere. */
  untilLed(to: Endpoint, withinMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface TargetWatchOptions {
  readonly lab: Pick<DrillSite, "layout">;
  readonly group: string;
  /** false: none is watched. */
  readonly isOn: boolean;
  readonly clock: Clock;
  /** @throws BatonError SECRET */
  readonly readSecret: (what: string, reference: SecretReference) => Promise<string>;
}

class Watched implements WatchedTarget {
  readonly sights: Sight[] = [];
  silence: string | undefined = "it was not asked yet";
  /** false: nobody can ask it where it leads, however long one waits. */
  isReadable = true;
  readonly name: string;
  readonly kind: string;
  constructor({ plan, kind }: KnownTarget) {
    this.name = plan.name;
    this.kind = kind.id;
  }
  see(atMs: number, endpoint: Endpoint, epoch: number | undefined): void {
    this.silence = undefined;
    const last = this.sights.at(-1);
    if (last !== undefined && isSameEndpoint(last.endpoint, endpoint) && last.epoch === epoch) return;
    this.sights.push({ atMs, endpoint, epoch });
    if (this.sights.length > SIGHTS_MAX) this.sights.shift();
  }
}

async function follow(
  watched: Watched,
  target: Target,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  if (target.read === undefined) {
    watched.silence = "it cannot be asked where it leads";
    watched.isReadable = false;
    return;
  }
  const everyMs = (target.checkEveryMs ?? 0) > RARELY_MS ? FAR_MS : NEAR_MS;
  while (!signal.aborted) {
    try {
      const limit = timeLimit(target.deadlineMs * slowness());
      const reading = await target.read(AbortSignal.any([signal, limit]));
      if (reading === undefined) watched.silence = "it leads nowhere";
      else watched.see(clock.monotonicMs(), reading.endpoint, reading.epoch);
    } catch (error) {
      watched.silence = (error as Error).message;
    }
    await clock.sleep(everyMs, signal).catch(() => undefined);
  }
}

export function watchTargets(options: TargetWatchOptions): TargetWatch {
  const { lab, group, isOn, clock, readSecret } = options;
  const { cluster, groups } = lab.layout;
  const served = isOn ? knownTargets(cluster.targets) : [];
  const known = served.filter(({ plan }) => plan.group === group);
  const pacerOf = openPacers(clock);
  const ending = new AbortController();
  const watching = known.map((one) => {
    const watched = new Watched(one);
    const { name } = one.plan;
    const around = { name, group, nodes: nodesIn(groups)(group), pacerOf, readSecret };
    const run = async () => {
      const target = await one.kind.open(one.settings, { ...around, wallMs: () => clock.wallMs() });
      await follow(watched, target, clock, ending.signal);
      await target.close?.();
    };
    const done = run().catch((error: unknown) => void (watched.silence = (error as Error).message));
    return { watched, done };
  });
  return {
    all: () => watching.map(({ watched }) => watched),
    async untilLed(to, withinMs) {
      const look = () => {
        const elsewhere = watching.filter(({ watched: { sights, silence, isReadable } }) => {
          const last = sights.at(-1);
          const isThere = last !== undefined && isSameEndpoint(last.endpoint, to);
          return isReadable && (silence !== undefined || !isThere);
        });
        const names = elsewhere.map(({ watched }) => watched.name).join(", ");
        return elsewhere.length === 0 ? seen(undefined) : missing(`${names} to lead there`);
      };
      await waitFor("the targets to lead to the primary", look, { withinMs, clock });
    },
    async close() {
      ending.abort();
      await Promise.all(watching.map(({ done }) => done));
    },
  };
}
