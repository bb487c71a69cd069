// TLS in front of a plain server on loopback, for tests of clients: the certificate can be exchanged.
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { createServer, type TLSSocket } from "node:tls";
import type { CertificateFiles } from "../../../packages/baton/src/lab/certificates.ts";
import { closeServer, listenOn } from "../../../packages/baton/src/sys/sockets.ts";

export interface TlsFront {
  /** `https://127.0.0.1:PORT` */
  readonly base: string;
  /** From the next connection on. */
  show(files: CertificateFiles): Promise<void>;
  close(): Promise<void>;
}

const pairOf = async ({ certificate, key }: CertificateFiles) => ({
  cert: await readFile(certificate),
  key: await readFile(key),
});

/** `upstream`: `http://127.0.0.1:PORT`. */
export async function openTlsFront(upstream: string, files: CertificateFiles): Promise<TlsFront> {
  const sockets = new Set<TLSSocket>();
  const server = createServer(await pairOf(files), (socket) => {
    const inner = connect(Number(new URL(upstream).port), "127.0.0.1");
    sockets.add(socket);
    const end = () => {
      sockets.delete(socket);
      socket.destroy();
      inner.destroy();
    };
    for (const one of [socket, inner]) one.on("error", end).on("close", end);
    socket.pipe(inner).pipe(socket);
  });
  await listenOn(server, { address: "127.0.0.1", port: 0 });
  const { port } = server.address() as AddressInfo;
  return {
    base: `https://127.0.0.1:${port}`,
    async show(next) {
      server.setSecureContext(await pairOf(next));
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await closeServer(server);
    },
  };
}
