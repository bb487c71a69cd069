// The shape of every target: a place outside Baton that tells clients where the primary is. One file each.
import type { z } from "zod";
import type { Endpoint, SecretReference } from "../cluster/types.ts";
import type { Pacer } from "./api/pacer.ts";

/**
 * What stops a late writer with an old epoch. `compare-and-set`: the target itself refuses it. `mutex`:
 * it takes one change at a time. `none`: only Baton's own memory and the single writer do.
 */
export type Fencing = "compare-and-set" | "mutex" | "none";

/**
 * What a kind is tested against. `real`: the real program or protocol. `schema`: a copy of ours that keeps
 * state, each request and reply held against the schema that the vendor publishes. `hand`: a copy of ours
 * that follows the vendor's manual, as nothing better can be had.
 */
export type Tier = "real" | "schema" | "hand";

export interface Place {
  readonly endpoint: Endpoint;
  readonly epoch: number;
}

/** What a target says when it is read; `epoch` only where it can hold one. */
export interface Reading {
  readonly endpoint: Endpoint;
  readonly epoch: number | undefined;
  /** As the target put it, for `baton targets check`; at most a line. Never a secret. */
  readonly raw: string;
}

export interface Change extends Place {
  readonly group: string;
  /** Where the target led before; undefined when that is not known. */
  readonly from: Endpoint | undefined;
  /** Sentinel's word for whose turn it is: the first of the hosts that serve the target is the leader. */
  readonly role: "leader" | "observer";
}

/** What one look at credentials, rights or the shape of the far side has found. */
export interface Proof {
  /** `unknown`: it could not be asked, or has no way to be asked. */
  readonly verdict: "right" | "problem" | "unknown";
  readonly sentence: string;
}

export interface Target {
  /** Bounds one attempt, milliseconds: read, write and read again together. */
  readonly deadlineMs: number;
  /** How often it is looked at again when it is right, milliseconds; default 5 s. Clouds count requests. */
  readonly checkEveryMs?: number;
  /** After so many failed attempts for one epoch there is none until the next; without it they go on. */
  readonly attemptsMax?: number;
  /**
   * Reads anew, from the world. undefined when nothing is there yet. A target that cannot be asked has no
   * `read`: what was delivered last, and remembered on disk, stands for it. A place that is neither empty nor
   * one endpoint (two members that take connections, an address that no node has) is a rejection when it
   * must be left alone, and an endpoint of nobody ("0.0.0.0", port 0) with its `raw` when a write mends it.
   */
  readonly read?: (signal: AbortSignal) => Promise<Reading | undefined>;
  /**
   * May be called again with the same change, and then completes what an attempt that was cut off has
   * left undone. Where the far side can hold an epoch, it looks at it by itself, refuses to override a newer
   * one, and gives the look's version to compare-and-set. Rejects soon after the signal is aborted.
   * @throws RouteRejected when it never will work; TryLater when the far side says how long to wait.
   */
  write(change: Change, signal: AbortSignal): Promise<void>;
  /**
   * Looks at credentials, rights, and what would be in the way of a change; changes nothing. Never rejects
   * for what the world says: that is a proof too. One for each thing that was looked at.
   */
  readonly prove?: (signal: AbortSignal) => Promise<readonly Proof[]>;
  /** Ends connections that were kept. */
  readonly close?: () => Promise<void>;
}

/** A node of the target's group as the cluster file has it. */
export interface KnownNode {
  readonly host: string;
  readonly endpoint: Endpoint;
}

export interface Surroundings {
  /** The target's name in the cluster file. */
  readonly name: string;
  readonly group: string;
  /** For targets that name machines instead of addresses. */
  readonly nodes: readonly KnownNode[];
  /** @throws BatonError SECRET */
  readSecret(what: string, reference: SecretReference): Promise<string>;
  wallMs(): number;
  /** Requests to one account share a bucket, whichever target sends them. `burst`: of one whole change. */
  pacerOf(account: string, perSecond: number, burst?: number): Pacer;
}

/** What a person wants to know before choosing a kind; printed in the reference. */
export interface KindFacts {
  /** From the change to the first client that follows, in words; "about" where the vendor says nothing. */
  readonly delay: string;
  /** What becomes of connections that are open, and of new ones. */
  readonly clients: string;
  /** The least rights that its credentials need, exactly as the vendor names them, and how they are made. */
  readonly rights: string;
  /** When something else serves better. */
  readonly instead: string;
}

export interface TargetKind<Settings = unknown> {
  readonly id: string;
  readonly summary: string;
  readonly fencing: Fencing;
  readonly tier: Tier;
  readonly facts: KindFacts;
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
  /** What it talks to: `ADDRESS:PORT` or the path of a socket. For people, and for drills that silence it. */
  reachedAt?(settings: Settings): readonly string[];
  open(settings: Settings, surroundings: Surroundings): Promise<Target>;
}

/** The target will not take this route, however often it is tried: none until there is a newer one. */
export class RouteRejected extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RouteRejected";
  }
}

/** Not now: no attempt before that long. */
export class TryLater extends Error {
  readonly afterMs: number;
  constructor(message: string, afterMs: number) {
    super(message);
    this.name = "TryLater";
    this.afterMs = afterMs;
  }
}

/** Where no node is: reads as drift, so that the next write mends it. */
export const NOBODY: Endpoint = { address: "0.0.0.0", port: 0 };

export const isSameEndpoint = (one: Endpoint, other: Endpoint): boolean =>
  one.address === other.address && one.port === other.port;

export const endpointText = ({ address, port }: Endpoint): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
