// Under which conditions the figures were made: whoever reads them must be able to doubt them.
import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";

export interface Conditions {
  readonly at: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  readonly redis: string;
  readonly haproxy: string;
  /** Of the last minute, before anything was started. */
  readonly loadAverage: number;
  readonly warnings: readonly string[];
}

const BUSY = 0.5;
const SAY_MS = 5_000;

function saidBy(program: string, option: string, pattern: RegExp): string {
  const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` };
  try {
    const text = execFileSync(program, [option], { encoding: "utf8", env, timeout: SAY_MS });
    return pattern.exec(text)?.[1] ?? "a version that it does not say";
  } catch {
    // Whoever needs it will say that it is missing.
    return "not found";
  }
}

/** @param at the present, ISO. */
export function readConditions(at: string): Conditions {
  const all = cpus();
  const loadAverage = loadavg()[0] ?? 0;
  const busy =
    `the load average was ${loadAverage.toFixed(2)} at the start, above ${BUSY}: ` +
    "other work took part in these figures";
  return {
    at,
    cpu: all[0]?.model ?? "unknown",
    cores: all.length,
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.versions.node,
    redis: saidBy("redis-server", "--version", /v=(\S+)/),
    haproxy: saidBy("haproxy", "-v", /version (\S+)/),
    loadAverage,
    warnings: loadAverage > BUSY ? [busy] : [],
  };
}
