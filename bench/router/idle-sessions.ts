// Sessions that were opened, said one thing, and say nothing more.
import type { Socket } from "node:net";
import { openSession } from "./plain-sockets.ts";

export interface IdleInput {
  readonly address: string;
  readonly port: number;
  readonly password: string;
  readonly count: number;
}

export interface IdleSessions {
  readonly opened: number;
  /** Why not all of them were; undefined when they were. */
  readonly reason: string | undefined;
  /** How many of them the other side has closed since. */
  lost(): number;
  close(): void;
}

/** So many at a time: a listener's queue is short. */
const TOGETHER = 100;
/** One address has 28 000 ports towards one other: more than enough, were they never in use still. */
const SESSIONS_A_SOURCE = 5_000;

/** Whatever cannot be opened ends the opening, with its reason. */
export async function openIdle({ count, ...place }: IdleInput): Promise<IdleSessions> {
  const sockets: Socket[] = [];
  let lost = 0;
  let reason: string | undefined;
  while (sockets.length < count && reason === undefined) {
    const some = Array.from({ length: Math.min(TOGETHER, count - sockets.length) }, (_, index) => {
      const source = Math.floor((sockets.length + index) / SESSIONS_A_SOURCE) + 1;
      return openSession({ ...place, localAddress: `127.104.200.${source}` });
    });
    for (const settled of await Promise.allSettled(some)) {
      if (settled.status === "rejected") {
        reason = (settled.reason as Error).message;
        continue;
      }
      const socket = settled.value;
      sockets.push(socket);
      socket
        .on("error", () => undefined)
        .once("close", () => {
          lost += 1;
        });
    }
  }
  return {
    opened: sockets.length,
    reason,
    lost: () => lost,
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
