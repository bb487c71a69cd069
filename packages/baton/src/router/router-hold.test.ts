// What the router promises while it holds its clients for a switchover: nothing more is sent, what is owed
// still comes, and afterwards everything goes on in order, once.
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { answering, command, session, silent } from "./primary.fixture.ts";
import { client, closeAll, until } from "./sockets.fixture.ts";

afterEach(closeAll);

const NUMBERED = Array.from({ length: 1000 }, (_, number) => `SET key ${number}`);
const PIPELINE = NUMBERED.map((line) => command(...line.split(" "))).join("");

describe("hold", () => {
  test("sends nothing more, lets the replies come that are owed, and says when all have", async () => {
    const { old, opened, send, received, error } = await session(silent);
    send("SET", "k", "1");
    await until("the first to arrive", () => old.seen.length === 1);
    const held = opened.hold("a switchover is under way");
    send("SET", "k", "2");
    old.sockets[0]?.write("+OK\r\n");
    await received("+OK\r\n");
    expect([await held, old.seen]).toEqual([true, ["SET k 1"]]);
    opened.release();
    await until("the second to arrive", () => old.seen.length === 2);
    expect([old.seen[1], error()]).toEqual(["SET k 2", undefined]);
  });

  test("says no when a reply is owed for longer than a second", async () => {
    const { old, opened, send } = await session(silent);
    send("SET", "k", "1");
    await until("it to arrive", () => old.seen.length === 1);
    await expect(opened.hold("a switchover is under way")).resolves.toBe(false);
  });

  test.each([
    ["is idle", ["PING"], 1],
    ["is blocked", ["BLPOP", "list", "0"], 0],
    ["listens", ["SUBSCRIBE", "news"], 0],
    ["is tracked", ["CLIENT", "TRACKING", "ON"], 1],
  ] as const)("does not wait for a client that %s", async (_, words, answers) => {
    const { old, opened, send, text } = await session(answers === 0 ? silent : undefined);
    send(...words);
    await until("it to arrive", () => old.seen.length === 1);
    if (answers === 1) await until("the answer", () => text().endsWith("\r\n"));
    await expect(opened.hold("a switchover is under way")).resolves.toBe(true);
  });

  test("lets an open transaction come to its end, and nothing behind it", async () => {
    const answer = answering({ MULTI: "+OK\r\n", SET: "+QUEUED\r\n", EXEC: "*1\r\n+OK\r\n" });
    const { old, opened, send, received } = await session(answer);
    send("MULTI");
    await received("+OK\r\n");
    const held = opened.hold("a switchover is under way");
    send("SET", "k", "1");
    await received("+OK\r\n+QUEUED\r\n");
    send("EXEC");
    await received("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
    await expect(held).resolves.toBe(true);
    send("PING");
    opened.release();
    await received("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n+PONG\r\n");
    expect(old.seen).toEqual(["MULTI", "SET k 1", "EXEC", "PING"]);
  });

  test("lets a big command come to its end that was sent in part, and nothing behind it", async () => {
    const { old, opened, socket, received, greet } = await session();
    await greet();
    const big = command("SET", "k", "x".repeat(100_000));
    socket.write(big.slice(0, 90_000));
    await until("the first part to arrive", () => (old.sockets[0]?.bytesRead ?? 0) > 16 * 1024);
    const held = opened.hold("a switchover is under way");
    socket.write(big.slice(90_000) + command("PING"));
    await received("+PONG\r\n+OK\r\n");
    expect([await held, old.seen.length]).toEqual([true, 2]);
    opened.release();
    await received("+PONG\r\n+OK\r\n+PONG\r\n");
  });

  test("makes new clients wait until it is released, and then lets them through", async () => {
    const { opened, greet } = await session();
    await greet();
    await opened.hold("a switchover is under way");
    const other = await client(opened);
    other.socket.write(command("PING"));
    await until("it to be held", () => opened.stats().held === 1);
    opened.release();
    await until("the answer", () => other.text() === "+PONG\r\n");
    expect(opened.stats()).toMatchObject({ held: 0, released: 1, holds: { count: 1 } });
  });

  test("loses nothing of a client that closes its sending half meanwhile", async () => {
    const { old, opened, socket, greet, text } = await session();
    await greet();
    await opened.hold("a switchover is under way");
    socket.end(command("SET", "k", "v"));
    opened.release();
    await once(socket, "end");
    expect([text(), old.seen]).toEqual(["+PONG\r\n+OK\r\n", ["PING", "SET k v"]]);
  });

  test("sends nothing over a connection that is only being made, either", async () => {
    const { old, opened, send, received } = await session();
    send("SET", "k", "v");
    await expect(opened.hold("a switchover is under way")).resolves.toBe(true);
    await until("the connection", () => old.sockets.length === 1);
    const other = await client(opened);
    await until("another client to be held", () => opened.stats().held === 1);
    expect([old.seen, other.text()]).toEqual([[], ""]);
    opened.release();
    await received("+OK\r\n");
  });

  test("keeps back what was begun, and the rest of it, and sends it whole afterwards", async () => {
    const { old, opened, socket, received, greet } = await session();
    await greet();
    const whole = command("SET", "k", "v");
    socket.write(whole.slice(0, 9));
    await until("the beginning", () => opened.stats().bytesFromClients === command("PING").length + 9);
    await opened.hold("a switchover is under way");
    socket.write(whole.slice(9));
    opened.release();
    await received("+PONG\r\n+OK\r\n");
    expect(old.seen).toEqual(["PING", "SET k v"]);
  });
});

describe("a pipeline of numbered writes", () => {
  const SIZE = 997;

  /** Each piece ends somewhere within a command. */
  async function pour(write: (piece: string) => void, at: Readonly<Record<number, () => unknown>>) {
    for (let piece = 0; piece * SIZE < PIPELINE.length; piece += 1) {
      write(PIPELINE.slice(piece * SIZE, (piece + 1) * SIZE));
      await at[piece]?.();
      // Each piece shall arrive by itself.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  test("is executed once each and in order through a hold and its release", async () => {
    const { old, opened, socket, text, error, received, greet } = await session();
    await greet();
    await pour((piece) => socket.write(piece), {
      5: async () => expect(await opened.hold("a switchover is under way")).toBe(true),
      15: () => opened.release(),
      20: async () => expect(await opened.hold("another one")).toBe(true),
      21: () => opened.release(),
    });
    await received(`+PONG\r\n${"+OK\r\n".repeat(1000)}`);
    expect([old.seen.slice(1), error()]).toEqual([NUMBERED, undefined]);
    expect(text()).not.toContain("-");
  });

  test("is executed once each and in order by two primaries when the route changes meanwhile", async () => {
    const { old, next, opened, socket, error, move, received, greet } = await session();
    await greet();
    await pour((piece) => socket.write(piece), {
      5: async () => expect(await opened.hold("a switchover is under way")).toBe(true),
      9: move,
      12: () => opened.release(),
    });
    await received(`+PONG\r\n${"+OK\r\n".repeat(1000)}`);
    expect([...old.seen.slice(1), ...next.seen]).toEqual(NUMBERED);
    expect([old.seen.length > 1, next.seen.length > 1, error()]).toEqual([true, true, undefined]);
    expect(opened.stats()).toMatchObject({ sessions: 1, moved: 1, cut: 0 });
  });
});
