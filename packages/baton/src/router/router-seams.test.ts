// What a session promises at the seams: between a hold and its end, a loss and a new connection, two halves.
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { answering, bulk, command, obedient, primary, session, silent } from "./primary.fixture.ts";
import { reset } from "./reset.ts";
import { client, closeAll, routeTo, until } from "./sockets.fixture.ts";

afterEach(closeAll);

describe("release", () => {
  test("lets a session that has no connection send what came during the hold", async () => {
    const { next, opened, send, move, received, greet } = await session();
    await greet();
    move();
    await opened.hold("a switchover is under way");
    const before = opened.stats().bytesFromClients;
    send("SET", "k", "v");
    await until("it to be read", () => opened.stats().bytesFromClients > before);
    expect(next.seen).toEqual([]);
    opened.release();
    await received("+PONG\r\n+OK\r\n");
  });

  test("lets a session go to the primary named during the hold, with what it had begun", async () => {
    const { next, opened, send, move, received, greet } = await session();
    await greet();
    await opened.hold("a switchover is under way");
    const before = opened.stats().bytesFromClients;
    send("SET", "k", "v");
    move();
    await until("it to be read", () => opened.stats().bytesFromClients > before);
    expect(next.seen).toEqual([]);
    opened.release();
    await received("+PONG\r\n+OK\r\n");
    expect(next.seen).toEqual(["SET k v"]);
  });

  test("is what new clients wait for, also when the same route is said again", async () => {
    const { old, opened, greet } = await session();
    await greet();
    await opened.hold("a switchover is under way");
    const other = await client(opened);
    other.socket.write(command("SET", "k", "v"));
    await until("it to be held", () => opened.stats().held === 1);
    opened.setRoute(routeTo(old));
    const third = await primary("127.92.0.5");
    // Time enough for a connection to be made, and for what it would carry.
    const probe = await client({ address: third });
    probe.socket.write(command("PING"));
    await until("an answer elsewhere", () => probe.text() === "+PONG\r\n");
    expect(old.seen).toEqual(["PING"]);
    opened.release();
    await until("the answer", () => other.text() === "+OK\r\n");
  });
});

describe("bounds", () => {
  test("is bounded with a primary that breaks off each time that it is asked the same", async () => {
    const hostile = await primary("127.92.0.6", (_, socket) => {
      reset(socket);
      return undefined;
    });
    const { opened, socket, send, text } = await session(obedient, { holdMs: 200 });
    opened.setRoute(routeTo(hostile, 2));
    send("GET", "k");
    await until("the end", () => socket.readableEnded || socket.destroyed);
    expect(text()).not.toContain("+");
    // With a pause between two attempts, however short the first ones are.
    expect(hostile.sockets.length).toBeLessThan(50);
  });
});

test("drained, it lets an open transaction come to its end", async () => {
  const answer = answering({ MULTI: "+OK\r\n", SET: "+QUEUED\r\n", EXEC: "*1\r\n+OK\r\n" });
  const { old, opened, send, received, socket } = await session(answer);
  send("MULTI");
  await received("+OK\r\n");
  const drained = opened.drain(60_000);
  send("SET", "k", "v");
  await received("+OK\r\n+QUEUED\r\n");
  send("EXEC");
  await received("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
  await drained;
  await until("the end", () => socket.readableEnded);
  expect(old.seen).toEqual(["MULTI", "SET k v", "EXEC"]);
});

describe("further", () => {
  test("hold: a connection that is lost meanwhile, with a read owed, is made anew afterwards", async () => {
    const { old, opened, send, received } = await session(silent);
    send("GET", "k");
    await until("it to arrive", () => old.seen.length === 1);
    const held = opened.hold("a switchover is under way");
    old.answer = answering({ GET: bulk("v") });
    old.sockets.forEach(reset);
    await until("the loss", () => opened.stats().moved === 1);
    await held;
    expect(old.seen).toHaveLength(1);
    opened.release();
    await received(bulk("v"));
  });

  test("hold: lets a transaction end whose WATCH was not answered yet", async () => {
    const answer = answering({ MULTI: "+OK\r\n", SET: "+QUEUED\r\n", EXEC: "*1\r\n+OK\r\n" });
    const { old, opened, send, received } = await session(silent);
    send("WATCH", "k");
    await until("it to arrive", () => old.seen.length === 1);
    const held = opened.hold("a switchover is under way");
    old.sockets[0]?.write("+OK\r\n");
    old.answer = answer;
    await received("+OK\r\n");
    send("MULTI");
    send("SET", "k", "v");
    send("EXEC");
    await received("+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
    await expect(held).resolves.toBe(true);
  });

  test("login: is sent only when no reply is owed, as command-effects.ts demands", async () => {
    const { old, opened, socket, received } = await session(silent);
    socket.write(command("GET", "k") + command("AUTH", "secret"));
    await until("both to be read", () => opened.stats().bytesFromClients > 0);
    await until("the first to arrive", () => old.seen.length > 0);
    expect(old.seen).toEqual(["GET k"]);
    old.sockets[0]?.write("$-1\r\n");
    await received("$-1\r\n");
    await until("the login", () => old.seen.length === 2);
  });

  test("half-close: a moved session's last command is answered, its client's half being closed", async () => {
    const { next, socket, greet, text, move } = await session();
    await greet();
    move();
    socket.end(command("SET", "k", "v"));
    await once(socket, "end");
    expect([text(), next.seen]).toEqual(["+PONG\r\n+OK\r\n", ["SET k v"]]);
  });
});
