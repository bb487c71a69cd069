// What the router promises about bytes, bounds and its own beginning and end, on real sockets.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { answering, bulk, command, primary } from "./primary.fixture.ts";
import { openRouter } from "./router.ts";
import {
  MEBIBYTE,
  PONG,
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

/** Values of many sizes, from none to 100 KiB, that are 3 MiB in all. */
function values(): readonly string[] {
  const found: string[] = [];
  for (let left = 3 * MEBIBYTE, size = 0; left > 0; left -= size, size = (size * 7 + 3) % 102_401) {
    found.push(noise(size, `value ${found.length}`).toString("latin1"));
  }
  return found;
}

describe("bytes", () => {
  test("pass untouched in both directions, in chunks of any size", async () => {
    const opened = await router();
    opened.setRoute(routeTo(await primary("127.92.0.2")));
    const sent = Buffer.from(
      values()
        .map((value) => command("ECHO", value))
        .join(""),
      "latin1",
    );
    const expected = Buffer.from(values().map(bulk).join(""), "latin1");
    const { socket } = await client(opened);
    const received: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => received.push(chunk));
    for (let start = 0, size = 1; start < sent.length; start += size, size = (size * 7 + 3) % 65_537) {
      socket.write(sent.subarray(start, start + size));
    }
    await until("all bytes to come back", () => socket.bytesRead >= expected.length);
    expect(Buffer.concat(received).equals(expected)).toBe(true);
    expect(opened.stats()).toMatchObject({
      bytesFromClients: sent.length,
      bytesFromPrimary: expected.length,
    });
  });

  test("of commands without the protocol, in a line each, pass as they are", async () => {
    const found = await primary("127.92.0.2");
    const opened = await router();
    opened.setRoute(routeTo(found));
    const { socket, text } = await client(opened);
    socket.write("PING\r\n\r\n  set k v \nPING\r");
    socket.write("\n");
    await until("the answers", () => text() === "+PONG\r\n+OK\r\n+PONG\r\n");
    expect(found.seen).toEqual(["PING", "set k v", "PING"]);
  });

  test("wait in the kernel when the client reads slowly, and all arrive in the end", async () => {
    const reply = bulk(noise(MEBIBYTE, "value").toString("latin1"));
    const opened = await router();
    opened.setRoute(routeTo(await primary("127.92.0.2", answering({ GET: reply }))));
    const { socket } = await client(opened);
    socket.pause();
    socket.write(command("GET", "k").repeat(64));
    await quiet(() => opened.stats().bytesFromPrimary);
    // What the kernel keeps for four socket ends, with room to spare; far less than what there is to
    // send.
    expect(opened.stats().bytesFromPrimary).toBeGreaterThan(0);
    expect(opened.stats().bytesFromPrimary).toBeLessThan(24 * MEBIBYTE);
    const found = createHash("sha256");
    socket.on("data", (chunk: Buffer) => found.update(chunk)).resume();
    await until("all to arrive", () => socket.bytesRead === 64 * reply.length);
    const expected = createHash("sha256");
    for (let sent = 0; sent < 64; sent += 1) expected.update(reply, "latin1");
    expect(found.digest("hex")).toBe(expected.digest("hex"));
  });

  test.each([
    ["big commands", command("SET", "k", "x".repeat(MEBIBYTE)), 64],
    ["small commands", command("SET", "k", "x".repeat(100)).repeat(8192), 64],
  ])("wait in the kernel when the primary reads slowly: %s", async (_, piece, count) => {
    const found = await upstream("127.92.0.2", (socket) => socket.pause());
    const opened = await router();
    opened.setRoute(routeTo(found));
    const { socket } = await client(opened);
    for (let sent = 0; sent < count; sent += 1) socket.write(piece);
    await quiet(() => opened.stats().bytesFromClients);
    expect(opened.stats().bytesFromClients).toBeLessThan(24 * MEBIBYTE);
    found.sockets[0]?.resume();
    await until("all to arrive", () => found.sockets[0]?.bytesRead === count * piece.length);
  });

  test("of an answer reach a client that has closed its sending half", async () => {
    const found = await upstream("127.92.0.2", (socket) => {
      socket.on("end", () => socket.end("+PONG\r\n")).resume();
    });
    const opened = await router();
    opened.setRoute(routeTo(found));
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

  test("connects from the address it is given", async () => {
    const found = await primary("127.92.0.2");
    const opened = await router({ sourceAddress: "127.92.0.9" });
    opened.setRoute(routeTo(found));
    const { socket, text } = await client(opened);
    socket.write(SOME_BYTES);
    await until("the answer", () => text() === PONG);
    expect(found.sockets[0]?.remoteAddress).toBe("127.92.0.9");
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
    const found = await primary("127.92.0.2");
    const opened = await router();
    const held = await client(opened);
    await until("the client to be held", () => opened.stats().held === 1);
    await opened.close();
    await until("the reset", () => held.error() === "ECONNRESET");
    const again = await router({ listen: opened.address });
    again.setRoute(routeTo(found));
    const { socket, text, error } = await client(again);
    socket.write(SOME_BYTES);
    await until("the answer", () => text() === PONG);
    await again.close();
    await until("the reset", () => error() === "ECONNRESET");
    await until("the end of the primary's connection", () => found.sockets[0]?.destroyed === true);
    expect(again.stats()).toMatchObject({ sessions: 0, held: 0, cut: 1 });
  });
});
