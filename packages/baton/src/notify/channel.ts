// The shape of every kind of channel: a place where people are told. One file each.
import type { z } from "zod";
import type { SecretReference } from "../cluster/types.ts";
import type { Pacer } from "../targets/api/pacer.ts";
import type { Notice } from "./notice.ts";

/**
 * What a kind is tested against. `real`: the real program or protocol. `schema`: a copy of ours that keeps
 * state, each request held against what the vendor's public documents say of it.
 */
export type Tier = "real" | "schema";

/**
 * What a far side gave for the message that opened a notice: what a later one has to name. At most 8 short
 * texts; no secret, for it stands in the group's own Redis.
 */
export type Reference = Readonly<Record<string, string>>;

export interface Message {
  readonly notice: Notice;
  /**
   * `open` with a reference: it was closed, and is back. `once`: what it is about is over, there will be no
   * other message. `renew`: nothing is new, the far side forgets otherwise.
   */
  readonly as: "open" | "update" | "close" | "once" | "renew";
  /** The same for all messages of one notice, whichever agent sends them; never used for another one. */
  readonly thread: string;
  /** Counts the messages of the thread from 0; the same again for a message that is repeated. */
  readonly number: number;
  /** Of the last message of the thread. */
  readonly reference: Reference | undefined;
}

export interface Channel {
  /** Bounds one attempt, milliseconds. */
  readonly deadlineMs: number;
  /**
   * @returns what later messages of the thread have to name; undefined: the same as before.
   * @throws Undeliverable when it never will work; TryLater when the far side says how long to wait; anything
   *   else may do the next time. Rejects soon after the signal is aborted.
   */
  send(message: Message, signal: AbortSignal): Promise<Reference | undefined>;
  /** Ends connections that were kept. */
  readonly close?: () => Promise<void>;
}

export interface ChannelSurroundings {
  /** The channel's name in the cluster file. */
  readonly name: string;
  /** The cluster's. */
  readonly cluster: string;
  /** Of the agent that sends. */
  readonly host: string;
  /** @throws BatonError SECRET */
  readSecret(what: string, reference: SecretReference): Promise<string>;
  wallMs(): number;
  /** Requests to one account share a bucket. */
  pacerOf(account: string, perSecond: number, burst?: number): Pacer;
}

/** What a person wants to know before choosing a kind; printed in the reference. */
export interface ChannelFacts {
  /** What becomes of the messages of one notice over there. */
  readonly shown: string;
  /** What happens to a message that arrives twice. */
  readonly twice: string;
  /** Which credential, and where it is made. */
  readonly credential: string;
}

export interface ChannelKind<Settings = unknown> {
  readonly id: string;
  readonly summary: string;
  readonly tier: Tier;
  readonly facts: ChannelFacts;
  /**
   * Whether what was sent can be brought up to date. False: each message stands for itself, so that only
   * what opens, gets worse or closes is sent.
   */
  updates(settings: Settings): boolean;
  /** The far side forgets what is open after a while: it is told again so often, milliseconds. */
  readonly renewEveryMs?: number;
  /** The keys that this kind has in the cluster file, beside those that all have. */
  readonly settings: z.ZodType<Settings>;
  /** @throws BatonError SECRET, UNABLE */
  open(settings: Settings, surroundings: ChannelSurroundings): Promise<Channel>;
}

/** The far side will not take this message, however often it is sent. */
export class Undeliverable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "Undeliverable";
  }
}
