// An application that holds on to one node: writes without pause, and remembers what it was promised.
import { asList } from "../redis/replies.ts";
import { systemClock } from "../sys/clock.ts";
import { missing, seen } from "../sys/wait.ts";
import type { Member } from "./member.ts";

const LIST = "proof:acknowledged";
/** About two hundred writes a second. */
const PACE_MS = 5;

export interface Writer {
  /** How many writes were acknowledged so far. */
  acknowledged(): number;
  /** How many were refused for want of replicas, by min-replicas-to-write. */
  refused(): number;
  /** Returns once as many more were acknowledged. @throws BatonError NOT_READY */
  untilMore(count: number): Promise<void>;
  /** The write under way is waited for. */
  stop(): Promise<void>;
  /** How many acknowledged writes `member` does not have. */
  lostOn(member: Member): Promise<number>;
}

/** Keeps its connection for as long as the node does, and never asks a Sentinel. */
export function startWriter(member: Member): Writer {
  const acknowledged: string[] = [];
  const stopping = new AbortController();
  const { signal } = member.place;
  const isOver = () => stopping.signal.aborted || signal.aborted;
  let next = 0;
  let refused = 0;

  async function write(): Promise<void> {
    next += 1;
    const id = String(next);
    try {
      await member.call("RPUSH", LIST, id);
      acknowledged.push(id);
    } catch (error) {
      // Refused or cut off: nothing was promised, and nothing can be lost.
      if ((error as Error).message.startsWith("NOREPLICAS")) refused += 1;
    }
  }

  async function run(): Promise<void> {
    while (!isOver()) {
      await write();
      await systemClock.sleep(PACE_MS, stopping.signal).catch(() => undefined);
    }
  }

  const running = run();
  return {
    acknowledged: () => acknowledged.length,
    refused: () => refused,
    async untilMore(count) {
      const wanted = acknowledged.length + count;
      const look = () =>
        Promise.resolve(
          acknowledged.length >= wanted
            ? seen(undefined)
            : missing(`${acknowledged.length} of ${wanted}`),
        );
      await member.until(`${count} acknowledged writes`, look, { withinMs: 15_000 });
    },
    async stop() {
      stopping.abort();
      await running;
    },
    async lostOn(other) {
      const kept = new Set(asList(await other.call("LRANGE", LIST, "0", "-1"), "the list of writes"));
      return acknowledged.filter((id) => !kept.has(id)).length;
    },
  };
}
