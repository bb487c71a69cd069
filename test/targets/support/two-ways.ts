// One address in front of several servers, each behind a prefix of the path: a door stands before one address
// only.
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { closeServer, listenOn } from "../../../packages/baton/src/sys/sockets.ts";

export interface TwoWays {
  readonly base: string;
  close(): Promise<void>;
}

/** Prefixes with the server behind each, in the order in which they are tried; paths stay whole. */
export async function openTwoWays(ways: Readonly<Record<string, string>>): Promise<TwoWays> {
  const server = createServer((incoming, response) => {
    const { url = "/", method, headers } = incoming;
    const upstream = Object.entries(ways).find(([prefix]) => url.startsWith(prefix))?.[1] ?? "";
    const sent = httpRequest(new URL(url, upstream), { method, headers, agent: false });
    sent.once("error", () => incoming.socket.destroy());
    sent.once("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(sent);
  });
  await listenOn(server, { address: "127.0.0.1", port: 0 });
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await closeServer(server);
    },
  };
}
