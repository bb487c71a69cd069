// The two drills: the primary's process is gone, or the primary is cut off with some of its clients.
import type { FaultInput, Injected } from "../../packages/baton/src/drill/fault.ts";
import { killPrimary } from "../../packages/baton/src/drill/faults/kill-primary.ts";

/** The application host that stays with the other nodes, and the one that goes with the old primary. */
export const STAYING = "app-a";
export const CUT_OFF = "app-b";

interface Broken extends Injected {
  /** Monotonic milliseconds; the fault begins at `atMs` and is complete from here on. */
  readonly completeMs: number;
}

export interface Drill {
  readonly id: "kill" | "partition";
  readonly title: string;
  /** Whether the clients on `CUT_OFF` have only the old primary until the cure. */
  readonly isSplit: boolean;
  inject(input: FaultInput): Promise<Broken>;
}

async function splitOff({ lab, primary }: FaultInput): Promise<Broken> {
  const away = [primary, CUT_OFF];
  const others = lab.cluster.hosts.map(({ name }) => name).filter((name) => !away.includes(name));
  // The two still see each other: to their clients nothing has changed.
  const pairs = away.flatMap((one) => others.map((other) => [one, other] as const));
  const cuts = await Promise.all(pairs.map(([one, other]) => lab.cut(one, other)));
  const moments = cuts.map(({ atMonotonicMs }) => atMonotonicMs);
  return {
    atMs: Math.min(...moments),
    completeMs: Math.max(...moments),
    host: primary,
    sentence: `${primary}, the host of the primary, and ${CUT_OFF} are cut off from all others`,
    async cure() {
      const { atMonotonicMs } = await lab.heal();
      return { atMs: atMonotonicMs, sentence: "the network is whole again" };
    },
  };
}

export const drills: readonly Drill[] = [
  {
    id: "kill",
    title: "kill -9 of the primary",
    isSplit: false,
    async inject(input) {
      const injected = await killPrimary.inject(input);
      return { ...injected, completeMs: injected.atMs };
    },
  },
  {
    id: "partition",
    title: "old primary cut off with clients",
    isSplit: true,
    inject: splitOff,
  },
];
