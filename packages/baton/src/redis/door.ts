// The typed door to one Redis or Sentinel: connects when asked, answers or fails within its
// deadline, never queues.
import { Redis, type RedisOptions } from "ioredis";
import { BatonError } from "../errors.ts";
import { connectorFrom } from "./connector.ts";

export interface DoorOptions {
  readonly address: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  /** Local address to connect from. */
  readonly sourceAddress?: string;
  /** Deadline for connecting, 300 ms by default. */
  readonly connectMs?: number;
  /** Deadline for one command, 300 ms by default. */
  readonly commandMs?: number;
}

const REFUSALS = new Set(["WRONGPASS", "NOAUTH", "NOPERM", "DENIED", "-DENIED"]);

/** An error reply of the server. `word` is its first word: READONLY, NOAUTH, NOPERM, ERR, ... */
class ReplyRefused extends Error {
  readonly word: string;
  constructor(message: string) {
    super(message);
    this.name = "ReplyRefused";
    this.word = message.split(" ", 1)[0] ?? "ERR";
  }
}

/** True when the server is there and does not let this user in, or not do what it asked. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof ReplyRefused) return REFUSALS.has(error.word);
  return error instanceof BatonError && error.code === "REFUSED";
}

export interface Door {
  readonly address: string;
  readonly port: number;
  /** @throws ReplyRefused for an error reply, BatonError UNREACHABLE or REFUSED for everything else. */
  call(command: readonly [string, ...string[]]): Promise<unknown>;
  /**
   * Several commands in one write; an error reply is a value in its place. @throws as `call`, but
   * never ReplyRefused.
   */
  batch(commands: readonly (readonly [string, ...string[]])[]): Promise<readonly unknown[]>;
  close(): void;
}

/**
 * Options shared by doors and subscribers; `disconnectTimeout` bounds the connect to a frozen
 * server.
 */
export function redisOptions(options: DoorOptions) {
  const { address, port, username, password, sourceAddress } = options;
  return {
    host: address,
    port,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(sourceAddress === undefined ? {} : { Connector: connectorFrom(sourceAddress) }),
    protocol: 2 as const,
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: options.connectMs ?? 300,
    disconnectTimeout: 50,
  } satisfies RedisOptions;
}

/** What ioredis says when `commandTimeout` is over. */
const LATE = "Command timed out";

export function openDoor(options: DoorOptions): Door {
  const where = `${options.address}:${options.port}`;
  // ioredis rejects with "Connection is closed."; the true reason is only in the event.
  let lastError: Error | undefined;
  let line = newLine();

  function newLine(): { readonly redis: Redis; connecting: Promise<void> | undefined } {
    const redis = new Redis({
      ...redisOptions(options),
      commandTimeout: options.commandMs ?? 300,
      retryStrategy: () => null,
    });
    redis.on("error", (error: Error) => {
      lastError = error;
    });
    return { redis, connecting: undefined };
  }

  async function connected(): Promise<Redis> {
    const present = line;
    if (present.redis.status === "ready") return present.redis;
    lastError = undefined;
    present.connecting ??= present.redis.connect().finally(() => {
      present.connecting = undefined;
    });
    await present.connecting;
    return present.redis;
  }

  /**
   * A connection that missed a deadline is never used again: a late reply would answer the wrong
   * question.
   */
  function startAfresh(): void {
    line.redis.disconnect(false);
    line = newLine();
  }

  function translated(error: unknown): Error {
    const { message } = error as Error;
    if (isReply(error)) return new ReplyRefused(message);
    if (message === LATE) startAfresh();
    const cause = message === LATE ? error : (lastError ?? error);
    const reason = cause instanceof Error ? cause.message : String(cause);
    const code = REFUSALS.has(reason.split(" ", 1)[0] ?? "") ? "REFUSED" : "UNREACHABLE";
    return new BatonError(code, `${where}: ${reason === LATE ? "no answer in time" : reason}`, {
      cause,
    });
  }

  async function guarded<T>(run: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      return await run(await connected());
    } catch (error) {
      throw translated(error);
    }
  }

  return {
    address: options.address,
    port: options.port,
    call: ([name, ...args]) => guarded((redis) => redis.call(name, ...args)),
    batch: (commands) =>
      guarded((redis) => values(redis.pipeline(commands.map((words) => ["call", ...words])).exec())),
    close: () => line.redis.disconnect(false),
  };
}

function isReply(error: unknown): boolean {
  return error instanceof Error && (error.name === "ReplyError" || error.name === "SimpleError");
}

/** A pipeline's [error, value] pairs as values; a lost connection is thrown, an error reply is kept. */
async function values(
  pairs: Promise<[error: Error | null, result: unknown][] | null>,
): Promise<readonly unknown[]> {
  const replies = (await pairs) ?? [];
  return replies.map(([error, value]) => {
    if (error === null) return value;
    if (isReply(error)) return new ReplyRefused(error.message);
    throw error;
  });
}
