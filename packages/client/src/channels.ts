// What a client tells whoever listens on Node's diagnostics channels; nothing is made up when nobody does.
import { type Channel, channel } from "node:diagnostics_channel";

/** By the name of the channel. No message holds a command, a value or a password. */
export interface ClientEvents {
  /** A connection to a primary, a replica or a router is ready for commands. */
  "redis-baton:connected": {
    readonly client: string;
    readonly address: string;
    readonly role: LinkRole;
  };
  /** A connection that was ready is gone. */
  "redis-baton:closed": {
    readonly client: string;
    readonly address: string;
    readonly role: LinkRole;
    /** A sentence. */
    readonly reason: string;
  };
  /** The Sentinels name another primary than before, or the first one. */
  "redis-baton:primary": { readonly client: string; readonly address: string; readonly epoch: number };
  /** The Sentinels do not agree, or cannot be asked. */
  "redis-baton:unclear": { readonly client: string; readonly reason: string };
  "redis-baton:breaker": { readonly client: string; readonly state: BreakerState };
  /** One attempt of a call failed; the call may go on. */
  "redis-baton:attempt-failed": {
    readonly client: string;
    readonly kind: "not-done" | "unknown";
    readonly error: string;
    readonly message: string;
    /** Of the attempts of this call, from 0. */
    readonly attempt: number;
  };
  /** A call has ended. */
  "redis-baton:call": {
    readonly client: string;
    readonly kind: "done" | "not-done" | "unknown" | "fallback";
    /** Empty when it is done; of a fallback, why. */
    readonly error: string;
    readonly attempts: number;
    readonly durationMs: number;
  };
}

export type LinkRole = "primary" | "replica" | "router";
export type BreakerState = "closed" | "open" | "half-open";

/**
 * Kept for as long as the process lives. Node forgets a channel that nobody holds, and may do so after
 * somebody has subscribed to the next one of that name: its finalizer deletes the name, and every subscriber
 * with it (seen with Node 20.20).
 */
const channels: Readonly<Record<keyof ClientEvents, Channel>> = {
  "redis-baton:attempt-failed": channel("redis-baton:attempt-failed"),
  "redis-baton:breaker": channel("redis-baton:breaker"),
  "redis-baton:call": channel("redis-baton:call"),
  "redis-baton:closed": channel("redis-baton:closed"),
  "redis-baton:connected": channel("redis-baton:connected"),
  "redis-baton:primary": channel("redis-baton:primary"),
  "redis-baton:unclear": channel("redis-baton:unclear"),
};

export function publish<N extends keyof ClientEvents>(name: N, event: ClientEvents[N]): void {
  const found = channels[name];
  if (found.hasSubscribers) found.publish(event);
}
