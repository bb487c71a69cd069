// One command to HAProxy's runtime socket: a connection, a line, and the reply up to its end.
import { createConnection, type Socket } from "node:net";
import { once } from "node:events";
import { BatonError } from "../../errors.ts";

/** `show servers state` of a thousand servers is about 120 KiB. */
const REPLY_BYTES_MAX = 4 << 20;

/** A path begins with a slash or a dot; anything else is ADDRESS:PORT, an IPv6 address in brackets. */
function open(place: string): Socket {
  if (place.startsWith("/") || place.startsWith(".")) return createConnection({ path: place });
  const colon = place.lastIndexOf(":");
  const host = place.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  return createConnection({ host, port: Number(place.slice(colon + 1)) });
}

/**
 * The reply without surrounding empty lines. HAProxy tells success and failure apart by text alone: the
 * caller judges.
 * @throws BatonError UNREACHABLE; the signal's reason when aborted.
 */
export async function askHaproxy(place: string, command: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const socket = open(place);
  const give = () => void socket.destroy();
  signal.addEventListener("abort", give, { once: true });
  try {
    await once(socket, "connect", { signal });
    // Not ended from this side: HAProxy closes by itself when it has said everything.
    socket.write(`${command}\n`);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > REPLY_BYTES_MAX) throw new Error(`a reply of more than ${REPLY_BYTES_MAX} bytes`);
      chunks.push(chunk);
    }
    signal.throwIfAborted();
    return Buffer.concat(chunks).toString("utf8").trim();
  } catch (cause) {
    signal.throwIfAborted();
    const message = `HAProxy at ${place}: ${(cause as Error).message}`;
    throw new BatonError("UNREACHABLE", message, { cause });
  } finally {
    signal.removeEventListener("abort", give);
    socket.destroy();
  }
}
