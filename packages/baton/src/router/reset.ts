// Ending a connection with a reset, whether it is encrypted or not.
import type { Socket } from "node:net";

/** What carries an encrypted connection: Node resets only a TCP connection itself. */
const carriers = new WeakMap<Socket, Socket>();

/** To be said of every encrypted connection when it is made. */
export function carriedBy(encrypted: Socket, carrier: Socket): void {
  carriers.set(encrypted, carrier);
}

/**
 * The other side notices at once, even when it is blocked in a read, and the kernel drops what it has not
 * yet delivered. Nothing is said in TLS any more: a closing alert would have to wait behind all that.
 */
export function reset(socket: Socket): void {
  (carriers.get(socket) ?? socket).resetAndDestroy();
  socket.destroy();
}
