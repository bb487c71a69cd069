import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../sys/clock.ts";
import { askCluster } from "./ask.ts";
import { askRedis } from "./ask-redis.ts";

const open: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of open.splice(0)) server.close();
});

async function stranger(
  answer: (socket: Socket, asked: Buffer) => void,
): Promise<{ address: string; port: number }> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", (asked: Buffer) => answer(socket, asked));
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const place = server.address();
  if (place === null || typeof place === "string") throw new Error("no port");
  return { address: "127.0.0.1", port: place.port };
}

const ask = async (place: { address: string; port: number }) => {
  const { signal } = new AbortController();
  return await askRedis(place, {}, { clock: systemClock, signal, patienceMs: 500 });
};

/** The beginning of a text of a gigabyte, and then as much of it as anybody takes. */
function flood(socket: Socket): void {
  const piece = "x".repeat(1 << 20);
  socket.write(`$${String(1 << 30)}\r\n`);
  const more = () => {
    while (socket.write(piece));
  };
  socket.on("drain", more);
  more();
}

test("whoever answers without an end is left after 8 MB", async () => {
  const place = await stranger(flood);
  expect(await ask(place)).toEqual({ ...place, silence: "answered with more than 8388608 bytes" });
});

test("whoever takes the question and says nothing is silent after the deadline", async () => {
  const place = await stranger(() => undefined);
  expect(await ask(place)).toEqual({ ...place, silence: "no answer in time" });
});

test("whoever speaks another protocol is told apart, in one line without control characters", async () => {
  const place = await stranger((socket) => socket.write("HTTP/1.1 400 \u001b[2J\r\n\r\n"));
  expect(await ask(place)).toEqual({ ...place, silence: "answers what is not Redis' protocol" });
});

test("whoever answers INFO with a list answers nonsense", async () => {
  // The client library introduces itself first; every command gets the same answer.
  const place = await stranger((socket, asked) => {
    const reply = (text: string) =>
      socket.write("*1\r\n+\u001b[2J\r\n".repeat(text.split("*").length - 1));
    reply(asked.toString("latin1"));
    socket.on("data", (more: Buffer) => reply(more.toString("latin1")));
  });
  expect(await ask(place)).toMatchObject({
    silence: expect.stringMatching(/^answers nonsense: .*INFO/) as string,
  });
});

test("the search ends at once when it is interrupted", async () => {
  const controller = new AbortController();
  controller.abort(new Error("enough"));
  const sentinels = [await stranger(() => undefined)];
  const asked = askCluster({ sentinels, clock: systemClock, signal: controller.signal });
  await expect(asked).rejects.toThrow("enough");
});
