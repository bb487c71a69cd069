// What the router promises when one side breaks off or talks nonsense, and about the bounds of one session.
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { answering, bulk, command, obedient, session, silent } from "./primary.fixture.ts";
import { reset } from "./reset.ts";
import { client, closeAll, quiet, routeTo, router, until, upstream } from "./sockets.fixture.ts";

afterEach(closeAll);

const GARBAGE = "*1\r\n!";
const COMPLAINT = "-ERR Protocol error: expected '$', got '!'\r\n";

describe("a primary that breaks off", () => {
  test("goes unnoticed by a client that is owed nothing", async () => {
    const { old, opened, send, greet, received, error } = await session();
    await greet();
    old.sockets.forEach(reset);
    await until("the loss", () => opened.stats().moved === 1);
    send("SET", "k", "v");
    await received("+PONG\r\n+OK\r\n");
    expect([old.sockets.length, old.seen, error()]).toEqual([2, ["PING", "SET k v"], undefined]);
    expect(opened.stats()).toMatchObject({ lost: 0, commands: 2 });
  });

  test("is told to a client whose write is owed a reply, after what it had answered", async () => {
    const { old, opened, socket, send, text } = await session(silent);
    send("SET", "k", "1");
    send("SET", "k", "2");
    await until("both to arrive", () => old.seen.length === 2);
    old.sockets[0]?.end("+OK\r\n");
    await once(socket, "end");
    expect([text(), old.sockets.length]).toEqual(["+OK\r\n", 1]);
    await until("the session to be forgotten", () => opened.stats().sessions === 0);
    expect(opened.stats()).toMatchObject({ cut: 0, moved: 0, lost: 1, commands: 2 });
  });

  test("is asked again for what only reads, over another connection", async () => {
    const { old, send, received, error } = await session(silent);
    send("GET", "k");
    await until("it to arrive", () => old.seen.length === 1);
    old.answer = answering({ GET: bulk("v") });
    old.sockets.forEach(reset);
    await received(bulk("v"));
    expect([old.seen, error()]).toEqual([["GET k", "GET k"], undefined]);
  });

  test("before the first command, with a word that nobody asked for, is handed on as it is", async () => {
    const words = "-ERR max number of clients reached\r\n";
    const full = await upstream("127.92.0.2", (socket) => socket.end(words));
    const opened = await router();
    opened.setRoute(routeTo(full));
    const { socket, text, error } = await client(opened);
    await once(socket, "end");
    expect([text(), error(), full.sockets.length]).toEqual([words, undefined, 1]);
    await until("the session to be forgotten", () => opened.stats().sessions === 0);
  });

  test("is no surprise to a client that has said QUIT", async () => {
    const quitting = await session((_, there) => void there.end("+OK\r\n"));
    const { old, opened, socket, send, text, error } = quitting;
    send("QUIT");
    await once(socket, "end");
    expect([text(), old.sockets.length, error()]).toEqual(["+OK\r\n", 1, undefined]);
    expect(opened.stats()).toMatchObject({ sessions: 0, lost: 0, commands: 1 });
  });

  test("within a reply ends the session, as the rest of it cannot be had elsewhere", async () => {
    const { old, socket, send, text } = await session(silent);
    send("GET", "k");
    await until("it to arrive", () => old.seen.length === 1);
    old.sockets[0]?.end("$10\r\n01234");
    await once(socket, "end");
    expect([text(), old.seen]).toEqual(["$10\r\n01234", ["GET k"]]);
  });

  test("is not taken up again once it has said what is no reply", async () => {
    const { old, opened, socket, send, text } = await session(silent);
    send("GET", "k");
    await until("it to arrive", () => old.seen.length === 1);
    old.sockets[0]?.write("HTTP/1.1 400 Bad Request\r\n");
    await once(socket, "end");
    expect([text(), old.sockets.length, opened.stats().sessions]).toEqual(["", 1, 0]);
    await until("the end at the primary", () => old.sockets[0]?.destroyed === true);
  });
});

describe("a client that talks nonsense", () => {
  test("gets the replies that it is owed, then what was wrong, then the end", async () => {
    const { old, opened, socket, text, error } = await session(silent);
    socket.write(command("SET", "k", "v") + command("GET", "k") + GARBAGE);
    await until("the commands to arrive", () => old.seen.length === 2);
    expect(text()).toBe("");
    old.sockets[0]?.write("+OK\r\n");
    await until("the first reply", () => text() === "+OK\r\n");
    old.sockets[0]?.write(bulk("v"));
    await once(socket, "end");
    expect([text(), error()]).toEqual([`+OK\r\n${bulk("v")}${COMPLAINT}`, undefined]);
    expect(opened.stats()).toMatchObject({ sessions: 0, garbage: 1, cut: 0 });
    expect(old.seen).toEqual(["SET k v", "GET k"]);
  });

  test("is told so at once when it is owed nothing, and the primary hears nothing of it", async () => {
    const { old, socket, text, greet } = await session();
    await greet();
    socket.write("*1\r\n$-5\r\n");
    await once(socket, "end");
    expect(text()).toMatch(/^\+PONG\r\n-ERR Protocol error: invalid bulk length: .*\r\n$/);
    expect(old.seen).toEqual(["PING"]);
    await until("the end at the primary", () => old.sockets[0]?.destroyed === true);
  });

  test("is told so within a command, too, of which a part was sent", async () => {
    const { old, socket, text, greet } = await session();
    await greet();
    socket.write(command("ECHO", "x".repeat(100_000)).slice(0, -2));
    await until("the first part to arrive", () => (old.sockets[0]?.bytesRead ?? 0) > 16 * 1024);
    socket.write("!!");
    await once(socket, "end");
    expect(text()).toMatch(/^\+PONG\r\n-ERR Protocol error: .*\r\n$/);
  });
});

describe("a client that closes its sending half", () => {
  test("gets the replies that it is owed", async () => {
    const { opened, socket, text, error } = await session((words) =>
      words[0] === "PING" ? "+PONG\r\n" : undefined,
    );
    socket.end(command("PING").repeat(100));
    await once(socket, "end");
    expect([text(), error()]).toEqual(["+PONG\r\n".repeat(100), undefined]);
    await until("the session to be forgotten", () => opened.stats().sessions === 0);
    expect(opened.stats()).toMatchObject({ lost: 0, commands: 100 });
  });
});

describe("a session's memory", () => {
  test("is bounded with thousands of commands under way whose replies change the session", async () => {
    const { old, opened, socket, received, greet } = await session();
    await greet();
    old.answer = silent;
    socket.write(command("SELECT", "1").repeat(20_000));
    await quiet(() => opened.stats().bytesFromClients);
    expect(opened.stats().bytesFromClients).toBeLessThan(256 * 1024);
    old.answer = obedient;
    old.sockets[0]?.write("+OK\r\n".repeat(old.seen.length - 1));
    await received(`+PONG\r\n${"+OK\r\n".repeat(20_000)}`);
    expect(old.seen).toHaveLength(20_001);
  });
});
