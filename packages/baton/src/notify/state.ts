// What a channel is like at present, for status and metrics, and what there is to say about it.

/** `left-out`: too many at once. `retried`: this attempt failed, there will be another. */
export type Outcome = "sent" | "failed" | "left-out" | "retried";

export interface ChannelState {
  readonly name: string;
  readonly kind: string;
  /** Notices that are to be sent, or to be sent again. */
  readonly waiting: number;
  /** Notices that were not sent, because there were too many at once, and are open still. */
  readonly leftOut: number;
  /** undefined when the last message was sent. Never a secret. */
  readonly lastError: string | undefined;
  /** Groups of which a notice was given up since a message was sent last. */
  readonly groups: readonly string[];
}

export interface NoticeNews {
  readonly kind: "note" | "failed";
  readonly group: string;
  readonly sentence: string;
  readonly facts: Readonly<Record<string, unknown>>;
}
