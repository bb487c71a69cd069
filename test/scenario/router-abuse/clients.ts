// Clients that no server wants, and one ordinary client beside them that must not notice.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import type { Endpoint } from "../../../packages/baton/src/cluster/types.ts";
import { slowness, systemClock } from "../../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";

export const MEBIBYTE = 1 << 20;
const PONG = "+PONG\r\n";

/** Connected, and not read yet. */
export async function dial({ address, port }: Endpoint): Promise<Socket> {
  const socket = connect({ host: address, port });
  // 'close' follows, and is what the tests look at.
  socket.on("error", () => undefined).pause();
  await once(socket, "connect");
  return socket;
}

export interface Pinger {
  /** @throws when a PING was answered wrongly, late, or not at all. */
  stop(): Promise<{ readonly answered: number; readonly worstMs: number }>;
}

/** How long a PING may take: a bound for "unharmed", not a speed. */
const PONG_MS = 5_000;
const PAUSE_MS = 10;

/** One PING after the other on one connection. */
export async function keepPinging(to: Endpoint): Promise<Pinger> {
  const socket = await dial(to);
  let worstMs = 0;
  let answered = 0;
  const stopping = new AbortController();
  const pingOnce = async (): Promise<void> => {
    const sentMs = systemClock.monotonicMs();
    socket.write("*1\r\n$4\r\nPING\r\n");
    const signal = AbortSignal.timeout(PONG_MS * slowness());
    const [chunk] = (await once(socket, "data", { signal }).catch((cause: unknown) => {
      throw new Error(`a PING got no answer for ${PONG_MS * slowness()} ms`, { cause });
    })) as [Buffer];
    if (chunk.toString() !== PONG) throw new Error(`PING was answered with ${chunk.toString()}`);
    worstMs = Math.max(worstMs, systemClock.monotonicMs() - sentMs);
    answered += 1;
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pingOnce();
      await systemClock.sleep(PAUSE_MS);
    }
  };
  socket.resume();
  const running = run();
  // Thrown again by stop(), which every test calls.
  running.catch(() => undefined);
  return {
    async stop() {
      stopping.abort();
      try {
        await running;
      } finally {
        socket.destroy();
      }
      return { answered, worstMs: Math.round(worstMs) };
    },
  };
}

/** Bytes in which no stretch is like another, the same at every run. */
export function noise(length: number, seed: string): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 64) }, (_, index) =>
    createHash("sha512").update(`${seed}${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

export interface Reader {
  bytes(): number;
  /** Digest of so many bytes, once they have come. @throws when they do not come */
  digest(length: number): Promise<string>;
}

/** Reads everything from now on; `first` was read before. */
export function readAll(socket: Socket, first: readonly Buffer[] = []): Reader {
  const hash = createHash("sha256");
  let bytes = 0;
  const take = (chunk: Buffer): void => {
    bytes += chunk.length;
    hash.update(chunk);
  };
  first.forEach(take);
  socket.on("data", take).resume();
  return {
    bytes: () => bytes,
    async digest(length) {
      const look = () => (bytes >= length ? seen(undefined) : missing(`${length - bytes} bytes`));
      await waitFor(`${length} bytes`, look, { withinMs: 60_000 });
      return hash.digest("hex");
    },
  };
}

export type FloodEnd = "all was sent" | "closed" | "not read any more";

/** Without progress for so long, the other side has stopped reading. */
const STALL_MS = 3_000;

/** Whether the socket takes more, has ended, or neither for a long time. */
async function drained(socket: Socket): Promise<FloodEnd | "drained"> {
  const over = new AbortController();
  const late = setTimeout(() => over.abort(), STALL_MS * slowness());
  const { signal } = over;
  const drain = once(socket, "drain", { signal }).then(() => "drained" as const);
  const close = once(socket, "close", { signal }).then(() => "closed" as const);
  try {
    return await Promise.race([drain, close]);
  } catch {
    // The one reason is the deadline.
    return "not read any more";
  } finally {
    clearTimeout(late);
    over.abort();
  }
}

/** Sends one command again and again and reads nothing, until all is sent or nothing moves any more. */
export async function flood(socket: Socket, command: Buffer, times: number): Promise<FloodEnd> {
  const batch = Math.max(1, Math.floor((256 * 1024) / command.length));
  for (let sent = 0; sent < times; ) {
    const count = Math.min(batch, times - sent);
    const isRoomy = socket.write(Buffer.concat(Array.from({ length: count }, () => command)));
    sent += count;
    if (socket.destroyed) return "closed";
    if (isRoomy) continue;
    const end = await drained(socket);
    if (end !== "drained") return end;
  }
  return "all was sent";
}

/** How many files this process, and what it starts, may have open at most. */
export function filesMax(): number {
  const found = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
  if (found === null) throw new Error("the kernel does not tell how many files may be open");
  return Number(found[1]);
}
