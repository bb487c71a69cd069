// The typed door to one Redis or Sentinel: connects when asked, answers or fails within its
// deadline, never queues.
import { Redis, type RedisOptions } from "ioredis";
import { BatonError } from "../errors.ts";
import { callerOptions, type TlsMaterial } from "../sys/tls.ts";
import { tlsReason } from "../sys/tls-reasons.ts";
import { connectorFrom } from "./connector.ts";
import { ask, connect, isReply, LATE, type Line, newLine } from "./line.ts";

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
  /**
   * Many ask over it at the same time, each with a deadline of its own. A question that missed its deadline
   * then ends the connection for the others only if the server has not said a word since it was asked, and
   * even so those under way keep their time. False by default: the connection ends with the question.
   */
  readonly isShared?: boolean;
}

const CONNECT_MS = 300;
const COMMAND_MS = 300;
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
/**
 * A shared connection whose server still answers, but so late, is given up: the next one has nothing to catch
 * up on.
 */
const BEHIND_MS_MAX = 1_000;
/**
 * Whoever asks so soon after a shared connection could not be made is told why at once: a thousand groups
 * would make a thousand attempts a second.
 */
const RETRY_MS = 25;

/** A server with TLS closes at the first byte that is no handshake, and has no way to say why. */
const UNANSWERED = "closed before any answer, as a server does that expects TLS or is ending";

function reasonOf(cause: unknown, isPlain: boolean, hasAnswered: boolean): string {
  const { message, code } = cause as NodeJS.ErrnoException;
  if (message === LATE) return LATE;
  if (isPlain && !hasAnswered && (code === "ECONNRESET" || message === CLOSED))
    return message === CLOSED ? UNANSWERED : `${message}: ${UNANSWERED}`;
  return tlsReason(cause) ?? message;
}

const redisFor = (options: DoorOptions) =>
  new Redis({ ...redisOptions(options), retryStrategy: () => null });

export function openDoor(options: DoorOptions): Door {
  const { commandMs = COMMAND_MS, isShared = false } = options;
  const where = `${options.address}:${options.port}`;
  let present = newLine(redisFor(options), isShared);

  function endOnceUnused(line: Line): void {
    if (isShared && line.isRetired && line.waiting === 0) line.redis.disconnect(false);
  }

  /**
   * A connection that missed a deadline is not used again: a late reply would answer the wrong question, and
   * a server that is frozen would be asked into the void.
   */
  function retire(line: Line): void {
    if (line === present) present = newLine(redisFor(options), isShared);
    line.isRetired = true;
    if (!isShared) line.redis.disconnect(false);
  }

  function translated(error: unknown, line: Line, askedAtMs: number): Error {
    const { message } = error as Error;
    if (isReply(error)) return new ReplyRefused(message);
    if (message === LATE) {
      const isAnswering = line.heard.atMs > askedAtMs && line.heard.afterMs < BEHIND_MS_MAX;
      if (!isShared || !isAnswering) retire(line);
    }
    const cause = message === LATE ? error : (line.lastError ?? error);
    const reason = reasonOf(cause, options.tls === undefined, line.hasAnswered);
    const code = REFUSALS.has(reason.split(" ", 1)[0] ?? "") ? "REFUSED" : "UNREACHABLE";
    return new BatonError(code, `${where}: ${reason}`, { cause });
  }

  async function guarded<T>(run: (redis: Redis) => Promise<T>): Promise<T> {
    const line = present;
    line.waiting += 1;
    let askedAtMs = performance.now();
    try {
      await connect(line, commandMs, isShared ? RETRY_MS : 0);
      askedAtMs = performance.now();
      return await ask(line, commandMs, run);
    } catch (error) {
      throw translated(error, line, askedAtMs);
    } finally {
      line.waiting -= 1;
      endOnceUnused(line);
    }
  }

  return {
    address: options.address,
    port: options.port,
    call: ([name, ...args]) => guarded((redis) => redis.call(name, ...args)),
    batch: (commands) =>
      guarded((redis) => values(redis.pipeline(commands.map((words) => ["call", ...words])).exec())),
    close: () => present.redis.disconnect(false),
  };
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
