// One connection of a door: made when asked for, with a deadline for each step, and what its answers tell of
// the server.
import type { Redis } from "ioredis";

/** The message of an error that says that a deadline is over. */
export const LATE = "no answer in time";
/** Of one connection, those included that nobody waits for any more. */
const QUESTIONS_MAX = 20_000;

export interface Line {
  readonly redis: Redis;
  readonly isShared: boolean;
  connecting: Promise<void> | undefined;
  /** Why the last attempt to connect failed. */
  failed: { readonly atMs: number; readonly error: unknown } | undefined;
  /** Whether a word has come over the present connection. */
  hasAnswered: boolean;
  /** The last answer that came: when, in monotonic milliseconds, and how long after its question. */
  heard: { readonly atMs: number; readonly afterMs: number };
  /** Why the last connection failed: ioredis rejects with CLOSED, and the reason is only in the event. */
  lastError: Error | undefined;
  /** Questions whose asker still waits. */
  waiting: number;
  /** Written, and neither answered nor lost with the connection. */
  unanswered: number;
  /** Takes no more questions; ends with the last that is waited for. */
  isRetired: boolean;
}

/**
 * The answer, or LATE after `ms`. Timers run before the network is read: an answer that has been waiting
 * there while this process was busy still counts.
 */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => setImmediate(() => reject(new Error(LATE))), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function newLine(redis: Redis, isShared: boolean): Line {
  const line: Line = {
    redis,
    isShared,
    connecting: undefined,
    failed: undefined,
    hasAnswered: false,
    heard: { atMs: -Infinity, afterMs: 0 },
    lastError: undefined,
    waiting: 0,
    unanswered: 0,
    isRetired: false,
  };
  redis.on("error", (error: Error) => {
    line.lastError = error;
  });
  return line;
}

/** ioredis bounds the time to a connection, and not that to the answer which lets it in. */
async function handshake(redis: Redis, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let begin = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    begin = () => void (timer = setTimeout(() => reject(new Error(LATE)), ms));
    redis.once("connect", begin);
  });
  try {
    await Promise.race([redis.connect(), late]);
  } finally {
    clearTimeout(timer);
    redis.off("connect", begin);
  }
}

/** Whoever comes while it is under way shares its fate, and so does whoever comes within `retryMs` after. */
export async function connect(line: Line, ms: number, retryMs: number): Promise<void> {
  if (line.redis.status === "ready") return;
  const { failed } = line;
  if (failed !== undefined && performance.now() - failed.atMs < retryMs) throw failed.error;
  line.connecting ??= connectAnew(line, ms).finally(() => {
    line.connecting = undefined;
  });
  await line.connecting;
}

async function connectAnew(line: Line, ms: number): Promise<void> {
  line.lastError = undefined;
  line.hasAnswered = false;
  line.failed = undefined;
  try {
    await handshake(line.redis, ms);
  } catch (error) {
    line.failed = { atMs: performance.now(), error };
    throw error;
  }
}

/** What is asked in the same moment goes out in one write: it is the writes that cost. */
function writeTogether({ stream }: Redis): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Runs the question over this connection, and notes what its fate says of the server. */
export async function ask<T>(line: Line, ms: number, run: (redis: Redis) => Promise<T>): Promise<T> {
  if (line.unanswered >= QUESTIONS_MAX) throw new Error(`${QUESTIONS_MAX} questions are unanswered`);
  const askedAtMs = performance.now();
  line.unanswered += 1;
  const heard = () => {
    const atMs = performance.now();
    line.unanswered -= 1;
    line.hasAnswered = true;
    line.heard = { atMs, afterMs: atMs - askedAtMs };
  };
  const lost = (error: unknown) => {
    if (isReply(error)) heard();
    else line.unanswered -= 1;
  };
  if (line.isShared) writeTogether(line.redis);
  const answer = run(line.redis);
  answer.then(heard, lost);
  return await within(ms, answer);
}

export function isReply(error: unknown): boolean {
  return error instanceof Error && (error.name === "ReplyError" || error.name === "SimpleError");
}
