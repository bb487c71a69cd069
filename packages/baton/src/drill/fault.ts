// The shape of every fault: how to break something, how to see that it is broken, and how to cure it.
import type { DrillSite } from "./site.ts";
import type { Need } from "./lab-needs.ts";

/** Something that was done, with its moment in monotonic milliseconds. */
export interface Deed {
  readonly atMs: number;
  readonly sentence: string;
}

export interface Injected {
  /** Monotonic milliseconds right after the deed. */
  readonly atMs: number;
  /** The host of the primary when it was done. */
  readonly host: string;
  readonly sentence: string;
  /**
   * Brings back what was broken; harmless when called twice. Resolves with the moment of the deed.
   * Absent where nothing was broken.
   */
  cure?(): Promise<Deed>;
  /**
   * Resolves when what was set going is over; absent where the fault is over at once.
   * @throws BatonError when it did not do what it was to do: a finding of the drill.
   */
  ended?(): Promise<Deed>;
}

export interface FaultInput {
  readonly lab: DrillSite;
  /** The group whose primary it is. */
  readonly group: string;
  /** The host that is primary now, by the word of the Sentinels. */
  readonly primary: string;
  readonly signal: AbortSignal;
}

/**
 * What is right for a cluster to do about a fault.
 *
 * - `failover`: another node becomes primary, and writes go on within the rto, before the cure.
 * - `no-failover`: the primary stays, and writes go on; no gap is longer than the rto.
 * - `pause`: writes stop, and no promise says otherwise: nothing runs, the clients reach no majority, or
 *   the primary reaches no replica and refuses. After the cure they have to come back.
 */
export type Expectation = "failover" | "no-failover" | "pause";

export interface Fault {
  readonly id: string;
  readonly summary: string;
  /** What the place must have; see `lab-needs.ts`. */
  readonly needs: readonly Need[];
  /** "failover" by default. */
  readonly expects?: Expectation;
  readonly mark: { readonly label: string; readonly colour: string };
  /** The cure comes this long after the fault at the earliest; as soon as writes flow by default. */
  readonly cureAfterMs?: number;
  /**
   * Whose connections stay open while nothing answers: of the primary, which Sentinel notices by the first
   * ping that stays unanswered, or is refused; or of a Sentinel that clients may ask first. A client without
   * timeouts, as ioredis is by default, waits for the cure, so the cure does not wait for it.
   */
  readonly silent?: "primary" | "sentinel";
  /**
   * The primary still answers clients after the fault, for a moment or until somebody has taken its place:
   * their first write after it proves nothing.
   */
  readonly livesOn?: boolean;
  /**
   * A primary that ends in good order pauses writes for up to this long, while it waits for its replicas,
   * and only then can be found missing.
   */
  readonly endsWithinMs?: number;
  /** What comes back at the cure names an old primary: no client on the router may fail for it. */
  readonly isCureQuiet?: boolean;
  /**
   * From when on clients that keep to the address of the old primary are watched for
   * acknowledgements that count for nothing: the cure of a primary that comes back, or the fault
   * itself where the primary lives on. Left out: there are no such clients.
   */
  readonly staleSince?: "cure" | "fault";
  /** For so long an old primary may acknowledge writes once it has answered; 500 ms when left out. */
  readonly staleMaxMs?: number;
  /** Planned and in good order: a single lost acknowledged write breaks it, whatever the rpo allows. */
  readonly isLossless?: boolean;
  inject(input: FaultInput): Promise<Injected>;
}

export const expectationOf = ({ expects = "failover" }: Pick<Fault, "expects">): Expectation => expects;

/** What the rto is held against: see `DrillResult.rto.measures`. */
export function measureOf(fault: Pick<Fault, "expects" | "staleSince" | "livesOn">) {
  const isElsewhere = expectationOf(fault) === "failover" && fault.livesOn !== true;
  return isElsewhere && fault.staleSince !== "fault" ? "outage" : "longest-gap";
}

/** The same deed again is the deed that was done: what makes a cure harmless when called twice. */
export function once<T>(act: () => Promise<T>): () => Promise<T> {
  let acting: Promise<T> | undefined;
  return () => (acting ??= act());
}
