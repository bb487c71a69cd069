// A load of 200 writes a second through a router of real hosts, with a ledger of what was acknowledged, and
// the look whether all of that is there.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { compareWrites } from "../../../../packages/baton/src/drill/measures/writes.ts";
import type { LedgerEntry } from "../../../../packages/baton/src/drill/types.ts";
import { slowness } from "../../../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { withBundle } from "../bundle.ts";
import { PATH } from "./command.ts";
import type { Hosts } from "./hosts.ts";
import type { FromLoadChild, LoadChildOptions } from "./load-child.ts";

export interface LoadOptions {
  readonly address: string;
  readonly port: number;
  readonly password: string;
  /** Of the keys, unique among all loads. */
  readonly name: string;
  /** Sentinels are at the address, with commas, and no router. */
  readonly viaSentinels?: boolean;
  /** File of the authority, where the router speaks TLS. */
  readonly authority?: string;
}

/** What a load was told, once it is over. */
export interface LoadResult {
  readonly name: string;
  readonly entries: readonly LedgerEntry[];
  readonly acknowledged: number;
  /** Refused: certainly not executed. */
  readonly failed: number;
  /** Sent, and never told. */
  readonly unknown: number;
  /** Longest time between two acknowledgements in a row, of all clients together, in milliseconds. */
  readonly longestOutageMs: number;
  /** How many writes ended so, by their error. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface Load {
  readonly name: string;
  /** Resolves when `count` writes more have been acknowledged. @throws BatonError NOT_READY */
  untilMore(count: number, withinMs: number): Promise<void>;
  /** Sends nothing more, and waits for the answers to what is under way. */
  stop(): Promise<LoadResult>;
  /** For a test that has failed: ends it at once. */
  kill(): void;
}

const CLIENTS = 4;
/** 50 writes a second each. */
const PACE_MS = 20;
const CHILD = fileURLToPath(new URL("./load-child.ts", import.meta.url));
const ANSWER_MS = 40_000;

/** Its next message of the kind. @throws Error when it ends before, or says nothing for 40 s */
async function heard<K extends FromLoadChild["kind"]>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<FromLoadChild, { kind: K }>> {
  const over = AbortSignal.timeout(ANSWER_MS * slowness());
  const done = new AbortController();
  const signal = AbortSignal.any([over, done.signal]);
  const ended = async (): Promise<never> => {
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit", { signal });
    throw new Error(`the load has ended before it was "${kind}"`);
  };
  try {
    const message = once(child, "message", { signal }) as Promise<[FromLoadChild]>;
    const [said] = await Promise.race([message, ended()]);
    if (said.kind === kind) return said as Extract<FromLoadChild, { kind: K }>;
    throw new Error(`the load said "${said.kind}" where "${kind}" was expected`);
  } finally {
    done.abort();
  }
}

function longestGapMs(entries: readonly LedgerEntry[]): number {
  const times = entries.flatMap(({ outcome, settledAtMs }) =>
    outcome.kind === "acknowledged" && settledAtMs !== undefined ? [settledAtMs] : [],
  );
  times.sort((a, b) => a - b);
  // An outage that lasts until the end is one, too.
  const endMs = entries.reduce((latest, { sentAtMs }) => Math.max(latest, sentAtMs), 0);
  const gaps = times.map((time, index) => (times[index + 1] ?? Math.max(time, endMs)) - time);
  return Math.round(gaps.reduce((longest, gap) => Math.max(longest, gap), 0));
}

function resultFrom(name: string, entries: readonly LedgerEntry[]): LoadResult {
  const errors: Record<string, number> = {};
  for (const { outcome } of entries)
    if (outcome.kind !== "acknowledged") errors[outcome.error] = (errors[outcome.error] ?? 0) + 1;
  const count = (kind: LedgerEntry["outcome"]["kind"]): number =>
    entries.filter(({ outcome }) => outcome.kind === kind).length;
  return {
    name,
    entries,
    acknowledged: count("acknowledged"),
    failed: count("failed"),
    unknown: count("unknown"),
    longestOutageMs: longestGapMs(entries),
    errors,
  };
}

async function launched(hosts: Hosts, options: LoadOptions): Promise<ChildProcess> {
  const { address, port, password, name, viaSentinels = false, authority } = options;
  const pace = { clients: CLIENTS, paceMs: PACE_MS };
  const where = { address, port, viaSentinels, ...(authority === undefined ? {} : { authority }) };
  const child: LoadChildOptions = { prefix: name, ...where, ...pace };
  return await withBundle(CHILD, async (file) => {
    const [program, ...args] = [...hosts.at("client"), process.execPath, file, JSON.stringify(child)];
    const started = spawn(program ?? "", args, {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...process.env, PATH, REDIS_PASSWORD: password },
    });
    try {
      await heard(started, "ready");
      return started;
    } catch (error) {
      started.kill("SIGKILL");
      throw error;
    }
  });
}

/** Resolves once every client has had a write acknowledged: what is broken then is broken under load. */
export async function startLoad(hosts: Hosts, options: LoadOptions): Promise<Load> {
  const child = await launched(hosts, options);
  const counted = async (): Promise<number> => {
    const answer = heard(child, "acknowledged");
    child.send("count");
    return (await answer).count;
  };
  return {
    name: options.name,
    async untilMore(count, withinMs) {
      const wanted = (await counted()) + count;
      const look = async () => {
        const now = await counted();
        return now >= wanted ? seen(undefined) : missing(`${wanted - now} acknowledgements`);
      };
      await waitFor(`${count} writes more`, look, { withinMs, everyMs: 100 });
    },
    async stop() {
      const answer = heard(child, "ledger");
      child.send("stop");
      return resultFrom(options.name, (await answer).entries);
    },
    kill() {
      child.kill("SIGKILL");
    },
  };
}

/** What a ledger says against what is there. */
export interface Audited {
  /** Acknowledged, and not there. */
  readonly lost: number;
  /** Refused, and there all the same. */
  readonly ghosts: number;
  /** There more than once. */
  readonly duplicated: number;
}

/** `idsIn` reads a list, on whoever is to have all of it. */
export async function auditLoad(
  { name, entries }: LoadResult,
  idsIn: (key: string) => Promise<readonly number[]>,
): Promise<Audited> {
  const clients = [...new Set(entries.map(({ client }) => client))];
  const found = clients.map(async (client) => {
    const own = entries.filter((entry) => entry.client === client);
    return compareWrites(own, await idsIn(`${name}:${client}`));
  });
  const all = await Promise.all(found);
  const sum = (one: (writes: (typeof all)[number]) => number): number =>
    all.reduce((total, writes) => total + one(writes), 0);
  return {
    lost: sum(({ lost }) => lost.size),
    ghosts: sum(({ ghosts }) => ghosts),
    duplicated: sum(({ duplicated }) => duplicated),
  };
}
