// A connection to a node, encrypted where the nodes speak TLS.
import { type Socket, createConnection } from "node:net";
import { TLSSocket, connect as connectTls } from "node:tls";
import type { Endpoint } from "../cluster/types.ts";
import { callerOptions, type TlsMaterial } from "../sys/tls.ts";
import { noHandshake, tlsReason } from "../sys/tls-reasons.ts";
import { carriedBy } from "./reset.ts";

const KEEP_ALIVE_MS = 30_000;

export interface ConnectOptions {
  /** Local address of the connection. */
  readonly sourceAddress: string | undefined;
  /** With it, only a node whose certificate its authority has signed is talked to. */
  readonly upstreamTls: TlsMaterial | undefined;
}

/** `ready` is called once the node can be written to. It is up to the caller to give up in time. */
export function connectTo(
  { address, port }: Endpoint,
  { sourceAddress, upstreamTls }: ConnectOptions,
  ready: () => void,
): Socket {
  const carrier = createConnection({
    host: address,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }),
  });
  if (upstreamTls === undefined) return carrier.once("connect", ready);
  const encrypted = connectTls({ socket: carrier, ...callerOptions(upstreamTls) });
  carriedBy(encrypted, carrier);
  return encrypted.once("secureConnect", ready);
}

/** Why there was no answer in time, for whoever gives up. */
export function silence(upstream: Socket, withinMs: number): Error {
  const isShaking = upstream instanceof TLSSocket && !upstream.authorized;
  return new Error(isShaking ? noHandshake(withinMs) : `no answer within ${withinMs} ms`);
}

/** As a clause for the client's eyes. */
export const failureText = (error: Error): string => tlsReason(error) ?? error.message;
