// What the router promises of a session whose primary changes: moved between two commands without the
// client's notice, and reset where that cannot be done honestly.
import { afterEach, describe, expect, test } from "vitest";
import { answering, bulk, command, obedient, primary, session, silent } from "./primary.fixture.ts";
import { closeAll, noRoute, routeTo, until } from "./sockets.fixture.ts";

afterEach(closeAll);

describe("between two commands a session", () => {
  test("goes to the next primary and its client notices nothing", async () => {
    const { old, next, opened, send, move, greet, received, error } = await session();
    await greet();
    move();
    await until("the old connection to be over", () => old.sockets[0]?.destroyed === true);
    send("SET", "k", "v");
    await received("+PONG\r\n+OK\r\n");
    expect([old.seen, next.seen, error()]).toEqual([["PING"], ["SET k v"], undefined]);
    expect(opened.stats()).toMatchObject({ sessions: 1, moved: 1, cut: 0, held: 0, accepted: 1 });
  });

  test("dials only when its client has something to send, however the route has changed", async () => {
    const { old, next, opened, send, move, greet, received } = await session();
    await greet();
    const third = await primary("127.92.0.5");
    move();
    opened.setRoute(noRoute("the Sentinels vote"));
    opened.setRoute(routeTo(third, 3));
    expect(opened.stats()).toMatchObject({ sessions: 1, held: 0, moved: 1 });
    send("PING");
    await received("+PONG\r\n+PONG\r\n");
    expect([old, next, third].map(({ sockets }) => sockets.length)).toEqual([1, 0, 1]);
  });

  test("waits for a primary once its client sends, and for no longer than it may", async () => {
    const { next, opened, send, move, greet, received, socket, text } = await session(obedient, {
      holdMs: 400,
    });
    await greet();
    opened.setRoute(noRoute("the Sentinels vote"));
    expect(opened.stats().held).toBe(0);
    send("SET", "k", "v");
    await until("the client to be held", () => opened.stats().held === 1);
    move();
    await received("+PONG\r\n+OK\r\n");
    expect(opened.stats()).toMatchObject({ held: 0, released: 1, moved: 1 });
    opened.setRoute(noRoute("the Sentinels vote again"));
    send("SET", "k", "w");
    await until("the end", () => socket.readableEnded);
    const why = "-TRYAGAIN baton: no primary for 400 ms: the Sentinels vote again\r\n";
    expect([text(), next.seen]).toEqual([`+PONG\r\n+OK\r\n${why}`, ["SET k v"]]);
  });

  test("takes its login, its database and its name along, first and unseen by the client", async () => {
    const { next, send, move, received, error } = await session();
    send("CLIENT", "SETNAME", "app");
    send("SELECT", "3");
    send("AUTH", "secret");
    await received("+OK\r\n".repeat(3));
    move();
    send("SET", "k", "v");
    await received("+OK\r\n".repeat(4));
    const restored = ["AUTH default secret", "SELECT 3", "CLIENT SETNAME app"];
    expect([next.seen, error()]).toEqual([[...restored, "SET k v"], undefined]);
  });

  test("is reset when the next primary refuses what it had set, and nothing is executed there", async () => {
    const { next, send, move, received, reset } = await session();
    next.answer = answering({ SELECT: "-ERR DB index is out of range\r\n" });
    send("SELECT", "3");
    await received("+OK\r\n");
    move();
    send("SET", "k", "v");
    await reset();
    expect(next.seen).toEqual(["SELECT 3"]);
  });

  test("takes half a command along, which arrives as a whole", async () => {
    const { old, next, opened, socket, move, greet, received } = await session();
    await greet();
    const whole = command("SET", "k", "x".repeat(10_000));
    const before = opened.stats().bytesFromClients;
    socket.write(whole.slice(0, 6000));
    await until("half of it", () => opened.stats().bytesFromClients === before + 6000);
    move();
    socket.write(whole.slice(6000));
    await received("+PONG\r\n+OK\r\n");
    expect([old.seen, next.seen]).toEqual([["PING"], [`SET k ${"x".repeat(10_000)}`]]);
  });

  test("takes RESP3 along, and a push that nobody asked for is no obstacle", async () => {
    const { old, next, send, move, received, error } = await session(answering({ HELLO: "%0\r\n" }));
    next.answer = answering({ HELLO: "%0\r\n" });
    send("HELLO", "3");
    await received("%0\r\n");
    const push = ">2\r\n+message\r\n+x\r\n";
    old.sockets[0]?.write(push);
    await received(`%0\r\n${push}`);
    move();
    send("SET", "k", "v");
    await received(`%0\r\n${push}+OK\r\n`);
    expect([next.seen, error()]).toEqual([["HELLO 3", "SET k v"], undefined]);
  });

  test("can be moved again after a transaction, a WATCH or CLIENT TRACKING that has ended", async () => {
    const { next, send, move, received, error } = await session();
    send("WATCH", "k");
    send("MULTI");
    send("EXEC");
    send("WATCH", "k");
    send("UNWATCH");
    send("CLIENT", "TRACKING", "ON");
    send("CLIENT", "TRACKING", "OFF");
    await received("+OK\r\n".repeat(7));
    move();
    send("PING");
    await received(`${"+OK\r\n".repeat(7)}+PONG\r\n`);
    expect([next.seen, error()]).toEqual([["PING"], undefined]);
  });
});

