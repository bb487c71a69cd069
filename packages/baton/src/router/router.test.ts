// What the router promises about bytes, bounds and its own beginning and end, on real sockets.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { openRouter } from "./router.ts";
import {
  MEBIBYTE,
  ROUTER,
  SOME_BYTES,
  client,
  closeAll,
  echo,
  noise,
  quiet,
  routeTo,
  router,
  until,
  upstream,
} from "./sockets.fixture.ts";

afterEach(closeAll);

describe("bytes", () => {
  test("pass untouched in both directions, in chunks of any size", async () => {
    const primary = await upstream("127.92.0.2", echo);
    const opened = await router();
    opened.setRoute(routeTo(primary));
    const sent = noise(3 * MEBIBYTE, "chunks");
    const { socket } = await client(opened);
    const received: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => received.push(chunk));
    for (let start = 0, size = 1; start < sent.length; start += size, size = (size * 7 + 3) % 65_537) {
      socket.write(sent.subarray(start, start + size));
    }
    await until("all bytes to come back", () => socket.bytesRead >= sent.length);
    expect(Buffer.concat(received).equals(sent)).toBe(true);
    expect(opened.stats()).toMatchObject({
      bytesFromClients: sent.length,
      bytesFromPrimary: sent.length,
    });
  });

  test("wait in the kernel when the client reads slowly, and all arrive in the end", async () => {
    const value = noise(MEBIBYTE, "value");
    const primary = await upstream("127.92.0.2", (socket) => {
      for (let sent = 0; sent < 64; sent += 1) socket.write(value);
      socket.end();
    });
    const opened = await router();
    opened.setRoute(routeTo(primary));
    const { socket } = await client(opened);
    socket.pause();
    await quiet(() => opened.stats().bytesFromPrimary);
    // What the kernel keeps for four socket ends, with room to spare; far less than what there is to
    // send.
    expect(opened.stats().bytesFromPrimary).toBeGreaterThan(0);
    expect(opened.stats().bytesFromPrimary).toBeLessThan(24 * MEBIBYTE);
    const found = createHash("sha256");
    socket.on("data", (chunk: Buffer) => found.update(chunk)).resume();
    await once(socket, "end");
    const expected = createHash("sha256");
    for (let sent = 0; sent < 64; sent += 1) expected.update(value);
    expect(found.digest("hex")).toBe(expected.digest("hex"));
  });

  test("wait in the kernel when the primary reads slowly", async () => {
    const primary = await upstream("127.92.0.2", (socket) => socket.pause());
    const opened = await router();
    opened.setRoute(routeTo(primary));
    const { socket } = await client(opened);
    const value = noise(MEBIBYTE, "value");
    for (let sent = 0; sent < 64; sent += 1) socket.write(value);
    await quiet(() => opened.stats().bytesFromClients);
    expect(opened.stats().bytesFromClients).toBeLessThan(24 * MEBIBYTE);
    primary.sockets[0]?.resume();
    await until("all bytes to arrive", () => primary.sockets[0]?.bytesRead === 64 * MEBIBYTE);
  });

  test("of an answer reach a client that has closed its sending half", async () => {
    const primary = await upstream("127.92.0.2", (socket) => {
      socket.on("end", () => socket.end("+PONG\r\n")).resume();
    });
    const opened = await router();
    opened.setRoute(routeTo(primary));
    const { socket, text } = await client(opened);
    socket.end(SOME_BYTES);
    await once(socket, "close");
    expect(text()).toBe("+PONG\r\n");
    await until("the session to be forgotten", () => opened.stats().sessions === 0);
  });
});

describe("the router", () => {
  test("refuses more clients than it may have in all", async () => {
    const opened = await router({ sessionsMax: 1 });
    await client(opened);
    const { socket, text } = await client(opened);
    await once(socket, "end");
    expect(text()).toBe("-TRYAGAIN baton: 1 clients are connected already\r\n");
    expect(opened.stats()).toMatchObject({ sessions: 1, refused: { sessions: 1 } });
  });

  test("ends a client's connection when the primary ends it, after what it had answered", async () => {
    const primary = await upstream("127.92.0.2", (socket) => socket.end("last words"));
    const opened = await router();
    opened.setRoute(routeTo(primary));
    const { socket, text } = await client(opened);
    await once(socket, "end");
    expect(text()).toBe("last words");
    await until("the session to be forgotten", () => opened.stats().sessions === 0);
    expect(opened.stats().cut).toBe(0);
  });

  test("connects from the address it is given", async () => {
    const primary = await upstream("127.92.0.2", (socket) => socket.end(String(socket.remoteAddress)));
    const opened = await router({ sourceAddress: "127.92.0.9" });
    opened.setRoute(routeTo(primary));
    const { socket, text } = await client(opened);
    await once(socket, "end");
    expect(text()).toBe("127.92.0.9");
  });

  test("says which port is taken when it cannot listen", async () => {
    const { address, port } = await upstream(ROUTER, echo);
    const opening = openRouter({ listen: { address, port }, holdMs: 1, holdSessions: 1 });
    await expect(opening).rejects.toMatchObject({
      code: "PORT_BUSY",
      message: `the router's ${ROUTER}:${port}: another process listens there already`,
    });
  });

  test("says so when the address is not one of this machine", async () => {
    const opening = openRouter({
      listen: { address: "192.0.2.1", port: 0 },
      holdMs: 1,
      holdSessions: 1,
    });
    await expect(opening).rejects.toMatchObject({ code: "UNABLE" });
  });

  test("ends everything when it closes: the sessions, the held, and the port", async () => {
    const primary = await upstream("127.92.0.2", echo);
    const opened = await router();
    const held = await client(opened);
    await until("the client to be held", () => opened.stats().held === 1);
    await opened.close();
    await until("the reset", () => held.error() === "ECONNRESET");
    const again = await router({ listen: opened.address });
    again.setRoute(routeTo(primary));
    const { socket, text, error } = await client(again);
    socket.write(SOME_BYTES);
    await until("the echo", () => text() === SOME_BYTES);
    await again.close();
    await until("the reset", () => error() === "ECONNRESET");
    await until("the end of the primary's connection", () => primary.sockets[0]?.destroyed === true);
    expect(again.stats()).toMatchObject({ sessions: 0, held: 0, cut: 1 });
  });
});
