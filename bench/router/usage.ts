// What a proxy costs, as the kernel counts it: processor time and resident memory of a process and its
// children.
import { readdirSync, readFileSync } from "node:fs";
import { BatonError } from "../../packages/baton/src/errors.ts";

/** USER_HZ: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface Usage {
  /** User and system time of all threads, in microseconds; the kernel counts in steps of 10 000. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
  readonly peakBytes: number;
}

/** From the text of /proc/PID/stat. The program's name, in parentheses, may hold spaces. */
export function parseStat(text: string): { readonly parent: number; readonly cpuMicros: number } {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { parent: Number(fields[1]), cpuMicros: (ticks * 1_000_000) / TICKS_PER_SECOND };
}

/** From the text of /proc/PID/status. A zombie has no memory. */
export function parseMemory(text: string): Pick<Usage, "rssBytes" | "peakBytes"> {
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0);
  return { rssBytes: bytes("VmRSS") * 1_024, peakBytes: bytes("VmHWM") * 1_024 };
}

function parentOf(pid: number): number | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8")).parent;
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

/** The process itself and everything that it has started and that still lives. */
function familyOf(pid: number): readonly number[] {
  const all = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  const parents = new Map(all.map((one) => [one, parentOf(one)]));
  const family = [pid];
  // A list hands out what is added to it while it is walked.
  for (const member of family) family.push(...all.filter((one) => parents.get(one) === member));
  return family;
}

function usageOf(pid: number): Usage {
  try {
    const { cpuMicros } = parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    return { cpuMicros, ...parseMemory(readFileSync(`/proc/${pid}/status`, "utf8")) };
  } catch (cause) {
    throw new BatonError("PROCESS_DIED", `process ${pid} has ended, and was to be measured`, { cause });
  }
}

/**
 * Shared pages of several processes count once for each.
 * @throws BatonError PROCESS_DIED when the process, or one of its children while we look, has ended.
 */
export function readUsage(pid: number): Usage {
  const usages = familyOf(pid).map(usageOf);
  const sum = (of: (usage: Usage) => number) => usages.reduce((total, usage) => total + of(usage), 0);
  return {
    cpuMicros: sum(({ cpuMicros }) => cpuMicros),
    rssBytes: sum(({ rssBytes }) => rssBytes),
    peakBytes: sum(({ peakBytes }) => peakBytes),
  };
}
