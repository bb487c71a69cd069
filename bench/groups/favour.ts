// Processor time first for those few who on real hosts do not share it with two thousand servers.
import { writeFile } from "node:fs/promises";

const MOST = "-20";

/**
 * The kernel shares the processor out to sessions before it does to processes, and each process here leads a
 * session of its own: a hundred servers that are about to run would have a hundred times the share of a
 * browser. Where it does not, or one may not say so, everybody has the same.
 */
export async function favour(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/autogroup`, MOST).catch(() => undefined);
}
