// Turning a client away so that it learns why: one error reply, then the end of the connection.
import type { Socket } from "node:net";
import type { Clock } from "../sys/clock.ts";
import { after } from "./deadline.ts";

/** How long a refused client may take to read the reply and close. */
const FAREWELL_MS = 1000;

/**
 * Answers whatever the client asked with `-WORD <sentence>` and closes. What the client has sent is read
 * and dropped: closing a socket with unread bytes makes the kernel send a reset, which can overtake the
 * reply.
 */
export function refuse(
  client: Socket,
  sentence: string,
  clock: Clock,
  word: "ERR" | "TRYAGAIN" | "NOREPLICAS",
): void {
  const line = sentence.replaceAll(/[\r\n]+/g, " ");
  client.removeAllListeners("data").resume();
  client.end(`-${word} ${line}\r\n`);
  const stop = after(clock, FAREWELL_MS, () => client.destroy());
  client.once("close", stop);
}
