// One run of `baton doctor` as a process of its own: how long it took, and how much memory it had at most.
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { BatonError, EXIT } from "../../packages/baton/src/errors.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { parseMemory } from "../router/usage.ts";

export interface Run {
  /** From the start of the process to its end. */
  readonly tookMs: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
  readonly findings: number;
  readonly checkedFiles: number;
  readonly groups: number;
}

/** What the process says of itself when it ends, into a pipe of its own. */
const LAST_WORDS =
  'import{readFileSync as r,writeSync as w}from"node:fs";process.on("exit",()=>{' +
  "const{userCPUTime:u,systemCPUTime:s}=process.resourceUsage();" +
  'w(3,`cpu: ${u+s}\\n${r("/proc/self/status","utf8")}`)})';

interface Report {
  readonly findings: readonly unknown[];
  readonly checked: { readonly files: number; readonly groups: number };
}

/** @throws BatonError PROCESS_DIED when it does not end with a report; the signal's reason. */
export async function runDoctor(
  cli: string,
  folder: string,
  { signal, nodeOptions }: { readonly signal: AbortSignal; readonly nodeOptions: readonly string[] },
): Promise<Run> {
  const hook = `--import=data:text/javascript,${encodeURIComponent(LAST_WORDS)}`;
  const args = [...nodeOptions, hook, cli, "doctor", folder, "--format", "json"];
  const startedMs = systemClock.monotonicMs();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe", "pipe"], signal });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // As many pipes as asked for in `stdio`.
  const pipes = child.stdio as unknown as readonly [null, Readable, Readable, Readable];
  const [out, err, words, code] = await Promise.all([
    text(pipes[1]),
    text(pipes[2]),
    text(pipes[3]),
    ended,
  ]);
  const tookMs = systemClock.monotonicMs() - startedMs;
  if (code !== EXIT.findings)
    throw new BatonError(
      "PROCESS_DIED",
      `baton doctor ended with ${String(code)}: ${err.slice(0, 500)}`,
    );
  const { findings, checked } = JSON.parse(out) as Report;
  return {
    tookMs,
    cpuMs: Number(/^cpu: (\d+)$/m.exec(words)?.[1] ?? 0) / 1000,
    peakBytes: parseMemory(words).peakBytes,
    findings: findings.length,
    checkedFiles: checked.files,
    groups: checked.groups,
  };
}
