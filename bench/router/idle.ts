// What ten thousand sessions that say nothing cost a proxy in memory.
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { BatonError } from "../../packages/baton/src/errors.ts";
import { type ClientProcess, startClientProcess } from "./client-process.ts";
import type { Absent, Contestant } from "./contestant.ts";
import { raiseFilesLimit } from "./files-limit.ts";
import { inPlace, type PartOptions, type Place } from "./place.ts";
import { openSpeedField, SPEED_CLUSTER, sessionsWith } from "./speed-field.ts";
import { readUsage } from "./usage.ts";

export interface IdleRow {
  readonly contestant: string;
  readonly title: string;
  readonly opened: number;
  /** Why not all that were asked for; null when they were. */
  readonly reason: string | null;
  /** Sessions that the proxy closed while they were idle. */
  readonly lost: number;
  readonly beforeBytes: number;
  readonly withBytes: number;
  readonly afterBytes: number;
  readonly peakBytes: number;
}

export interface IdleResult {
  readonly wanted: number;
  /** What this machine lets one process have open: two files for each session of a proxy. */
  readonly filesMax: number;
  readonly rows: readonly IdleRow[];
  readonly absent: readonly Absent[];
  readonly failures: readonly string[];
}

const WANTED = 10_000;
const WANTED_QUICK = 200;
const SETTLE_MS = 20_000;

interface Asked {
  readonly contestant: Contestant;
  readonly pid: number;
  readonly clients: ClientProcess;
  readonly count: number;
  readonly password: string;
  /** Between two looks at the memory. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** Memory once it moves by less than a hundredth between two looks, or as it is after a while. */
async function settledBytes({ pid, everyMs, signal }: Asked): Promise<number> {
  let last = 0;
  const look = () => {
    const { rssBytes } = readUsage(pid);
    const isSteady = Math.abs(rssBytes - last) <= rssBytes / 100;
    last = rssBytes;
    return isSteady ? seen(rssBytes) : missing("a memory that stays as it is");
  };
  try {
    return await waitFor("the proxy's memory", look, { withinMs: SETTLE_MS, everyMs, signal });
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    return last;
  }
}

async function rowFor(asked: Asked): Promise<IdleRow> {
  const { contestant, pid, clients, count, password } = asked;
  const beforeBytes = await settledBytes(asked);
  const { opened, reason } = await clients.openIdle({ ...contestant, password, count });
  const withBytes = await settledBytes(asked);
  const lost = await clients.closeIdle();
  const afterBytes = await settledBytes(asked);
  return {
    contestant: contestant.id,
    title: contestant.title,
    opened,
    reason: reason ?? null,
    lost,
    beforeBytes,
    withBytes,
    afterBytes,
    peakBytes: readUsage(pid).peakBytes,
  };
}

async function measure(place: Place, options: PartOptions): Promise<IdleResult> {
  const { isQuick, signal, onProgress } = options;
  const limit = raiseFilesLimit();
  const { contestants, absent } = await openSpeedField({ place, limit, signal });
  const clients = await startClientProcess(place.own, { id: "clients", command: limit.command });
  const wanted = isQuick ? WANTED_QUICK : WANTED;
  const everyMs = isQuick ? 100 : 500;
  const count = Math.min(wanted, sessionsWith(limit));
  const rows: IdleRow[] = [];
  const failures: string[] = [];
  for (const contestant of contestants) {
    const { pid, id } = contestant;
    // Splicing has nothing to do where nothing is transferred.
    if (pid === undefined || id === "haproxy-splice") continue;
    try {
      const { password } = place;
      const asked = { contestant, pid, clients, count, password, everyMs, signal };
      rows.push(await rowFor(asked));
      onProgress(`${id}: ${rows.at(-1)?.opened} idle sessions`);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BatonError)) throw error;
      failures.push(`${id}: ${error.message}`);
    }
  }
  return { wanted, filesMax: limit.files, rows, absent, failures };
}

/** @throws BatonError as startLab; nothing is left running then. */
export async function playIdle(options: PartOptions): Promise<IdleResult> {
  const { signal, onProgress } = options;
  const where = { name: "bench-idle", clusterText: SPEED_CLUSTER, agents: false, signal, onProgress };
  return await inPlace(where, (place) => measure(place, options));
}
