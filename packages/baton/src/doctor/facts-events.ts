// What Sentinels say of their own accord, as they publish it and write it into their logs.
import type { Place } from "./finding.ts";

/** One event of one Sentinel. An order is said when it is sent, whatever becomes of it. */
export interface SentinelEvent {
  /** Milliseconds since 1970; of a log the time of day that stands there, whatever the time zone. */
  readonly atMs: number;
  /** "+sdown", "-failover-abort-not-elected" */
  readonly name: string;
  /** Whom it is about: "master main 10.0.0.1 6379", or whatever else stands behind the name. */
  readonly text: string;
  readonly place: Place;
}

/** The events of one Sentinel, in their order. */
export interface EventStream {
  /** The path of its log, or ADDRESS:PORT. */
  readonly name: string;
  /** Heard by ourselves, so that all such streams have one clock. */
  readonly isLive: boolean;
  readonly events: readonly SentinelEvent[];
}
