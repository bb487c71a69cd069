// Where a WAIT of the router's own may get in between the commands of a client, and where they wait for it.
import { afterEach, expect, test } from "vitest";
import { command, session, silent } from "./primary.fixture.ts";
import { closeAll, until } from "./sockets.fixture.ts";

afterEach(closeAll);

const WAIT = "WAIT 1 250";

/** A session whose writes one replica has to confirm; the primary says only what it is told to. */
async function confirmed() {
  const found = await session(silent);
  found.opened.setConfirmations({ kind: "asked", replicas: 1, names: ["h2"] });
  const say = (text: string) => found.old.sockets[0]?.write(text);
  const seen = (count: number) =>
    until(`${count} commands to arrive`, () => found.old.seen.length === count);
  return { ...found, say, seen };
}

test("no WAIT is slipped into a long command that is being sent", async () => {
  const { old, socket, send, say, seen, received } = await confirmed();
  send("SET", "k", "v");
  await seen(2);
  const long = command("SET", "long", "x".repeat(100_000));
  const arrived = () => old.sockets[0]?.bytesRead ?? 0;
  const before = arrived();
  socket.write(long.slice(0, 50_000));
  await until("its first half", () => arrived() === before + 50_000);
  say("+OK\r\n:0\r\n");
  socket.write(long.slice(50_000));
  await seen(4);
  expect([old.seen[1], old.seen[3]]).toEqual([WAIT, WAIT]);
  expect(old.seen[2]).toMatch(/^SET long x+$/);
  say("+OK\r\n:1\r\n");
  await received("+OK\r\n+OK\r\n");
});

test("a block begins when the writes before it are confirmed, and goes on when it is open", async () => {
  const { old, socket, say, seen, received } = await confirmed();
  socket.write(command("SET", "k", "v") + command("MULTI") + command("SET", "k", "w"));
  await seen(2);
  say("+OK\r\n:0\r\n");
  await seen(3);
  say(":1\r\n");
  await seen(4);
  expect(old.seen).toEqual(["SET k v", WAIT, WAIT, "MULTI"]);
  say("-NOPERM no MULTI for this user\r\n");
  await seen(6);
  expect(old.seen.slice(4)).toEqual(["SET k w", WAIT]);
  say("+OK\r\n:1\r\n");
  await received("+OK\r\n-NOPERM no MULTI for this user\r\n+OK\r\n");
});

test.each(["SUBSCRIBE c", "QUIT"])("%s goes when the write before it is confirmed", async (line) => {
  const { old, socket, say, seen, received } = await confirmed();
  socket.write(command("SET", "k", "v") + command(...line.split(" ")));
  await seen(2);
  say("+OK\r\n:1\r\n");
  await seen(3);
  expect(old.seen).toEqual(["SET k v", WAIT, line]);
  await received("+OK\r\n");
});

test("between a write that may have blocked and its WAIT goes a command of the router's own", async () => {
  const { old, send, say, seen, received } = await confirmed();
  send("BLPOP", "list", "0");
  await seen(3);
  expect(old.seen).toEqual(["BLPOP list 0", "WAIT 0 1", WAIT]);
  say("*2\r\n$4\r\nlist\r\n$1\r\nv\r\n:1\r\n:1\r\n");
  await received("*2\r\n$4\r\nlist\r\n$1\r\nv\r\n");
});

test("a half-closed client gets the reply that a replica has to confirm first", async () => {
  const { socket, say, seen, received } = await confirmed();
  socket.end(command("SET", "k", "v"));
  await seen(2);
  say("+OK\r\n:1\r\n");
  await received("+OK\r\n");
});

test("logins in a row go one by one, each behind the answer to the last, wherever they are cut", async () => {
  const { old, socket, say, seen, received } = await confirmed();
  const bytes = ["PING", "AUTH a", "AUTH b", "GET k"]
    .map((line) => command(...line.split(" ")))
    .join("");
  for (const half of [bytes.slice(0, 45), bytes.slice(45)]) {
    const before = socket.bytesWritten;
    socket.write(half);
    await until("it to leave", () => socket.bytesWritten === before + half.length);
  }
  await seen(1);
  say("+PONG\r\n");
  await seen(2);
  expect(old.seen).toEqual(["PING", "AUTH a"]);
  say("-WRONGPASS a\r\n");
  await seen(4);
  expect(old.seen.slice(2)).toEqual(["AUTH b", "GET k"]);
  say("-WRONGPASS b\r\n");
  say("$-1\r\n");
  await received("+PONG\r\n-WRONGPASS a\r\n-WRONGPASS b\r\n$-1\r\n");
});
