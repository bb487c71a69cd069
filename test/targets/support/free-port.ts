// A port of loopback that nobody listens on, for programs that cannot be asked to take any.
import { type AddressInfo, createServer } from "node:net";
import { closeServer, listenOn } from "../../../packages/baton/src/sys/sockets.ts";

export async function freePort(): Promise<number> {
  const server = createServer();
  await listenOn(server, { address: "127.0.0.1", port: 0 });
  const { port } = server.address() as AddressInfo;
  await closeServer(server);
  return port;
}
