// What a Redis library has to do for this package: the two adapters are all that knows ioredis or node-redis.
import type { ConnectionOptions } from "node:tls";
import type { SentinelAddress } from "./judge.ts";

/** Of a node, a Sentinel or a router. */
export type Address = SentinelAddress;

export const sameAddress = (one: Address, other: Address): boolean =>
  one.host === other.host && one.port === other.port;

export const textOf = ({ host, port }: Address): string => `${host}:${port}`;

export interface ConnectionRequest {
  readonly address: Address;
  readonly tls: ConnectionOptions | undefined;
  readonly connectTimeoutMs: number;
}

/** One connection that is opened once, and never by itself again. */
export interface LibraryConnection<C> {
  /** The library's own object. It queues nothing while it is not connected, and resends nothing. */
  readonly native: C;
  /**
   * TCP, and TLS where wanted. Nothing is sent: logging in is not the library's part, because it would
   * put the password into its errors. Rejects with the true reason.
   */
  connect(): Promise<void>;
  isOpen(): boolean;
  /** The socket is gone when it returns, in whatever state it was. */
  destroy(): void;
  /** Called when it is lost; perhaps more than once. */
  onLost(listener: () => void): void;
}

export interface Library<C> {
  /** For people. */
  readonly name: string;
  prepare(request: ConnectionRequest): LibraryConnection<C>;
  /** One command as words; rejects with the library's error. */
  send(native: C, words: readonly string[]): Promise<unknown>;
  /**
   * The server's words in an error of the library: more than one for a transaction that was discarded.
   * `undefined` for every other error.
   */
  repliesIn(error: unknown): readonly string[] | undefined;
}
