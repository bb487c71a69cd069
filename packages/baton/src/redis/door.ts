// The typed door to one Redis or Sentinel: connects when asked, answers or fails within its
// deadline, never queues.
import { Redis, type RedisOptions } from "ioredis";
import { BatonError } from "../errors.ts";
import { callerOptions, type TlsMaterial } from "../sys/tls.ts";
import { tlsReason } from "../sys/tls-reasons.ts";
import { connectorFrom } from "./connector.ts";

export interface DoorOptions {
  readonly address: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  /** Local address to connect from. */
  readonly sourceAddress?: string;
  /** With it the server must speak TLS, with a certificate of this authority. */
  readonly tls?: TlsMaterial | undefined;
  /** Deadline for connecting, a TLS handshake included, 300 ms by default. */
  readonly connectMs?: number;
  /** Deadline for one command, 300 ms by default. */
  readonly commandMs?: number;
  /** All that may be read over one connection, for servers that nobody vouches for; no limit by default. */
  readonly bytesMax?: number;
}

const CONNECT_MS = 300;
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
  const { address, port, username, password, sourceAddress, tls, connectMs = CONNECT_MS } = options;
  const { bytesMax } = options;
  const isOwn = sourceAddress !== undefined || tls !== undefined || bytesMax !== undefined;
  return {
    host: address,
    port,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(isOwn ? { Connector: connectorFrom({ sourceAddress, tls, connectMs, bytesMax }) } : {}),
    // The connector does it; ioredis has to know that a connection is not one before its handshake.
    ...(tls === undefined ? {} : { tls: callerOptions(tls) }),
    protocol: 2 as const,
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: connectMs,
    disconnectTimeout: 50,
  } satisfies RedisOptions;
}

/** What ioredis says of a connection that is gone. */
const CLOSED = "Connection is closed.";
/** What ioredis says when `commandTimeout` is over. */
const LATE = "Command timed out";

interface Line {
  readonly redis: Redis;
  connecting: Promise<void> | undefined;
  /** Whether a word has come over the present connection. */
  hasAnswered: boolean;
}

/** A server with TLS closes at the first byte that is no handshake, and has no way to say why. */
const UNANSWERED = "closed before any answer, as a server does that expects TLS";

function reasonOf(cause: unknown, isPlain: boolean, hasAnswered: boolean): string {
  const { message, code } = cause as NodeJS.ErrnoException;
  if (message === LATE) return "no answer in time";
  if (isPlain && !hasAnswered && (code === "ECONNRESET" || message === CLOSED))
    return message === CLOSED ? UNANSWERED : `${message}: ${UNANSWERED}`;
  return tlsReason(cause) ?? message;
}

export function openDoor(options: DoorOptions): Door {
  const where = `${options.address}:${options.port}`;
  // ioredis rejects with "Connection is closed."; the true reason is only in the event.
  let lastError: Error | undefined;
  let line = newLine();

  function newLine(): Line {
    const redis = new Redis({
      ...redisOptions(options),
      commandTimeout: options.commandMs ?? 300,
      retryStrategy: () => null,
    });
    redis.on("error", (error: Error) => {
      lastError = error;
    });
    return { redis, connecting: undefined, hasAnswered: false };
  }

  async function connected(): Promise<Redis> {
    const present = line;
    if (present.redis.status === "ready") return present.redis;
    lastError = undefined;
    present.hasAnswered = false;
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

  function translated(error: unknown, hasAnswered: boolean): Error {
    const { message } = error as Error;
    if (isReply(error)) return new ReplyRefused(message);
    if (message === LATE) startAfresh();
    const cause = message === LATE ? error : (lastError ?? error);
    const reason = reasonOf(cause, options.tls === undefined, hasAnswered);
    const code = REFUSALS.has(reason.split(" ", 1)[0] ?? "") ? "REFUSED" : "UNREACHABLE";
    return new BatonError(code, `${where}: ${reason}`, { cause });
  }

  async function guarded<T>(run: (redis: Redis) => Promise<T>): Promise<T> {
    const present = line;
    try {
      const answer = await run(await connected());
      present.hasAnswered = true;
      return answer;
    } catch (error) {
      throw translated(error, present.hasAnswered);
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
