// What a target is like at present, for status, metrics and dashboard, and what there is to say about it.
import type { Endpoint } from "../cluster/types.ts";
import type { Place } from "./target.ts";

export interface TargetState {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
  readonly reach: "host" | "shared";
  readonly desired: Place | undefined;
  /** What it said when it was last asked; of a target that cannot be asked, what it was last told. */
  readonly observed: { readonly endpoint: Endpoint; readonly epoch: number | undefined } | undefined;
  readonly isInSync: boolean;
  readonly lastError: string | undefined;
  /** What the last look at credentials, rights and the far side has found; empty when all is right. */
  readonly problems: readonly string[];
  /** UTC, ISO 8601. */
  readonly lastChangedAt: string | undefined;
  /** From the route to the verified change, milliseconds; of the last change. */
  readonly latencyMs: number | undefined;
  /** Since the present route came. */
  readonly attempts: number;
}

export interface TargetNews {
  readonly kind: "done" | "failed";
  readonly group: string;
  readonly sentence: string;
  readonly facts: Readonly<Record<string, unknown>>;
}
