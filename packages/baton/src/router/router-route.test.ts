// What the router promises about routes: nobody on a node that is not the primary, and who comes too
// early is held.
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { InvariantBroken } from "../errors.ts";
import { answering, bulk, command, obedient, primary, session, silent } from "./primary.fixture.ts";
import {
  MEBIBYTE,
  PONG,
  SOME_BYTES,
  client,
  closeAll,
  freePort,
  noRoute,
  noise,
  quiet,
  routeTo,
  router,
  until,
} from "./sockets.fixture.ts";

afterEach(closeAll);

describe("a client that comes while there is no primary", () => {
  test("is held, and its first bytes reach the primary that comes", async () => {
    const found = await primary("127.92.0.2");
    const opened = await router();
    const { socket, text } = await client(opened);
    socket.write(SOME_BYTES);
    await until("the client to be held", () => opened.stats().held === 1);
    opened.setRoute(noRoute("the Sentinels vote"));
    expect(opened.stats()).toMatchObject({ held: 1, sessions: 1, routeChanges: 0 });
    opened.setRoute(routeTo(found));
    await until("the answer", () => text() === PONG);
    socket.write(command("SET", "k", "v"));
    await until("the second answer", () => text() === `${PONG}+OK\r\n`);
    expect(opened.stats()).toMatchObject({ held: 0, sessions: 1, released: 1, routeChanges: 1 });
  });

  test("may send more than is read ahead, and nothing of it is lost", async () => {
    const found = await primary("127.92.0.2");
    const opened = await router();
    const { socket, text } = await client(opened);
    const values = Array.from({ length: 64 }, (_, index) =>
      noise(16 * 1024, `early ${index}`).toString("latin1"),
    );
    socket.write(values.map((value) => command("ECHO", value)).join(""), "latin1");
    await quiet(() => opened.stats().bytesFromClients);
    expect(opened.stats().bytesFromClients).toBeLessThan(256 * 1024);
    opened.setRoute(routeTo(found));
    const expected = values.map(bulk).join("");
    await until("all to come back", () => text().length === expected.length);
    expect(text()).toBe(expected);
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
    const found = await primary("127.92.0.2");
    const opened = await router();
    const { socket } = await client(opened);
    socket.write(SOME_BYTES);
    await until("the client to be held", () => opened.stats().held === 1);
    socket.destroy();
    await until("the client to be forgotten", () => opened.stats().sessions === 0);
    opened.setRoute(routeTo(found));
    const { socket: other, text } = await client(opened);
    other.write(command("ECHO", "alive"));
    await until("the answer of another client", () => text() === bulk("alive"));
    expect(found.seen).toEqual(["ECHO alive"]);
    expect(opened.stats()).toMatchObject({ held: 0, released: 0 });
  });
});

describe("a primary that takes no connection", () => {
  test("is not what a primary is called because the router's process stalled", async () => {
    const found = await primary("127.92.0.2");
    const opened = await router({ connectMs: 20 });
    const { socket, text } = await client(opened);
    socket.write(SOME_BYTES);
    await until("the client to be held", () => opened.stats().held === 1);
    opened.setRoute(routeTo(found));
    const stallEndMs = performance.now() + 60;
    while (performance.now() < stallEndMs);
    await until("the answer", () => text() === PONG);
    expect(found.sockets).toHaveLength(1);
  });

  test("is tried again within the hold", async () => {
    const port = await freePort("127.92.0.3");
    const opened = await router();
    opened.setRoute(routeTo({ address: "127.92.0.3", port }));
    const { socket, text } = await client(opened);
    socket.write(SOME_BYTES);
    await until("the client to be held", () => opened.stats().held === 1);
    await primary("127.92.0.3", obedient, port);
    await until("the answer", () => text() === PONG);
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
    const found = await primary("127.92.0.4");
    const opened = await router();
    opened.setRoute(routeTo(dead, 1));
    const { socket, text } = await client(opened);
    socket.write(SOME_BYTES);
    await until("the client to be held", () => opened.stats().held === 1);
    opened.setRoute(routeTo(found, 2));
    await until("the answer", () => text() === PONG);
  });
});

describe("a route that changes", () => {
  test("resets a session whose write is owed a reply, on both sides; new ones go to the next", async () => {
    const { old, next, opened, send, move, reset } = await session(silent);
    send("SET", "k", "v");
    await until("it to arrive", () => old.seen.length === 1);
    let fate: string | undefined;
    old.sockets[0]?.on("error", (error: NodeJS.ErrnoException) => {
      fate = error.code;
    });
    move();
    await reset();
    await until("the reset at the primary", () => fate === "ECONNRESET");
    expect(opened.stats()).toMatchObject({ sessions: 0, cut: 1, routeChanges: 2 });
    const { socket, text } = await client(opened);
    socket.write(SOME_BYTES);
    await until("the answer", () => text() === PONG);
    expect([old.seen, next.seen]).toEqual([["SET k v"], ["PING"]]);
  });

  test("to none resets it, too", async () => {
    const { old, opened, send, reset } = await session(silent);
    send("SET", "k", "v");
    await until("it to arrive", () => old.seen.length === 1);
    opened.setRoute(noRoute("the primary is down"));
    await reset();
    expect(opened.stats()).toMatchObject({ sessions: 0, cut: 1 });
  });

  test("resets a client that does not read", async () => {
    const { old, opened, send, socket, error } = await session(
      answering({ GET: bulk("x".repeat(32 * MEBIBYTE)) }),
    );
    socket.pause();
    send("GET", "k");
    await quiet(() => opened.stats().bytesFromPrimary);
    opened.setRoute(noRoute("the primary is down"));
    await until("the primary's connection to be over", () => old.sockets[0]?.destroyed === true);
    socket.resume();
    // A paused reader may find the end of the stream where another would find the reset.
    await until("the end", () => socket.readableEnded || error() === "ECONNRESET");
    expect(socket.bytesRead).toBeLessThan(32 * MEBIBYTE);
  });

  test("leaves sessions alone when only the epoch or its confirmation is new", async () => {
    const { old, opened, send, greet, received } = await session();
    await greet();
    opened.setRoute(routeTo(old, 1, false));
    opened.setRoute(routeTo(old, 1, true));
    opened.setRoute(routeTo(old, 2, true));
    send("SET", "k", "v");
    await received(`${PONG}+OK\r\n`);
    expect(old.sockets).toHaveLength(1);
    expect(opened.stats()).toMatchObject({ sessions: 1, cut: 0, moved: 0, routeChanges: 1 });
  });

  test("to an older epoch is refused as a bug, and is taken only by way of none", async () => {
    const { old, next, opened, send, greet, received } = await session();
    opened.setRoute(routeTo(old, 7));
    await greet();
    for (const confirmed of [true, false]) {
      expect(() => opened.setRoute(routeTo(next, 6, confirmed))).toThrow(InvariantBroken);
    }
    send("SET", "k", "1");
    await received(`${PONG}+OK\r\n`);
    expect(opened.stats().route).toEqual(routeTo(old, 7));
    opened.setRoute(noRoute("withdrawn"));
    opened.setRoute(routeTo(next, 6));
    send("SET", "k", "2");
    await received(`${PONG}+OK\r\n+OK\r\n`);
    expect([old.seen, next.seen]).toEqual([["PING", "SET k 1"], ["SET k 2"]]);
  });
});
