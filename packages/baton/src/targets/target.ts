// The shape of every target: a place outside Baton that tells clients where the primary is. One file each.
import type { z } from "zod";
import type { Endpoint, SecretReference } from "../cluster/types.ts";

/**
 * What stops a late writer with an old epoch. `compare-and-set`: the target itself refuses it. `mutex`:
 * it takes one change at a time. `none`: only Baton's own memory and the single writer do.
 */
export type Fencing = "compare-and-set" | "mutex" | "none";

export interface Place {
  readonly endpoint: Endpoint;
  readonly epoch: number;
}

/** What a target says when it is read; `epoch` only where it can hold one. */
export interface Reading {
  readonly endpoint: Endpoint;
  readonly epoch: number | undefined;
  /** As the target put it, for `baton targets check`; at most a line. */
  readonly raw: string;
}

export interface Change extends Place {
  readonly group: string;
  /** Where the target led before; undefined when that is not known. */
  readonly from: Endpoint | undefined;
  /** Sentinel's word for whose turn it is: the first of the hosts that serve the target is the leader. */
  readonly role: "leader" | "observer";
}

export interface Target {
  /** Bounds one attempt, milliseconds: read, write and read again together. */
  readonly deadlineMs: number;
  /** After so many failed attempts for one epoch there is none until the next; without it they go on. */
  readonly attemptsMax?: number;
  /**
   * Reads anew, from the world. undefined when nothing is there yet. A target that cannot be asked has no
   * `read`: what was delivered last, and remembered on disk, stands for it.
   */
  readonly read?: (signal: AbortSignal) => Promise<Reading | undefined>;
  /**
   * May be called again with the same change, and then completes what an attempt that was cut off has
   * left undone. Rejects soon after the signal is aborted. @throws RouteRejected when it never will work.
   */
  write(change: Change, signal: AbortSignal): Promise<void>;
}

export interface Surroundings {
  /** The target's name in the cluster file. */
  readonly name: string;
  /** @throws BatonError SECRET */
  readSecret(what: string, reference: SecretReference): Promise<string>;
  wallMs(): number;
}

export interface TargetKind<Settings = unknown> {
  readonly id: string;
  readonly summary: string;
  readonly fencing: Fencing;
  /** What it is tested against; `real`: the real program or protocol, not a copy of it. */
  readonly tier: "real";
  /**
   * `host`: every host that serves it has one of its own, and acts at once. `shared`: it is one for all,
   * and they take turns.
   */
  readonly reach: "host" | "shared";
  /**
   * Whether an early route, which no majority has confirmed yet, goes there too. Only where it can be
   * taken back without a trace: a script that has run and a message that was sent cannot.
   */
  readonly followsEarly: boolean;
  /** The keys that this kind has in the cluster file, beside name, kind, on and group. */
  readonly settings: z.ZodType<Settings>;
  open(settings: Settings, surroundings: Surroundings): Promise<Target>;
}

/** The target will not take this route, however often it is tried: none until there is a newer one. */
export class RouteRejected extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RouteRejected";
  }
}

export const isSameEndpoint = (one: Endpoint, other: Endpoint): boolean =>
  one.address === other.address && one.port === other.port;

export const endpointText = ({ address, port }: Endpoint): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
