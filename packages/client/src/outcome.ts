// How a call can end, and what an error reply of a server means for it. Pure.
import { withoutSecrets } from "./secrets.ts";

/**
 * The first word of an error reply (`READONLY`, `WRONGTYPE`, ...), or one of `timeout`, `connection-lost`,
 * `no-connection`, `no-primary`, `breaker-open`, `other`.
 */
export type ErrorWord = string;

/** The server said so. */
export interface Done<T> {
  readonly kind: "done";
  readonly value: T;
}

/** Certainly not executed. */
export interface NotDone {
  readonly kind: "not-done";
  readonly error: ErrorWord;
  /** For people; never a password. */
  readonly message: string;
}

/** Sent, and no answer that says whether it was executed. */
export interface Unknown {
  readonly kind: "unknown";
  readonly error: ErrorWord;
  readonly message: string;
}

/** What the call's own fallback gave. */
export interface Fallback<F> {
  readonly kind: "fallback";
  readonly value: F;
  /** What had become of the call; `unknown` only where it was said to be idempotent. */
  readonly because: NotDone | Unknown;
}

export type Outcome<T> = Done<T> | NotDone | Unknown;

/** One attempt that failed. */
export interface Failed {
  readonly kind: "failed";
  readonly outcome: NotDone | Unknown;
  /** For the state of the cluster, which passes: trying again makes sense, and the breaker counts it. */
  readonly isPassing: boolean;
  /** The connection is of no use any more, and the Sentinels are asked anew. */
  readonly losesConnection: boolean;
}

/** For the state of the cluster: the Sentinels are asked anew. */
export const notDone = (error: ErrorWord, message: string): Failed => ({
  kind: "failed",
  outcome: { kind: "not-done", error, message },
  isPassing: true,
  losesConnection: true,
});

export const unknown = (error: ErrorWord, message: string): Failed => ({
  kind: "failed",
  outcome: { kind: "unknown", error, message },
  isPassing: true,
  losesConnection: true,
});

/** The node is not the primary, or not able to be one; another may be by now. */
const NOT_HERE = new Set(["READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS"]);
/** The node is right, and the moment is wrong. */
const NOT_NOW = new Set(["BUSY", "TRYAGAIN"]);

export const firstWord = (text: string): ErrorWord => /^[A-Z][A-Z0-9_-]*/.exec(text)?.[0] ?? "other";

/**
 * What error replies mean for the command that got them: several for a transaction, which is discarded as a
 * whole (EXECABORT) for what was said to one of its commands.
 */
export function judgeReplies(texts: readonly string[]): Failed {
  const passing = texts.find((text) => NOT_HERE.has(firstWord(text)) || NOT_NOW.has(firstWord(text)));
  const message = withoutSecrets(passing ?? texts[0] ?? "an error without a text");
  const error = firstWord(message);
  // The router's words for a write that no replica has confirmed.
  if (message.includes("outcome unknown")) return unknown(error, message);
  return {
    kind: "failed",
    outcome: { kind: "not-done", error, message },
    isPassing: passing !== undefined,
    losesConnection: NOT_HERE.has(error),
  };
}
