// What a detached owner tells the command that started it: its steps, that it is ready, or why not.
import type { ChildProcess } from "node:child_process";
import { writeSync } from "node:fs";
import { z } from "zod";
import { BatonError } from "../errors.ts";

const message = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("progress"), line: z.string() }),
  z.object({ kind: z.literal("ready") }),
  z.object({ kind: z.literal("failed"), error: z.unknown() }),
]);
export type OwnerMessage = z.infer<typeof message>;

export interface Starter {
  /** Resolves when the message is on its way, or the starter is gone: that is noticed by itself. */
  tell(message: OwnerMessage): Promise<void>;
  /** Aborted when the starter is gone before the lab was ready: nobody waits for this lab any more. */
  readonly gone: AbortSignal;
}

/** The owner's end. Run by hand, without a starter, an owner talks to nobody and stays. */
export function openStarter(): Starter {
  const gone = new AbortController();
  let isReady = false;
  process.once("disconnect", () => {
    if (!isReady) gone.abort("the end of the command that started the lab");
  });
  return {
    gone: gone.signal,
    async tell(told) {
      if (told.kind === "ready") isReady = true;
      if (!process.connected) return;
      await new Promise<void>((resolve) => {
        process.send?.(told, undefined, {}, () => resolve());
      });
    },
  };
}

/** One line in the log of a detached owner, which is its standard error. */
export function logLine(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // A full disk must not end the process that everything else hangs on.
  }
}

export function failedMessage(error: unknown): OwnerMessage {
  if (error instanceof BatonError) {
    const { code, message: text, details } = error;
    return { kind: "failed", error: { code, message: text, details } };
  }
  return {
    kind: "failed",
    error: { message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
  };
}

/** The starter's end. */
export function onOwnerMessage(child: ChildProcess, listener: (message: OwnerMessage) => void): void {
  child.on("message", (received) => {
    const parsed = message.safeParse(received);
    if (parsed.success) listener(parsed.data);
  });
}