describe("a command whose reply is owed", () => {
  test("is answered once and in its turn, however often the route changes, when it only reads", async () => {
    const { old, next, opened, socket, text, error, greet } = await session();
    await greet();
    for (const one of [old, next]) one.answer = ([, key = ""]) => bulk(key);
    const nodes = [next, old];
    for (let number = 0; number < 1000; number += 1) {
      socket.write(command("GET", `${number}`));
      const node = nodes[((number - 50) / 100) % 2];
      if (node !== undefined) opened.setRoute(routeTo(node, number));
      // Some commands arrive together, and some by themselves.
      if (number % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await until("the last answer", () => text().endsWith(bulk("999")));
    const answers = Array.from({ length: 1000 }, (_, number) => bulk(`${number}`));
    expect(text()).toBe(`+PONG\r\n${answers.join("")}`);
    expect([error(), opened.stats().cut, opened.stats().moved > 1]).toEqual([undefined, 0, true]);
  });

  test("is never sent twice when it may write: the client is reset, and so is the old primary", async () => {
    const { old, next, opened, send, move, reset } = await session(silent);
    send("SET", "k", "v");
    await until("the write to arrive", () => old.seen.length === 1);
    move();
    await reset();
    expect(opened.stats()).toMatchObject({ sessions: 0, moved: 0, cut: 1 });
    expect(next.sockets).toHaveLength(0);
  });

  test("counts as a write as long as nobody has said what it does", async () => {
    const { old, opened, send, move, reset } = await session(silent);
    opened.learn([]);
    send("GET", "k");
    await until("the command to arrive", () => old.seen.length === 1);
    move();
    await reset();
  });

  test("is sent again when it only reads, without those that were answered", async () => {
    const { old, next, opened, send, move, received, error } = await session(silent);
    next.answer = answering({ GET: bulk("new") });
    send("GET", "a");
    send("GET", "b");
    send("GET", "c");
    await until("all to arrive", () => old.seen.length === 3);
    old.sockets[0]?.write(bulk("old"));
    await received(bulk("old"));
    move();
    await received(bulk("old") + bulk("new") + bulk("new"));
    expect([next.seen, error()]).toEqual([["GET b", "GET c"], undefined]);
    expect(opened.stats()).toMatchObject({ moved: 1, cut: 0 });
  });

  test("is not sent again behind a write that came in one piece with it", async () => {
    const { old, next, socket, send, move, received, reset } = await session(silent);
    socket.write(command("SET", "k", "v") + command("GET", "a"));
    await until("both to arrive", () => old.seen.length === 2);
    send("GET", "b");
    await until("the last to arrive", () => old.seen.length === 3);
    old.sockets[0]?.write("+OK\r\n");
    await received("+OK\r\n");
    move();
    // One reply would be missing if the last command alone were sent again.
    await reset();
    expect(next.seen).toEqual([]);
  });

  test("is lost when a part of its reply is with the client already", async () => {
    const { old, next, send, move, received, reset } = await session(silent);
    send("GET", "a");
    await until("it to arrive", () => old.seen.length === 1);
    old.sockets[0]?.write("$10\r\n01234");
    await received("$10\r\n01234");
    move();
    await reset();
    expect(next.seen).toEqual([]);
  });

  test("is lost, too, when it was so big that a part of it was sent before its end", async () => {
    const { old, next, socket, move, reset, greet } = await session();
    await greet();
    socket.write(command("ECHO", "x".repeat(100_000)).slice(0, 90_000));
    await until("the first part to arrive", () => (old.sockets[0]?.bytesRead ?? 0) > 16 * 1024);
    move();
    await reset();
    expect([old.seen, next.seen]).toEqual([["PING"], []]);
  });
});

describe("a session that its primary keeps something for", () => {
  test.each([
    ["an open MULTI", ["MULTI"], true],
    ["a WATCH", ["WATCH", "k"], true],
    ["a SUBSCRIBE", ["SUBSCRIBE", "news"], true],
    ["CLIENT TRACKING", ["CLIENT", "TRACKING", "ON"], true],
    ["a HELLO with options that failed", ["HELLO", "3", "SETNAME", "x", "AUTH", "a", "b"], true],
    ["a BLPOP under way", ["BLPOP", "list", "0"], false],
    ["a SELECT under way", ["SELECT", "3"], false],
    ["a WATCH under way", ["WATCH", "k"], false],
  ] as const)("is reset: %s", async (_, words, isAnswered) => {
    const { old, next, opened, send, move, received, reset } = await session(
      isAnswered ? answering({ HELLO: "-WRONGPASS\r\n" }) : silent,
    );
    send(...words);
    await until("it to arrive", () => old.seen.length === 1);
    if (isAnswered) await received(words[0] === "HELLO" ? "-WRONGPASS\r\n" : "+OK\r\n");
    move();
    await reset();
    await until("the end at the old primary", () => old.sockets[0]?.destroyed === true);
    expect(opened.stats()).toMatchObject({ sessions: 0, cut: 1, moved: 0 });
    expect(next.sockets).toHaveLength(0);
  });
});
