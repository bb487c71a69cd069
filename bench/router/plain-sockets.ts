// The floor of what a client can have: a SET, or a SET with WAIT behind it in the same write, over plain
// sockets.
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { type Played, quantile } from "./figures.ts";

export interface PlainInput {
  readonly address: string;
  readonly port: number;
  readonly password: string;
  readonly clients: number;
  readonly seconds: number;
  readonly keyspace: number;
  /** How many replicas WAIT asks for behind every SET; 0: there is no WAIT. */
  readonly waitFor: number;
}

/** WAIT's own deadline: an answer with fewer replicas is an error of the measure. */
const WAIT_MS = 5_000;
const CONNECT_MS = 5_000;

const words = (...all: readonly string[]): string =>
  `*${all.length}\r\n${all.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;

/** What is sent for key number `index`, and the only answer that counts. */
export function exchangeOf(index: number, waitFor: number): { request: Buffer; reply: string } {
  const key = `key:${String(index).padStart(12, "0")}`;
  const wait = waitFor === 0 ? "" : words("WAIT", String(waitFor), String(WAIT_MS));
  const reply = waitFor === 0 ? "+OK\r\n" : `+OK\r\n:${waitFor}\r\n`;
  return { request: Buffer.from(`${words("SET", key, "xxx")}${wait}`), reply };
}

/** @throws when the server cannot be reached or refuses the password. */
export async function openSession(
  place: Pick<PlainInput, "address" | "port" | "password"> & { readonly localAddress?: string },
): Promise<Socket> {
  const { address: host, port, password, localAddress } = place;
  const local = localAddress === undefined ? {} : { localAddress };
  const socket = createConnection({ host, port, noDelay: true, ...local });
  const signal = AbortSignal.timeout(CONNECT_MS);
  try {
    await once(socket, "connect", { signal });
    socket.write(words("AUTH", password) + words("PING"));
    let said = "";
    while (said.length < "+OK\r\n+PONG\r\n".length) {
      const [chunk] = (await once(socket, "data", { signal })) as [Buffer];
      said += chunk.toString("latin1");
      if (said.startsWith("-")) throw new Error(`${host}:${port}: ${said.trim()}`);
    }
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** One connection: the next request goes out when the answer to the last one is there. */
async function playOne(socket: Socket, input: PlainInput, endMs: number): Promise<readonly number[]> {
  const takenMs: number[] = [];
  const { keyspace, waitFor } = input;
  // Made once: the client must cost as little as it can.
  const exchanges = Array.from({ length: 256 }, () =>
    exchangeOf(Math.floor(Math.random() * keyspace), waitFor),
  );
  await new Promise<void>((resolve, reject) => {
    let said = "";
    let sentMs = 0;
    let next = 0;
    let reply = "";
    const send = () => {
      const exchange = exchanges[next % exchanges.length];
      next += 1;
      if (exchange === undefined) return;
      reply = exchange.reply;
      sentMs = performance.now();
      socket.write(exchange.request);
    };
    const onData = (chunk: Buffer) => {
      said += chunk.toString("latin1");
      if (said.length < reply.length && reply.startsWith(said)) return;
      if (said !== reply) {
        reject(new Error(`expected ${JSON.stringify(reply)}, found ${JSON.stringify(said)}`));
        return;
      }
      said = "";
      const nowMs = performance.now();
      takenMs.push(nowMs - sentMs);
      if (nowMs < endMs) send();
      else resolve();
    };
    socket.on("data", onData);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection was closed")));
    send();
  });
  return takenMs;
}

/** @throws Error for any answer but the right one, and for a lost connection. */
export async function playPlain(input: PlainInput): Promise<Played> {
  const sockets: Socket[] = [];
  try {
    for (let count = 0; count < input.clients; count += 1) sockets.push(await openSession(input));
    const beganMs = performance.now();
    const endMs = beganMs + input.seconds * 1_000;
    const taken = await Promise.all(sockets.map((socket) => playOne(socket, input, endMs)));
    const tookMs = performance.now() - beganMs;
    const sorted = Float64Array.from(taken.flat()).sort();
    return {
      operations: sorted.length,
      operationsPerSecond: (sorted.length * 1_000) / tookMs,
      p50Ms: quantile(sorted, 0.5),
      p99Ms: quantile(sorted, 0.99),
    };
  } finally {
    for (const socket of sockets) socket.on("error", () => undefined).destroy();
  }
}
