// What ioredis cannot do itself: choose the local address, by which a wire of the lab knows who calls, and
// keep its deadline through a TLS handshake.
import { createConnection, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { AbstractConnector, type RedisOptions } from "ioredis";
import { callerOptions, type TlsMaterial } from "../sys/tls.ts";
import { noHandshake } from "../sys/tls-reasons.ts";

export interface ConnectorOptions {
  /** Local address to connect from. */
  readonly sourceAddress: string | undefined;
  readonly tls: TlsMaterial | undefined;
  /** Deadline for the connection and the handshake together. */
  readonly connectMs: number;
  /** All that may come over one connection; more ends it. */
  readonly bytesMax: number | undefined;
}

/** ioredis' own deadline is one of silence, and begins anew with every byte that a slow handshake brings. */
function limitHandshake(socket: Socket, withinMs: number): void {
  const late = setTimeout(() => {
    const reason = socket.connecting ? "connect ETIMEDOUT" : noHandshake(withinMs);
    socket.destroy(new Error(reason));
  }, withinMs);
  const done = () => clearTimeout(late);
  socket.once("secureConnect", done).once("close", done);
}

/** ioredis keeps what it has not understood yet, however much that is. */
function limitBytes(socket: Socket, bytesMax: number): void {
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bytesMax) socket.destroy(new Error(`answered with more than ${bytesMax} bytes`));
  });
}

class OwnConnector extends AbstractConnector {
  private readonly own: ConnectorOptions;
  private readonly target: { host: string; port: number; localAddress?: string };

  constructor(options: RedisOptions, own: ConnectorOptions) {
    super(options.disconnectTimeout ?? 50);
    this.own = own;
    const { sourceAddress } = own;
    this.target = {
      host: options.host ?? "127.0.0.1",
      port: options.port ?? 6379,
      ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }),
    };
  }

  override connect(): Promise<Socket> {
    this.connecting = true;
    const { tls, connectMs, bytesMax } = this.own;
    const socket =
      tls === undefined
        ? createConnection(this.target)
        : connectTls({ ...this.target, ...callerOptions(tls) });
    if (tls !== undefined) limitHandshake(socket, connectMs);
    if (bytesMax !== undefined) limitBytes(socket, bytesMax);
    this.stream = socket;
    // ioredis attaches its own listeners one tick later; an error before that must not be unhandled.
    socket.once("error", (error: Error) => {
      this.firstError = error;
    });
    return Promise.resolve(socket);
  }
}

/** ioredis' `Connector` option: a class that it constructs with its own options. */
export function connectorFrom(own: ConnectorOptions): NonNullable<RedisOptions["Connector"]> {
  return class extends OwnConnector {
    constructor(options: unknown) {
      super(options as RedisOptions, own);
    }
  };
}
