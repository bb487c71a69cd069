// One TCP connection to a name server: a request, its reply, the next. Not UDP: an update that is sent again
// because its reply was lost looks like somebody else's, a sender is easily made up, and answers are cut.
import { createConnection, type Socket } from "node:net";
import { once } from "node:events";
import { MESSAGE_BYTES_MAX, u16 } from "./message.ts";

export interface Conversation {
  /**
   * The reply's bytes. One request at a time.
   * @throws Error for what the network says, without the server's name; the signal's reason.
   */
  ask(request: Buffer): Promise<Buffer>;
  close(): void;
}

async function* chunksOf(socket: Socket): AsyncGenerator<Buffer> {
  for await (const chunk of socket as AsyncIterable<Buffer>) yield chunk;
}

/** @throws Error when there is no connection; the signal's reason. */
export async function openConversation(
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Conversation> {
  signal.throwIfAborted();
  const socket = createConnection({ host, port, noDelay: true });
  const give = () => void socket.destroy();
  signal.addEventListener("abort", give, { once: true });
  // An error between two requests is seen by the next.
  socket.on("error", () => undefined);
  const close = () => {
    signal.removeEventListener("abort", give);
    socket.destroy();
  };
  try {
    await once(socket, "connect", { signal });
  } catch (cause) {
    close();
    signal.throwIfAborted();
    throw cause;
  }
  const chunks = chunksOf(socket);
  let rest: Buffer = Buffer.alloc(0);

  /** Holds no more than a message and the chunk that it ends in: the length has 16 bits. */
  async function take(count: number): Promise<Buffer> {
    const parts = [rest];
    let have = rest.length;
    while (have < count) {
      const { value, done } = await chunks.next();
      signal.throwIfAborted();
      if (done === true) {
        throw new Error(have === 0 ? "closed without an answer" : "closed in the middle of an answer");
      }
      parts.push(value);
      have += value.length;
    }
    const whole = Buffer.concat(parts);
    rest = whole.subarray(count);
    return whole.subarray(0, count);
  }

  return {
    close,
    async ask(request) {
      if (request.length > MESSAGE_BYTES_MAX) {
        throw new Error(`a request of ${request.length} bytes is longer than messages may be`);
      }
      try {
        socket.write(Buffer.concat([u16(request.length), request]));
        return await take((await take(2)).readUInt16BE());
      } catch (cause) {
        signal.throwIfAborted();
        throw cause;
      }
    },
  };
}
