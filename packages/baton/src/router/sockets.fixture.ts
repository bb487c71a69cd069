// Routers, clients and stand-ins for primaries on real sockets, for the tests of the router.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { type Server, type Socket, connect, createServer } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Endpoint } from "../cluster/types.ts";
import type { Route } from "../decide/types.ts";
import { systemClock } from "../sys/clock.ts";
import { callerOptions, type TlsMaterial } from "../sys/tls.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { Handshakes } from "./handshakes.ts";
import { type Router, type RouterOptions, openRouter } from "./router.ts";

export const ROUTER = "127.92.0.1";
export const SOME_BYTES = "*1\r\n$4\r\nPING\r\n";
/** What a primary answers to them. */
export const PONG = "+PONG\r\n";
export const MEBIBYTE = 1 << 20;

let material: TlsMaterial | undefined;
/** From now on all routers, clients and primaries speak TLS, unless they are told otherwise. */
export function speakTls(found: TlsMaterial): void {
  material = found;
}

export const tlsOfRouters = () =>
  material === undefined ? {} : { clientTls: material, upstreamTls: material };

const closers: (() => unknown)[] = [];
/** To be called after each test. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close();
}

export async function router(options: Partial<RouterOptions> = {}): Promise<Router> {
  const listen = { address: ROUTER, port: 0 };
  const bounds = { holdMs: 60_000, holdSessions: 10 };
  const opened = await openRouter({ listen, ...bounds, ...tlsOfRouters(), ...options });
  closers.push(() => opened.close());
  return opened;
}

export interface Upstream extends Endpoint {
  readonly server: Server;
  /** Connections in the order in which they came. */
  readonly sockets: Socket[];
}

/** A TCP server in the place of a primary. */
export async function upstream(
  address: string,
  serve: (socket: Socket) => void,
  port = 0,
): Promise<Upstream> {
  const sockets: Socket[] = [];
  const accept = (socket: Socket): void => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    serve(socket);
  };
  const handshakes = material && new Handshakes({ material, clock: systemClock });
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (handshakes === undefined) return accept(socket);
    handshakes.begin(
      socket.on("error", () => undefined),
      (encrypted) => accept(encrypted.resume()),
    );
  });
  server.listen(port, address);
  await once(server, "listening");
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no TCP address");
  return { address, port: bound.port, server, sockets };
}

export const echo = (socket: Socket): void => {
  socket.pipe(socket);
};

export function routeTo({ address, port }: Endpoint, epoch = 1, confirmed = true): Route {
  return { kind: "primary", node: address, endpoint: { address, port }, epoch, confirmed };
}
export const noRoute = (reason: string): Route => ({ kind: "none", reason });

export interface Client {
  readonly socket: Socket;
  /** Everything received so far. */
  readonly text: () => string;
  /** Code of the error that ended the connection, if one did. */
  readonly error: () => string | undefined;
}

export async function client({ address }: Pick<Router, "address">): Promise<Client> {
  const to = { host: address.address, port: address.port, allowHalfOpen: true };
  const socket =
    material === undefined ? connect(to) : connectTls({ ...to, ...callerOptions(material) });
  let text = "";
  let error: string | undefined;
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", (found: NodeJS.ErrnoException) => {
    error = found.code;
  });
  closers.push(() => socket.destroy());
  await once(socket, material === undefined ? "connect" : "secureConnect");
  return { socket, text: () => text, error: () => error };
}

export const until = (what: string, holds: () => boolean) =>
  waitFor(what, () => (holds() ? seen(undefined) : missing("not yet")), {
    withinMs: 10_000,
    everyMs: 5,
  });

/** Bytes that look random and are the same at every run. */
export function noise(length: number, seed: string): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash("sha256").update(`${seed}${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

/** Resolves when the number has stopped growing. */
export async function quiet(read: () => number): Promise<void> {
  let last = -1;
  let unchanged = 0;
  await waitFor(
    "the bytes to come to a stop",
    () => {
      unchanged = read() === last && last > 0 ? unchanged + 1 : 0;
      last = read();
      return unchanged >= 5 ? seen(undefined) : missing(`${last} and growing`);
    },
    { withinMs: 10_000, everyMs: 40 },
  );
}

/** A port on which nobody listens. */
export async function freePort(address: string): Promise<number> {
  const { server, port } = await upstream(address, echo);
  server.close();
  await once(server, "close");
  return port;
}
