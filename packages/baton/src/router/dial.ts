// A new connection to a primary that is as the client's last one was: connected, and with all the client
// had set on it.
import { type Socket, createConnection } from "node:net";
import type { Endpoint } from "../cluster/types.ts";
import type { Clock } from "../sys/clock.ts";
import { after } from "./deadline.ts";
import { ReplyFramer } from "./resp/replies.ts";

const KEEP_ALIVE_MS = 30_000;
const ERROR = 0x2d;

export interface DialOptions {
  readonly clock: Clock;
  readonly sourceAddress: string | undefined;
  /** Deadline for the connection and for all that is restored on it, milliseconds. */
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
  { address, port }: Endpoint,
  restoration: readonly Buffer[],
  { clock, sourceAddress, connectMs }: DialOptions,
  outcome: DialOutcome,
): () => void {
  const upstream = createConnection({
    host: address,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }),
  });
  let isOver = false;
  let failure = "closed";
  const stopTimer = after(clock, connectMs, () =>
    upstream.destroy(new Error(`no answer within ${connectMs} ms`)),
  );
  const end = (): boolean => {
    const wasOver = isOver;
    isOver = true;
    stopTimer();
    return !wasOver;
  };
  const ready = (): void => {
    if (!end()) return;
    upstream.removeAllListeners();
    outcome.ready(upstream);
  };
  const refused = (reason: string): void => {
    if (!end()) return;
    upstream.destroy();
    outcome.refused(reason);
  };
  upstream.on("error", (error) => {
    failure = error.message;
  });
  upstream.once("close", () => {
    const reason = `the primary ${address}:${port} takes no connection (${failure})`;
    if (end()) outcome.failed(reason);
  });
  upstream.once("connect", () => {
    if (restoration.length === 0) return ready();
    for (const command of restoration) upstream.write(command);
    awaitReplies(upstream, restoration.length, { ready, refused });
  });
  return () => {
    if (end()) upstream.destroy();
  };
}

function awaitReplies(
  upstream: Socket,
  count: number,
  { ready, refused }: { readonly ready: () => void; readonly refused: (reason: string) => void },
): void {
  const replies = new ReplyFramer();
  let missing = count;
  upstream.on("data", (chunk: Buffer) => {
    let at = 0;
    try {
      while ((at = replies.advance(chunk, at)) >= 0) {
        if (replies.isPush) continue;
        missing -= 1;
        // Its text is not shown: it may quote what the client has sent.
        if (replies.type === ERROR) return refused("the new primary refused what the session had set");
      }
    } catch {
      return refused("the new primary answered with bytes that are no reply");
    }
    if (missing > 0) return;
    upstream.pause();
    ready();
  });
}
