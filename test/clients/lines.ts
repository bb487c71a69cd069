// What the client programs write on their standard output, a JSON object a line.

/** Keys `prefix` + number, from the first to the last, each set once and answered with OK. */
export interface AcknowledgedLine {
  readonly event: "acknowledged";
  readonly prefix: string;
  readonly first: number;
  readonly last: number;
}

/** A key that was counted up so many times, each answered. */
export interface CountedLine {
  readonly event: "counted";
  readonly key: string;
  readonly count: number;
}

export interface ErrorLine {
  readonly event: "error";
  readonly connection: string;
  /** Whether the connection was lost with it. */
  readonly closed: boolean;
  readonly message: string;
}

/** The last line of each connection. */
export interface SummaryLine {
  readonly event: "summary";
  readonly connection: string;
  readonly acknowledged: number;
  readonly errors: number;
  readonly closed: number;
  /** Longest time between two acknowledged requests in a row. */
  readonly longestGapMs: number;
}

export type ClientLine = AcknowledgedLine | CountedLine | ErrorLine | SummaryLine;
