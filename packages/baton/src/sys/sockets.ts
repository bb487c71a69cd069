// Ports and names of this machine: listening with a clear error, looking whether a port is free, and
// locks that cannot be left behind.
import { createConnection, createServer, type Server } from "node:net";
import { BatonError } from "../errors.ts";

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

const SENTENCES: Readonly<Record<string, string>> = {
  EADDRINUSE: "another process has it",
  EACCES: "this user may not use it",
  EADDRNOTAVAIL: "this machine does not have the address",
  EMFILE: "this process has too many files open",
};

/** @throws BatonError PORT_BUSY with address and port. */
export async function listenOn(server: Server, { address, port }: SocketAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      const reason = SENTENCES[error.code ?? ""] ?? error.message;
      const message = `${address}:${port} cannot be listened on: ${reason}`;
      reject(new BatonError("PORT_BUSY", message, { cause: error, details: { address, port } }));
    };
    server.once("error", refuse);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off("error", refuse);
      resolve();
    });
  });
}

export async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}

/** The first of these that cannot be listened on, as an error to throw or to look past. */
export async function firstBusy(places: readonly SocketAddress[]): Promise<BatonError | undefined> {
  for (const place of places) {
    const server = createServer();
    try {
      await listenOn(server, place);
      await closeServer(server);
    } catch (error) {
      if (error instanceof BatonError) return error;
      throw error;
    }
  }
  return undefined;
}

/**
 * Holds a machine-wide name until released, or until this process ends in whatever way: the kernel
 * forgets an abstract socket with its owner, where a lock file would stay behind. Linux only.
 * @returns the release, or undefined while another process holds the name.
 */
export async function holdName(name: string): Promise<(() => Promise<void>) | undefined> {
  const server = createServer((socket) => socket.destroy());
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(`\0${name}`, resolve);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
    throw error;
  }
  server.unref();
  return () => closeServer(server);
}

/** Whether somebody listens there. Nothing is sent. */
export async function canConnect({ address, port }: SocketAddress, withinMs: number): Promise<boolean> {
  const socket = createConnection({ host: address, port, timeout: withinMs });
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("timeout", () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}
