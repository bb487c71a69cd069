// One question to one Sentinel, answered or given up within its deadline.
import type { ConnectionOptions } from "node:tls";
import { Redis } from "ioredis";
import type { Answer, SentinelAddress } from "./judge.ts";

export interface Question {
  readonly sentinel: SentinelAddress;
  readonly group: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: ConnectionOptions | undefined;
  readonly timeoutMs: number;
  /** Ends the question; the answer is then of no interest to anyone. */
  readonly signal: AbortSignal;
}

/** Never rejects: a Sentinel that cannot be asked is an answer, too. */
export async function ask(question: Question): Promise<Answer> {
  const { sentinel, timeoutMs, signal } = question;
  const redis = connection(question);
  // ioredis rejects with "Connection is closed."; the true reason is only in the event.
  let lastError: Error | undefined;
  redis.on("error", (error: Error) => {
    lastError = error;
  });
  try {
    return await beforeDeadline(exchange(redis, question), timeoutMs, signal);
  } catch (error) {
    const { message } = error instanceof Deadline ? error : (lastError ?? (error as Error));
    return { kind: "none", sentinel, reason: `does not answer (${message})` };
  } finally {
    redis.disconnect();
  }
}

function connection({ sentinel, username, password, tls, timeoutMs }: Question): Redis {
  return new Redis({
    ...sentinel,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    protocol: 2,
    lazyConnect: true,
    enableReadyCheck: false,
    // A question is asked once: nothing is queued, resent or tried again.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: timeoutMs,
    // Without it, giving up on a frozen server takes 2 s more.
    disconnectTimeout: 50,
  });
}

/**
 * Asks for the address and for the epoch in one write. The address is that of GET-MASTER-ADDR-BY-NAME,
 * because the leader of a failover gives the promoted replica there as soon as the new epoch is its own,
 * while SENTINEL MASTER still has the old address beside the new epoch.
 */
async function exchange(redis: Redis, { sentinel, group }: Question): Promise<Answer> {
  await redis.connect();
  const replies = await redis
    .pipeline([
      ["sentinel", "get-master-addr-by-name", group],
      ["sentinel", "master", group],
    ])
    .exec();
  const [address, fields] = replies ?? [];
  const refusal = address?.[0] ?? fields?.[0];
  if (refusal) return { kind: "none", sentinel, reason: `refuses to answer (${refusal.message})` };
  const found = parse(address?.[1], fields?.[1]);
  if (found === undefined) return { kind: "none", sentinel, reason: `gives no address for "${group}"` };
  return { kind: "named", sentinel, ...found };
}

type Found = Pick<Extract<Answer, { kind: "named" }>, "host" | "port" | "epoch">;

function parse(address: unknown, fields: unknown): Found | undefined {
  if (!Array.isArray(address) || !Array.isArray(fields)) return undefined;
  const [host, portText] = address as unknown[];
  const epochAt = fields.indexOf("config-epoch") + 1;
  const port = Number(portText);
  const epoch = Number(epochAt === 0 ? undefined : fields[epochAt]);
  if (typeof host !== "string" || host === "") return undefined;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  if (!Number.isSafeInteger(epoch) || epoch < 0) return undefined;
  return { host, port, epoch };
}

class Deadline extends Error {}

/**
 * The work, or a Deadline after `ms`. When the time is over, the event loop gets one more turn: after a
 * stall of this process the reply may already lie in the socket, and timers run before sockets are read.
 */
async function beforeDeadline<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const finished = new AbortController();
  const deadline = new Promise<never>((_resolve, reject) => {
    const late = (): unknown => setImmediate(() => reject(new Deadline(`nothing within ${ms} ms`)));
    const timer = setTimeout(late, ms);
    const options = { once: true, signal: finished.signal };
    signal.addEventListener("abort", () => reject(new Deadline("no longer asked")), options);
    finished.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    finished.abort();
  }
}
