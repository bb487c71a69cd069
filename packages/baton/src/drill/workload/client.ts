// The shape of a workload client, and the truth about its errors: what certainly did not happen,
// and what may have.
import type { Outcome } from "../ledger.ts";
import type { ClientResult } from "../types.ts";

/** What a client read, as it says: the last id of its list, null where there was none. */
export type ReadOutcome =
  | { readonly kind: "value"; readonly last: number | null }
  | { readonly kind: "failed" };

export interface WorkloadClient {
  readonly id: string;
  readonly kind: ClientResult["kind"];
  readonly way: ClientResult["way"];
  /** What a program says of itself: language, library, version. Absent: a client in this process. */
  readonly program?: string;
  /** Appends the id to the client's own list. Never rejects. */
  write(key: string, id: number): Promise<Outcome>;
  /** The last id of its list, from a replica. Never rejects. Absent: it does not read. */
  read?(): Promise<ReadOutcome>;
  /** How often it has lost a connection so far. */
  closed(): number;
  /** False once it can never write again, whatever becomes of the cluster. Absent: always true. */
  isUsable?(): boolean;
  /** What went wrong with the client itself, in a sentence; undefined while nothing has. */
  complaint?(): string | undefined;
  /** Resolves when nothing of it is left; harmless when called twice. */
  close(): void | Promise<void>;
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

/** What became of a write, from what the library's promise becomes. */
export async function outcomeFrom(writing: Promise<unknown>): Promise<Outcome> {
  try {
    await writing;
    return { kind: "acknowledged" };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** An error reply means that the server refused; anything but a command never sent leaves it open. */
export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof Error)) return { kind: "unknown", error: "strange" };
  // The router's own word for a write that it has sent and that its replicas did not confirm.
  const isUnconfirmed = error.message.includes("outcome unknown");
  const isCertain = !isUnconfirmed && (isReply(error) || error.message.startsWith(NEVER_SENT));
  return { kind: isCertain ? "failed" : "unknown", error: errorClass(error) };
}
