// The shape of every fault: how to break something, how to see that it is broken, and how to cure it.
import type { LabHandle } from "../lab/index.ts";

/** Something that was done, with its moment in monotonic milliseconds. */
export interface Deed {
  readonly atMs: number;
  readonly sentence: string;
}

export interface Injected {
  /** Monotonic milliseconds right after the deed. */
  readonly atMs: number;
  /** The host it was done to. */
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
  readonly lab: LabHandle;
  /** The group whose primary it is. */
  readonly group: string;
  /** The host that is primary now, by the word of the Sentinels. */
  readonly primary: string;
  readonly signal: AbortSignal;
}

export interface Fault {
  readonly id: string;
  readonly summary: string;
  /** What the lab must be able to do. */
  readonly needs: readonly ("signals" | "wires")[];
  readonly mark: { readonly label: string; readonly colour: string };
  /** The cure comes this long after the fault at the earliest; as soon as writes flow by default. */
  readonly cureAfterMs?: number;
  /**
   * Connections stay open and nothing answers: a client without timeouts, as ioredis is by default,
   * waits for the cure, so the cure does not wait for it.
   */
  readonly isSilent?: boolean;
  /**
   * From when on clients that keep to the address of the old primary are watched for
   * acknowledgements that count for nothing: the cure of a primary that comes back, or the fault
   * itself where the primary lives on. Left out: there are no such clients.
   */
  readonly staleSince?: "cure" | "fault";
  /** Planned and in good order: a single lost acknowledged write breaks it, whatever the rpo allows. */
  readonly isLossless?: boolean;
  inject(input: FaultInput): Promise<Injected>;
}

/** The same deed again is the deed that was done: what makes a cure harmless when called twice. */
export function once<T>(act: () => Promise<T>): () => Promise<T> {
  let acting: Promise<T> | undefined;
  return () => (acting ??= act());
}
