// What the router promises about routes: nobody on a node that is not the primary, and who comes too
// early is held.
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { InvariantBroken } from "../errors.ts";
import type { Router } from "./router.ts";
import {
  MEBIBYTE,
  SOME_BYTES,
  type Upstream,
  client,
  closeAll,
  echo,
  freePort,
  noRoute,
  noise,
  quiet,
  routeTo,
  router,
  until,
  upstream,
} from "./sockets.fixture.ts";

afterEach(closeAll);

describe("a client that comes while there is no primary", () => {
  test("is held, and its first bytes reach the primary that comes", async () => {
    const primary = await upstream("127.92.0.2", echo);
    const opened = await router();
    const { socket, text } = await client(opened);
    socket.write(SOME_BYTES);
    await until("the client to be held", () => opened.stats().held === 1);
    opened.setRoute(noRoute("the Sentinels vote"));
    expect(opened.stats()).toMatchObject({ held: 1, sessions: 1, routeChanges: 0 });
    opened.setRoute(routeTo(primary));
    await until("the echo", () => text() === SOME_BYTES);
    socket.write("more");
    await until("the second echo", () => text() === `${SOME_BYTES}more`);
    expect(opened.stats()).toMatchObject({ held: 0, sessions: 1, released: 1, routeChanges: 1 });
  });

  test("may send more than is read ahead, and nothing of it is lost", async () => {
    const primary = await upstream("127.92.0.2", echo);
    const opened = await router();
    const { socket, text } = await client(opened);
    const sent = noise(MEBIBYTE, "early");
    socket.write(sent);
    await quiet(() => opened.stats().bytesFromClients);
    expect(opened.stats().bytesFromClients).toBeLessThan(256 * 1024);
    opened.setRoute(routeTo(primary));
    await until("all to come back", () => text().length === sent.length);
    expect(text()).toBe(sent.toString("latin1"));
  });

  test("is told to try again when no primary came in time, and why", async () => {
    const opened = await router({ holdMs: 60 });
    opened.setRoute(noRoute("1 of 3 Sentinels\r\nanswers"));
    const { socket, text, error } = await client(opened);
    socket.write(SOME_BYTES);
    await once(socket, "end");
    expect(text()).toBe("-TRYAGAIN baton: no primary for 60 ms: 1 of 3 Sentinels answers\r\n");
    expect(error()).toBeUndefined();
    expect(opened.stats()).toMatchObject({
      sessions: 0,
      held: 0,
      refused: { holdTime: 1, holdSessions: 0 },
    });
  });

  test("is told so at once when as many wait as may", async () => {
    const opened = await router({ holdSessions: 1 });
    await client(opened);
    await until("the first client to be held", () => opened.stats().held === 1);
    const { socket, text } = await client(opened);
    await once(socket, "end");
    expect(text()).toBe(
      "-TRYAGAIN baton: 1 clients wait for a primary already: the router has just started\r\n",
    );
    expect(opened.stats()).toMatchObject({
      sessions: 1,
      held: 1,
      refused: { holdTime: 0, holdSessions: 1 },
    });
  });

  test("is forgotten when it leaves, and what it had sent is never executed", async () => {
    const primary = await upstream("127.92.0.2", echo);
    const opened = await router();
    const { socket } = await client(opened);
    socket.write(SOME_BYTES);
    await until("the client to be held", () => opened.stats().held === 1);
    socket.destroy();
    await until("the client to be forgotten", () => opened.stats().sessions === 0);
    opened.setRoute(routeTo(primary));
    const { socket: other, text } = await client(opened);
    other.write("alive");
    await until("the echo of another client", () => text() === "alive");
    expect(primary.sockets).toHaveLength(1);
    expect(opened.stats()).toMatchObject({ held: 0, released: 0 });
  });
});

