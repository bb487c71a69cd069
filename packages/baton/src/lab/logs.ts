// The ends of a lab's log files, without reading the whole of them.
import { open } from "node:fs/promises";
import { BatonError } from "../errors.ts";
import { pathsIn } from "./home.ts";
import type { LabPlan } from "./plan.ts";
import type { ProcessKind } from "./record.ts";

/** At most this much of a file's end is looked at. */
const TAIL_BYTES_MAX = 1 << 20;

/** The last lines of a file; none when it is not there yet. @throws BatonError DISK */
export async function logTail(path: string, lines: number): Promise<readonly string[]> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw new BatonError("DISK", `${path}: cannot be read (${code ?? String(error)})`, { cause: error });
  }
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES_MAX);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const all = buffer.subarray(0, bytesRead).toString("utf8").split("\n");
    if (all.at(-1) === "") all.pop();
    // The first line may be half of one where the file is longer than what was read.
    return (size > length ? all.slice(1) : all).slice(-lines);
  } finally {
    await file.close();
  }
}

export interface LogChoice {
  readonly host?: string | undefined;
  readonly process?: ProcessKind | undefined;
  /** How many lines of each log. */
  readonly lines: number;
}

export interface LogEnd {
  readonly title: string;
  readonly path: string;
  readonly lines: readonly string[];
}

/** The ends of the logs that fit, in the order of processes; the owner's comes last where all do. */
export async function readLogs(
  plan: LabPlan,
  { host, process, lines }: LogChoice,
): Promise<readonly LogEnd[]> {
  const chosen = plan.units.filter(
    (unit) =>
      (host === undefined || unit.host === host) && (process === undefined || unit.kind === process),
  );
  if (chosen.length === 0) {
    const known = plan.units.map(({ id }) => id).join(", ");
    throw new BatonError("USAGE", `no process of the lab fits; it has ${known}`);
  }
  const places = chosen.map(({ id, log }) => ({ title: id, path: log }));
  const isAll = host === undefined && process === undefined;
  if (isAll) places.push({ title: "owner", path: pathsIn(plan.directory).ownerLog });
  const ends = places.map(async (place) => ({ ...place, lines: await logTail(place.path, lines) }));
  return (await Promise.all(ends)).filter(
    ({ title, lines: found }) => title !== "owner" || found.length > 0,
  );
}
