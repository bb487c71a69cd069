// Runs one of Baton's own commands about the place of a drill, as a person would type it: a drill judges
// from outside.
import { execFile } from "node:child_process";
import { BatonError } from "../errors.ts";
import type { DrillSite } from "./site.ts";
import { homeOf } from "../lab/registry.ts";
import { selfCommand } from "../lab/self.ts";
import { slowness, systemClock } from "../sys/clock.ts";
import type { Deed } from "./fault.ts";

/** No command of Baton's that a drill runs takes as long. */
const COMMAND_MS = 60_000;
const OUTPUT_BYTES_MAX = 1024 * 1024;

export interface SelfRun {
  /** Monotonic milliseconds right before the process was started. */
  readonly startedMs: number;
  /** Rejects with BatonError UNABLE when it did not exit with 0: what it said is in the message. */
  readonly ended: Promise<Deed>;
  /** What it printed, when it exited with 0; rejects as `ended` does. */
  readonly printed: Promise<string>;
}

/** An aborted signal ends the process with SIGTERM, which lets it undo what it began. */
export function runSelf(
  { directory, hosts }: Pick<DrillSite, "directory" | "hosts">,
  args: readonly string[],
  signal: AbortSignal,
): SelfRun {
  const [node, ...own] = selfCommand();
  const options = {
    env: {
      ...process.env,
      ...hosts?.environment,
      ...(directory === undefined ? {} : { BATON_HOME: homeOf(directory) }),
    },
    timeout: COMMAND_MS * slowness(),
    maxBuffer: OUTPUT_BYTES_MAX,
    signal,
  };
  const startedMs = systemClock.monotonicMs();
  const name = `baton ${args[0] ?? ""}`;
  const printed = new Promise<string>((resolve, reject) => {
    execFile(node, [...own, ...args], options, (error, stdout, stderr) => {
      const said = reasonIn(stdout) ?? lastLine(stderr) ?? lastLine(stdout) ?? "it said nothing";
      if (error === null) resolve(stdout);
      else reject(new BatonError("UNABLE", `${name} failed (${howOf(error)}): ${said}`));
    });
  });
  const sentence = `${name} has ended with exit code 0`;
  const ended = printed.then((): Deed => ({ atMs: systemClock.monotonicMs(), sentence }));
  // Awaited only after writes flow again: until then a failure waits here.
  for (const waiting of [printed, ended]) waiting.catch(() => undefined);
  return { startedMs, ended, printed };
}

function howOf({ code, signal, message }: Error & { code?: unknown; signal?: unknown }): string {
  if (typeof code === "number") return `exit code ${code}`;
  return typeof signal === "string" ? `ended by ${signal}` : message;
}

/** A result as JSON says why in a field of its own. */
function reasonIn(stdout: string): string | undefined {
  try {
    const { reason } = JSON.parse(stdout) as { readonly reason?: unknown };
    return typeof reason === "string" ? reason : undefined;
  } catch {
    return undefined;
  }
}

const lastLine = (text: string): string | undefined => text.trimEnd().split("\n").at(-1) || undefined;
