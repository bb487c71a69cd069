// A new connection to a primary that is as the client's last one was: connected, and with all the client
// had set on it.
import type { Socket } from "node:net";
import type { Endpoint } from "../cluster/types.ts";
import type { Clock } from "../sys/clock.ts";
import { type ConnectOptions, connectTo, failureText, silence } from "./connect.ts";
import { after } from "./deadline.ts";
import { ReplyFramer } from "./resp/replies.ts";

const ERROR = 0x2d;
/** Errors of a server that is full or busy: what the session has set is not what they are about. */
const PASSING = /^-(?:ERR max number of clients|LOADING|BUSY) ?/;

export interface DialOptions extends ConnectOptions {
  readonly clock: Clock;
  /** Deadline for the connection, its handshake and all that is restored on it, milliseconds. */
  readonly connectMs: number;
}

export interface DialOutcome {
  /** Every command of the restoration was answered well. */
  ready(upstream: Socket): void;
  /** No connection: it may be tried again. `reason` is a clause for the client's eyes. */
  failed(reason: string): void;
  /** The server refused to restore what the session had, and will refuse it again. */
  refused(reason: string): void;
}

/**
 * Exactly one of `outcome` is called, unless the dial is given up before by calling what is returned.
 * `restoration`: commands in the protocol, each with one reply.
 */
export function dial(
  endpoint: Endpoint,
  restoration: readonly Buffer[],
  options: DialOptions,
  outcome: DialOutcome,
): () => void {
  const { clock, connectMs } = options;
  const { address, port } = endpoint;
  let isOver = false;
  let failure = "closed";
  const failed = (error: Error): void => {
    failure = failureText(error);
  };
  const closed = (): void => {
    const reason = `the primary ${address}:${port} takes no connection (${failure})`;
    if (end()) outcome.failed(reason);
  };
  const end = (): boolean => {
    const wasOver = isOver;
    isOver = true;
    stopTimer();
    return !wasOver;
  };
  const ready = (): void => {
    if (!end()) return;
    // Not all listeners: Node has its own on an encrypted connection.
    upstream.off("error", failed).off("close", closed).removeAllListeners("data");
    outcome.ready(upstream);
  };
  const refused = (reason: string): void => {
    if (!end()) return;
    upstream.destroy();
    outcome.refused(reason);
  };
  const tooBusy = (): void => void upstream.destroy(new Error("it is full, or busy"));
  const upstream = connectTo(endpoint, options, () => {
    if (restoration.length === 0) return ready();
    for (const command of restoration) upstream.write(command);
    awaitReplies(upstream, restoration.length, { ready, refused, tooBusy });
  });
  upstream.on("error", failed).once("close", closed);
  const stopTimer = after(clock, connectMs, () => upstream.destroy(silence(upstream, connectMs)));
  return () => {
    if (end()) upstream.destroy();
  };
}

interface Verdicts {
  ready(): void;
  refused(reason: string): void;
  tooBusy(): void;
}

function awaitReplies(upstream: Socket, count: number, { ready, refused, tooBusy }: Verdicts): void {
  const replies = new ReplyFramer();
  let missing = count;
  upstream.on("data", (chunk: Buffer) => {
    let start = 0;
    try {
      for (let end = 0; (end = replies.advance(chunk, start)) >= 0; start = end) {
        if (replies.isPush) continue;
        missing -= 1;
        if (replies.type !== ERROR) continue;
        if (PASSING.test(chunk.toString("latin1", start, end))) return tooBusy();
        // Its text is not shown: it may quote what the client has sent.
        return refused("the new primary refused what the session had set");
      }
    } catch {
      return refused("the new primary answered with bytes that are no reply");
    }
    if (missing > 0) return;
    upstream.pause();
    ready();
  });
}
