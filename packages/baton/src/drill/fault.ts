// The shape of every fault: how to break something, how to see that it is broken, and how to cure it.
import type { LabHandle } from "../lab/index.ts";

export interface Injected {
  /** Monotonic milliseconds right after the deed. */
  readonly atMs: number;
  /** The host it was done to. */
  readonly host: string;
  readonly sentence: string;
  /** Brings back what was broken; harmless when called twice. Resolves with the moment of the deed. */
  cure(): Promise<{ readonly atMs: number; readonly sentence: string }>;
}

export interface FaultInput {
  readonly lab: LabHandle;
  /** The host that is primary now, by the word of the Sentinels. */
  readonly primary: string;
}

export interface Fault {
  readonly id: string;
  readonly summary: string;
  /** What the lab must be able to do. */
  readonly needs: readonly ("signals" | "wires")[];
  readonly mark: { readonly label: string; readonly colour: string };
  inject(input: FaultInput): Promise<Injected>;
}
