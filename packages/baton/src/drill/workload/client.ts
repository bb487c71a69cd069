// The shape of a workload client, and the truth about its errors: what certainly did not happen,
// and what may have.
import type { Outcome } from "../ledger.ts";
import type { ClientResult } from "../types.ts";

export interface WorkloadClient {
  readonly id: string;
  readonly kind: ClientResult["kind"];
  /** Appends the id to the client's own list. Rejects with whatever the library says. */
  write(key: string, id: number): Promise<unknown>;
  /** How often it has lost a connection so far. */
  closed(): number;
  close(): void;
}

/** ioredis' words for a command that it has certainly not sent. */
const NEVER_SENT = "Stream isn't writeable";

const CLASSES: readonly (readonly [RegExp, string])[] = [
  [/^Stream isn't writeable/, "not-connected"],
  [/^Connection is closed/, "connection-closed"],
  [/timed out/, "timeout"],
  [/max retries per request/, "retries-exhausted"],
];

function isReply(error: Error): boolean {
  return error.name === "ReplyError" || error.name === "SimpleError";
}

/** READONLY, NOREPLICAS, connection-closed, timeout, ECONNRESET, ...: few classes, to be counted. */
function errorClass(error: Error): string {
  if (isReply(error)) return error.message.split(" ", 1)[0] ?? "ERR";
  const known = CLASSES.find(([pattern]) => pattern.test(error.message));
  return known?.[1] ?? (error as NodeJS.ErrnoException).code ?? error.name;
}

/** An error reply means that the server refused; anything but a command never sent leaves it open. */
export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof Error)) return { kind: "unknown", error: "strange" };
  // The router's own word for a write that it has sent and that its replicas did not confirm.
  const isUnconfirmed = error.message.includes("outcome unknown");
  const isCertain = !isUnconfirmed && (isReply(error) || error.message.startsWith(NEVER_SENT));
  return { kind: isCertain ? "failed" : "unknown", error: errorClass(error) };
}
