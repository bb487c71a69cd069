// What a balancer does in front of a router, and what the router's access log makes of it.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Endpoint } from "../../../packages/baton/src/cluster/types.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";

/** A PROXY header, version 2, for the client 192.0.2.7:40000. */
const HEADER = Buffer.concat([
  Buffer.from("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", "latin1"),
  Buffer.from([192, 0, 2, 7, 192, 0, 2, 1, 0x9c, 0x40, 0x18, 0xec]),
]);

/** Sends the header in two pieces. */
export function connectBehind({ address: host, port }: Endpoint): Socket {
  const socket = connect({ host, port });
  socket.write(HEADER.subarray(0, 16));
  socket.write(HEADER.subarray(16));
  return socket;
}

/** All that a client hears that sends a command, and no header, until it is closed. */
export async function heardWithoutHeader({ address: host, port }: Endpoint): Promise<string> {
  const socket = connect({ host, port });
  let heard = "";
  socket.on("data", (chunk: Buffer) => (heard += chunk.toString())).on("error", () => undefined);
  socket.write("PING\r\n");
  await once(socket, "close");
  return heard;
}

/** The access log in what a process has printed, once there are so many lines, by port. */
export async function loggedSessions(out: () => string, count: number) {
  const look = () => {
    const lines = out()
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"));
    return lines.length === count ? seen(lines) : missing(`${lines.length} lines`);
  };
  const lines = await waitFor(`${count} sessions to be logged`, look, { withinMs: 10_000 });
  const sessions = lines.map((line) => JSON.parse(line) as { readonly port: string });
  return sessions.toSorted((one, other) => one.port.localeCompare(other.port));
}
