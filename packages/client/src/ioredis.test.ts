// The adapter for ioredis in the moment in which the server has said goodbye and ioredis does not know yet.
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Redis, ReplyError } from "ioredis";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openClient } from "./client.ts";
import { ioredis } from "./ioredis.ts";

let server: Server;
let sockets: Socket[];
beforeEach(async () => {
  sockets = [];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.on("data", () => socket.write("+OK\r\n"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

test("a call between the server's goodbye and the end of the connection gives an outcome", async () => {
  const { port } = server.address() as AddressInfo;
  const client = openClient({
    library: ioredis({ Redis, ReplyError }),
    router: { host: "127.0.0.1", port },
  });
  try {
    let native: Redis | undefined;
    const first = await client.run((redis) => {
      native = redis;
      return redis.set("a", "1");
    });
    expect(first.kind).toBe("done");
    const goodbye = once(native?.stream ?? server, "end");
    for (const socket of sockets) socket.end();
    await goodbye;
    // ioredis learns of it with "close", a moment later.
    expect(native?.status).toBe("ready");
    const second = await client.run((redis) => redis.set("a", "2"), { retryForMs: 0 });
    expect(second.kind === "done" ? second.value : second.kind).toBe("OK");
  } finally {
    client.close();
  }
});