describe("a primary that takes no connection", () => {
  test("is not what a primary is called because the router's process stalled", async () => {
    const primary = await upstream("127.92.0.2", echo);
    const opened = await router({ connectMs: 20 });
    const { socket, text } = await client(opened);
    socket.write(SOME_BYTES);
    await until("the client to be held", () => opened.stats().held === 1);
    opened.setRoute(routeTo(primary));
    const stallEndMs = performance.now() + 60;
    while (performance.now() < stallEndMs);
    await until("the echo", () => text() === SOME_BYTES);
    expect(primary.sockets).toHaveLength(1);
  });

  test("is tried again within the hold", async () => {
    const port = await freePort("127.92.0.3");
    const opened = await router();
    opened.setRoute(routeTo({ address: "127.92.0.3", port }));
    const { socket, text } = await client(opened);
    socket.write(SOME_BYTES);
    await until("the client to be held", () => opened.stats().held === 1);
    await upstream("127.92.0.3", echo, port);
    await until("the echo", () => text() === SOME_BYTES);
    expect(opened.stats()).toMatchObject({ held: 0, released: 1 });
  });

  test("is named to the client when the hold is over", async () => {
    const port = await freePort("127.92.0.3");
    const opened = await router({ holdMs: 60 });
    opened.setRoute(routeTo({ address: "127.92.0.3", port }));
    const { socket, text } = await client(opened);
    await once(socket, "end");
    const where = `127.92.0.3:${port}`;
    const why = `the primary ${where} takes no connection (connect ECONNREFUSED ${where})`;
    expect(text()).toBe(`-TRYAGAIN baton: no primary for 60 ms: ${why}\r\n`);
  });

  test("is given up at once for the next one", async () => {
    const dead = { address: "127.92.0.3", port: await freePort("127.92.0.3") };
    const primary = await upstream("127.92.0.4", echo);
    const opened = await router();
    opened.setRoute(routeTo(dead, 1));
    const { socket, text } = await client(opened);
    socket.write(SOME_BYTES);
    await until("the client to be held", () => opened.stats().held === 1);
    opened.setRoute(routeTo(primary, 2));
    await until("the echo", () => text() === SOME_BYTES);
  });
});

describe("a route that changes", () => {
  async function session(opened: Router, primary: Upstream) {
    const found = await client(opened);
    found.socket.write("first");
    await until("the echo", () => found.text() === "first");
    const there = primary.sockets.at(-1);
    if (there === undefined) throw new Error("no connection at the primary");
    let fate: string | undefined;
    there.on("error", (error: NodeJS.ErrnoException) => {
      fate = error.code;
    });
    return { ...found, fate: () => fate };
  }

  test("resets the sessions of the old primary, on both sides", async () => {
    const old = await upstream("127.92.0.2", echo);
    const next = await upstream("127.92.0.4", echo);
    const opened = await router();
    opened.setRoute(routeTo(old, 1));
    const { error, fate } = await session(opened, old);
    opened.setRoute(routeTo(next, 2, false));
    await until("both resets", () => error() === "ECONNRESET" && fate() === "ECONNRESET");
    expect(opened.stats()).toMatchObject({ sessions: 0, cut: 1, routeChanges: 2 });
    await session(opened, next);
    expect(old.sockets).toHaveLength(1);
  });

  test("to none resets them, too", async () => {
    const primary = await upstream("127.92.0.2", echo);
    const opened = await router();
    opened.setRoute(routeTo(primary));
    const { error } = await session(opened, primary);
    opened.setRoute(noRoute("the primary is down"));
    await until("the reset", () => error() === "ECONNRESET");
    expect(opened.stats()).toMatchObject({ sessions: 0, cut: 1 });
  });

  test("resets a client that does not read", async () => {
    const primary = await upstream("127.92.0.2", (socket) => {
      socket.write(Buffer.alloc(32 * MEBIBYTE));
    });
    const opened = await router();
    opened.setRoute(routeTo(primary));
    const { socket, error } = await client(opened);
    socket.pause();
    await quiet(() => opened.stats().bytesFromPrimary);
    opened.setRoute(noRoute("the primary is down"));
    await until("the primary's connection to be over", () => primary.sockets[0]?.destroyed === true);
    socket.resume();
    // A paused reader may find the end of the stream where another would find the reset.
    await until("the end", () => socket.readableEnded || error() === "ECONNRESET");
    expect(socket.bytesRead).toBeLessThan(32 * MEBIBYTE);
  });

  test("leaves sessions alone when only the epoch or its confirmation is new", async () => {
    const primary = await upstream("127.92.0.2", echo);
    const opened = await router();
    opened.setRoute(routeTo(primary, 1, false));
    const { socket, text } = await session(opened, primary);
    opened.setRoute(routeTo(primary, 1, true));
    opened.setRoute(routeTo(primary, 2, true));
    socket.write(" second");
    await until("the second echo", () => text() === "first second");
    expect(opened.stats()).toMatchObject({ sessions: 1, cut: 0, routeChanges: 1 });
  });

  test("to an older epoch is refused as a bug, and is taken only by way of none", async () => {
    const primary = await upstream("127.92.0.2", echo);
    const other = await upstream("127.92.0.4", echo);
    const opened = await router();
    opened.setRoute(routeTo(primary, 7));
    const { socket, text } = await session(opened, primary);
    for (const confirmed of [true, false]) {
      expect(() => opened.setRoute(routeTo(other, 6, confirmed))).toThrow(InvariantBroken);
    }
    socket.write(" second");
    await until("the second echo", () => text() === "first second");
    expect(opened.stats().route).toEqual(routeTo(primary, 7));
    opened.setRoute(noRoute("withdrawn"));
    opened.setRoute(routeTo(other, 6));
    await session(opened, other);
  });
});
