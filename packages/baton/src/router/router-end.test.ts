// How a router ends.
import { afterEach, expect, test } from "vitest";
import { session, silent } from "./primary.fixture.ts";
import { client, closeAll, until } from "./sockets.fixture.ts";

afterEach(closeAll);

test("drained, it takes nobody new, and ends those at once who are owed nothing", async () => {
  const { opened, greet, socket, error } = await session();
  await greet();
  const drained = opened.drain(60_000);
  await expect(client(opened)).rejects.toThrow("ECONNREFUSED");
  await drained;
  await until("the end", () => socket.readableEnded);
  expect([opened.stats().sessions, opened.stats().cut, error()]).toEqual([0, 0, undefined]);
});

test("drained, it ends the others behind the last reply that they are owed", async () => {
  const { old, opened, send, socket, text } = await session(silent);
  send("SET", "k", "1");
  send("SET", "k", "2");
  await until("both to arrive", () => old.seen.length === 2);
  const drained = opened.drain(60_000);
  old.sockets[0]?.write("+OK\r\n");
  await until("the first reply", () => text() === "+OK\r\n");
  expect(socket.readableEnded).toBe(false);
  old.sockets[0]?.write("+OK\r\n");
  await drained;
  await until("the end", () => socket.readableEnded);
  expect([text(), opened.stats().cut]).toEqual(["+OK\r\n+OK\r\n", 0]);
});

test("drained, it resets those who are still there when the time is over", async () => {
  const { old, opened, send, reset } = await session(silent);
  send("SET", "k", "v");
  await until("it to arrive", () => old.seen.length === 1);
  await opened.drain(100);
  await reset();
  expect(opened.stats()).toMatchObject({ sessions: 0, cut: 1 });
});
