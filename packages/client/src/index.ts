// The public entry of redis-baton-client.
export type { Work } from "./attempt.ts";
export type { CallOptions } from "./call.ts";
export type { BreakerState, ClientEvents, LinkRole } from "./channels.ts";
export { type Client, openClient, type WithFallback } from "./client.ts";
export { findPrimary, type FindPrimaryOptions } from "./find-primary.ts";
export type { Answer, Primary, SentinelAddress } from "./judge.ts";
export type { Address, Library } from "./library.ts";
export type { Done, ErrorWord, Fallback, NotDone, Outcome, Unknown } from "./outcome.ts";
export type { ClientOptions, RouterWay, SentinelWay } from "./settings.ts";
