// Small JSON requests over a unix socket: how a command talks to a process of the same user that runs in
// the background.
import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from "node:http";
import { BatonError } from "../errors.ts";
import { slowness } from "./clock.ts";
import { timeLimit } from "./time-limit.ts";

const BODY_BYTES_MAX = 256 * 1024;

/** The kernel's limit for the path of a unix socket is 108 bytes with the closing zero. */
export const SOCKET_PATH_BYTES_MAX = 107;

export interface LocalRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
}

export interface LocalReply {
  readonly status: number;
  readonly body: unknown;
}

export interface LocalServer {
  /** Lets running requests be answered, and takes no new ones. */
  close(): Promise<void>;
}

async function readJson(stream: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX)
      throw new BatonError("UNABLE", `a body of more than ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return size === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

/** Answers on a unix socket; who may connect is up to the folder's mode. `handle` must not reject. */
export async function serveLocal(
  socketPath: string,
  handle: (request: LocalRequest) => Promise<LocalReply>,
): Promise<LocalServer> {
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    let reply: LocalReply;
    try {
      const method = request.method === "POST" ? "POST" : "GET";
      reply = await handle({ method, path: request.url ?? "/", body: await readJson(request) });
    } catch (error) {
      reply = { status: 400, body: { message: error instanceof Error ? error.message : String(error) } };
    }
    response.writeHead(reply.status, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify(reply.body ?? null));
  };
  const server = createServer((request, response) => void respond(request, response));
  server.requestTimeout = 10_000;
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  // Out of file descriptors: whoever asked is not answered, and the process goes on.
  server.on("error", () => undefined);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

/**
 * Asks a process behind a unix socket.
 * @throws BatonError UNREACHABLE when nobody answers within `withinMs` (times SLOW); the signal's reason
 *   when aborted.
 */
export async function askLocal(
  socketPath: string,
  question: LocalRequest,
  { withinMs, signal }: { readonly withinMs: number; readonly signal?: AbortSignal },
): Promise<LocalReply> {
  signal?.throwIfAborted();
  const deadline = timeLimit(withinMs * slowness());
  const both = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  try {
    return await exchange(socketPath, question, both);
  } catch (error) {
    signal?.throwIfAborted();
    const reason = deadline.aborted
      ? `no answer within ${withinMs * slowness()} ms`
      : (error as Error).message;
    throw new BatonError("UNREACHABLE", `${socketPath}: ${reason}`, { cause: error });
  }
}

async function exchange(
  socketPath: string,
  question: LocalRequest,
  signal: AbortSignal,
): Promise<LocalReply> {
  const { method, path, body } = question;
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = httpRequest({ socketPath, method, path, signal, agent: false }, resolve);
    outgoing.once("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
  return { status: incoming.statusCode ?? 0, body: await readJson(incoming) };
}
