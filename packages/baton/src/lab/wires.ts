// A lab's network: forwarders at the announced addresses, with links that can be cut and delayed.
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { assert } from "../errors.ts";
import { systemClock } from "../sys/clock.ts";
import { closeServer, listenOn, type SocketAddress } from "../sys/sockets.ts";
import { Lane } from "./wire-lane.ts";
import { Link, type LinkState } from "./wire-link.ts";

/** The source of every connection that does not come from a host's announced address. */
export const CLIENTS = "clients";

const CONNECTIONS_MAX = 4096;

/** Where the world connects to, and where the process really listens. */
export interface Wire {
  readonly host: string;
  readonly announced: SocketAddress;
  readonly real: SocketAddress;
}

export interface Wires {
  /** One cut direction is enough to make new connections between the two impossible. */
  set(from: string, to: string, state: LinkState): void;
  /** Every link open again; what was held back goes on its way. */
  heal(): void;
  /** The links that are not open, in the order of names. */
  disturbed(): readonly Link[];
  close(): Promise<void>;
}

class Network implements Wires {
  private readonly hostByAddress: ReadonlyMap<string, string>;
  private readonly links = new Map<string, Link>();
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly closing = new AbortController();
  private connections = 0;

  constructor(hostByAddress: ReadonlyMap<string, string>) {
    this.hostByAddress = hostByAddress;
  }

  async listen(wire: Wire): Promise<void> {
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true });
    server.on("connection", (client) => void this.carry(client, wire));
    await listenOn(server, wire.announced);
    // Out of file descriptors: this connection fails, and the lab goes on.
    server.on("error", () => undefined);
    this.servers.push(server);
  }

  set(from: string, to: string, state: LinkState): void {
    assert(from !== to, `a host's link to itself is never disturbed (${from})`);
    this.link(from, to).set(state);
  }

  heal(): void {
    for (const link of this.links.values()) link.set({ kind: "open" });
  }

  disturbed(): readonly Link[] {
    const names = ({ from, to }: Link) => `${from} ${to}`;
    return [...this.links.values()]
      .filter(({ state }) => state.kind !== "open")
      .sort((one, other) => names(one).localeCompare(names(other)));
  }

  async close(): Promise<void> {
    this.closing.abort();
    const closed = this.servers.map(closeServer);
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  /** Made when first needed: hosts are few, so are pairs of them. */
  private link(from: string, to: string): Link {
    const key = `${from} ${to}`;
    const link = this.links.get(key) ?? new Link(from, to);
    this.links.set(key, link);
    return link;
  }

  private async carry(client: Socket, wire: Wire): Promise<void> {
    if (this.connections >= CONNECTIONS_MAX) {
      // It may be gone already: that is what was wanted.
      client.once("error", () => undefined).resetAndDestroy();
      return;
    }
    this.connections += 1;
    this.sockets.add(client);
    client.once("close", () => {
      this.connections -= 1;
      this.sockets.delete(client);
    });
    const source = client.remoteAddress ?? "";
    const from = this.hostByAddress.get(source) ?? CLIENTS;
    const there = this.link(from, wire.host);
    const back = this.link(wire.host, from);
    const outward = new Lane(client, there);
    if (await shakeHands(client, outward, { there, back }, this.closing.signal)) {
      this.connect(client, outward, back, {
        ...wire.real,
        localAddress: from === CLIENTS ? undefined : source,
      });
    } else {
      outward.dispose();
      client.destroy();
    }
  }

  private connect(
    client: Socket,
    outward: Lane,
    back: Link,
    to: SocketAddress & { localAddress: string | undefined },
  ): void {
    const target = { host: to.address, port: to.port, allowHalfOpen: true, noDelay: true };
    const { localAddress } = to;
    const server = createConnection(localAddress === undefined ? target : { ...target, localAddress });
    this.sockets.add(server);
    server.once("close", () => this.sockets.delete(server));
    const refuse = () => {
      // The process is not there, but its host is: a host answers such a connection with a reset.
      client.resetAndDestroy();
      outward.dispose();
    };
    server.once("error", refuse);
    server.once("connect", () => {
      server.off("error", refuse);
      const inward = new Lane(server, back);
      inward.deliverTo(client);
      outward.deliverTo(server);
      whenAllClosed([client, server], () => {
        outward.dispose();
        inward.dispose();
      });
    });
  }
}

/**
 * A connection needs packets both ways, and takes one round trip. The kernel has already accepted this
 * one: to its sender it looks established and silent, which dropped packets look like to a Redis client
 * as well.
 * @returns false when the sender gave up before there was a connection: nothing it sent may ever arrive.
 */
async function shakeHands(
  client: Socket,
  outward: Lane,
  { there, back }: { readonly there: Link; readonly back: Link },
  closing: AbortSignal,
): Promise<boolean> {
  while (there.isCut || back.isCut) {
    if (client.destroyed || outward.holdsClose) return false;
    await firstOf(client, [there, back]);
  }
  const roundTripMs = there.delayMs + back.delayMs;
  // Ended early only by the network's own closing, which destroys the socket too.
  if (roundTripMs > 0) await systemClock.sleep(roundTripMs, closing).catch(() => undefined);
  return !client.destroyed;
}

/** The next change of a link, or the sender's giving up. */
async function firstOf(client: Socket, links: readonly Link[]): Promise<void> {
  await new Promise<void>((resolve) => {
    const stops: (() => void)[] = [];
    const wake = () => {
      client.off("end", wake).off("close", wake);
      for (const stop of stops) stop();
      resolve();
    };
    client.once("end", wake).once("close", wake);
    for (const link of links) stops.push(link.onChange(wake));
  });
}

function whenAllClosed(sockets: readonly Socket[], finish: () => void): void {
  const open = new Set(sockets.filter(({ closed }) => !closed));
  for (const socket of open) {
    socket.once("close", () => {
      open.delete(socket);
      if (open.size === 0) finish();
    });
  }
}

/**
 * Listens at every announced address. `hostByAddress` says which host a source address belongs to.
 * @throws BatonError PORT_BUSY when an announced port is taken.
 */
export async function openWires(
  wires: readonly Wire[],
  hostByAddress: ReadonlyMap<string, string>,
): Promise<Wires> {
  const network = new Network(hostByAddress);
  try {
    for (const wire of wires) await network.listen(wire);
  } catch (error) {
    await network.close();
    throw error;
  }
  return network;
}
