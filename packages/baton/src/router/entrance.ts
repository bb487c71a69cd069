// The way into a port: what a client has to bring before it becomes a session, a balancer's header and a
// TLS handshake if they are asked for.
import { type Server, type Socket, createServer } from "node:net";
import type { Endpoint } from "../cluster/types.ts";
import type { Clock } from "../sys/clock.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import { Handshakes } from "./handshakes.ts";
import { drained, FAREWELLS_MAX, listening, SERVER_OPTIONS } from "./listening.ts";
import { readProxyHeader } from "./proxy-header.ts";

export interface EntranceOptions {
  readonly sessionsMax: number;
  readonly proxyProtocol: boolean;
  readonly clientTls: TlsMaterial | undefined;
  readonly clock: Clock;
}

export interface Arrival {
  /** Paused, with nobody listening to it but for errors. */
  readonly client: Socket;
  /** Whom a balancer's header names; else who connected. For logs, never for rights. */
  readonly source: Endpoint;
}

export type Admit = (arrival: Arrival) => void;

export class Entrance {
  /** Accepts that the kernel refused, as when file descriptors run out: the client's to try again. */
  acceptFailures = 0;
  private readonly options: EntranceOptions;
  private readonly admit: Admit;
  private readonly server: Server;
  private readonly handshakes: Handshakes | undefined;
  private readonly sockets = new Set<Socket>();
  /** Of these, the ones that are not a session yet. */
  private readonly arriving = new Set<Socket>();

  constructor(options: EntranceOptions, admit: Admit) {
    const { clientTls: material, clock, sessionsMax } = options;
    this.options = options;
    this.admit = admit;
    this.handshakes = material && new Handshakes({ material, clock });
    this.server = createServer(SERVER_OPTIONS, (socket) => this.arrived(socket));
    this.server.maxConnections = sessionsMax + FAREWELLS_MAX;
  }

  get handshakeFailures(): number {
    return this.handshakes?.failures ?? 0;
  }

  /** @throws BatonError PORT_BUSY, UNABLE: see `listening`. */
  async listen(listen: Endpoint): Promise<Endpoint> {
    const address = await listening(this.server, listen);
    this.server.on("error", () => {
      this.acceptFailures += 1;
    });
    return address;
  }

  /** Takes nobody new, and nobody who is not in yet. See `drained`. */
  drained(ms: number): Promise<void> {
    const empty = drained(this.server, this.options.clock, ms);
    for (const socket of this.arriving) socket.destroy();
    return empty;
  }

  /** Destroys what `cut` has left, and frees the port. */
  async close(cut: () => void): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    cut();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private arrived(socket: Socket): void {
    const { sockets, arriving, handshakes } = this;
    sockets.add(socket);
    arriving.add(socket);
    // 'close' follows every error, and is what the session listens to.
    socket
      .on("error", () => undefined)
      .once("close", () => {
        sockets.delete(socket);
        arriving.delete(socket);
      });
    const { remoteAddress: address = "", remotePort: port = 0 } = socket;
    const greet = (source: Endpoint): void => {
      if (handshakes !== undefined) return handshakes.begin(socket, (client) => letIn(client, source));
      letIn(socket, source);
    };
    const letIn = (client: Socket, source: Endpoint): void => {
      arriving.delete(socket);
      this.admit({ client, source });
    };
    if (!this.options.proxyProtocol) return greet({ address, port });
    readProxyHeader(socket, this.options.clock).then(
      ({ source = { address, port }, rest }) => {
        socket.unshift(rest);
        greet(source);
      },
      // It was destroyed, as everything that does not come through the balancer.
      () => undefined,
    );
  }
}
