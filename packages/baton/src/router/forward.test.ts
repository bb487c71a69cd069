// What one side sends, and that it has ended, is what the other gets; also when it ended before.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { bareTable } from "./commands.ts";
import { forward } from "./forward.ts";
import { Traffic } from "./traffic.ts";

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** Both ends of a connection, each with its sending half open until it says otherwise. */
async function pair(): Promise<readonly [near: Socket, far: Socket]> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const near = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const [far] = (await once(server, "connection")) as [Socket];
  server.close();
  for (const socket of [near, far]) sockets.push(socket.on("error", () => undefined));
  return [near, far];
}

/**
 * A client whose end was read while nobody listened, as happens to an encrypted one: Node reads on in a
 * connection that it has to decrypt.
 */
async function goneBefore(): Promise<Socket> {
  const [client, ours] = await pair();
  client.end();
  ours.resume();
  await once(ours, "end");
  return ours.pause();
}

const endOf = async (socket: Socket): Promise<string> => {
  const ended = once(socket.resume(), "end").then(() => "ended");
  const { signal } = new AbortController();
  return await Promise.race([ended, systemClock.sleep(5_000, signal).then(() => "still open")]);
};

test("a side that has ended before ends the other", async () => {
  const client = await goneBefore();
  const [upstream, node] = await pair();
  forward(client, upstream);
  expect(await endOf(node)).toBe("ended");
});

test("a client that has ended before its primary was connected is not kept for ever", async () => {
  const client = await goneBefore();
  const [upstream, primary] = await pair();
  const traffic = new Traffic(client, {
    clock: systemClock,
    lookup: (name) => bareTable.lookup(name),
    requirement: () => ({ kind: "not-asked" }),
    onLost: () => undefined,
    onQuiet: () => undefined,
    onEnding: () => undefined,
    waited: () => undefined,
  });
  traffic.begin(upstream, []);
  expect(await endOf(primary)).toBe("ended");
});
