// Bytes from one socket to another, untouched and no faster than the slower side takes them.
import type { Socket } from "node:net";

/**
 * Forwards everything that `from` sends. While `to` does not drain, `from` is not read, so that a slow
 * reader costs its own kernel buffers and one chunk here, not memory without end. The end of `from`
 * becomes the end of what `to` gets: a client may close its sending half and still wait for answers.
 */
export function forward(from: Socket, to: Socket): void {
  from.on("data", (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on("drain", () => from.resume());
  // Of an encrypted connection the end may have been read before anybody forwarded.
  if (from.readableEnded) to.end();
  else from.on("end", () => to.end());
}
