// ioredis cannot choose its local address; in the lab that address is how a wire knows who calls.
import { createConnection, type Socket } from "node:net";
import { AbstractConnector, type RedisOptions } from "ioredis";

class SourceConnector extends AbstractConnector {
  private readonly target: { host: string; port: number; localAddress: string };

  constructor(options: RedisOptions, localAddress: string) {
    super(options.disconnectTimeout ?? 50);
    this.target = { host: options.host ?? "127.0.0.1", port: options.port ?? 6379, localAddress };
  }

  override connect(): Promise<Socket> {
    this.connecting = true;
    const socket = createConnection(this.target);
    this.stream = socket;
    // ioredis attaches its own listeners one tick later; an error before that must not be unhandled.
    socket.once("error", (error: Error) => {
      this.firstError = error;
    });
    return Promise.resolve(socket);
  }
}

/** ioredis' `Connector` option: a class that it constructs with its own options. */
export function connectorFrom(sourceAddress: string): NonNullable<RedisOptions["Connector"]> {
  return class extends SourceConnector {
    constructor(options: unknown) {
      super(options as RedisOptions, sourceAddress);
    }
  };
}
