// What `durability: replicated` is to a client: a real primary with two real replicas behind the router, and
// replies that come when enough replicas have what was written.
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { bulk, command } from "../../packages/baton/src/router/primary.fixture.ts";
import { until } from "../../packages/baton/src/router/sockets.fixture.ts";
import { anyCommand, anyMistake } from "./router-differential/commands.ts";
import { diceFrom } from "./router-differential/dice.ts";
import { multibulk, openSession } from "./router-differential/wire.ts";
import {
  ask,
  askReplicas,
  askSteadyReplica,
  asked,
  connected,
  fallSilent,
  freeze,
  goOn,
  got,
  PRIMARY,
  refused,
  tell,
  theRouter,
  untilAskedAgain,
  untilBlocked,
  untilBothFollow,
  useDurableRouter,
} from "./support/durable-router.ts";

useDurableRouter();

const here = (key: string): Promise<unknown> => ask(["GET", key]);

describe("a write", () => {
  test("is on both replicas at the moment when its answer comes", async () => {
    const one = await connected();
    for (let count = 1; count <= 50; count += 1) {
      one.send("SET", "k", String(count));
      await got(one, "+OK\r\n".repeat(count));
      expect(await askReplicas("GET", "k")).toEqual([String(count), String(count)]);
    }
  });

  test("is not answered while a replica is frozen, and is as soon as that one need not confirm", async () => {
    freeze();
    const one = await connected();
    one.send("SET", "k", "v");
    await untilAskedAgain();
    expect([await here("k"), one.text()]).toEqual(["v", ""]);
    tell(asked(1));
    await got(one, "+OK\r\n");
    expect(await askSteadyReplica("GET", "k")).toBe("v");
  });

  test("is answered when the replica goes on, late and with nothing of it lost", async () => {
    freeze();
    const one = await connected();
    one.socket.write(command("SET", "k", "v") + command("GET", "k") + command("INCR", "n"));
    await untilAskedAgain();
    expect(one.text()).toBe("");
    goOn();
    await got(one, `+OK\r\n${bulk("v")}:1\r\n`);
    expect(await askReplicas("GET", "n")).toEqual(["1", "1"]);
    const { count, totalMs } = theRouter().stats().waits;
    expect([count, totalMs > 200]).toEqual([1, true]);
  });

  test("that nobody confirms ends in NOREPLICAS and the end of the connection", async () => {
    freeze();
    const one = await connected();
    one.send("SET", "k", "v");
    await once(one.socket, "end");
    const why = "written, and not confirmed, outcome unknown: 1 of 2 replicas have it";
    expect(one.text()).toBe(`-NOREPLICAS baton: ${why}\r\n`);
    expect(await here("k")).toBe("v");
    expect(theRouter().stats()).toMatchObject({ sessions: 0, unconfirmed: 1, cut: 0 });
  });

  test("of a block is confirmed with EXEC; what is queued is not waited for", async () => {
    freeze();
    const one = await connected();
    const begun = "+OK\r\n+QUEUED\r\n+QUEUED\r\n";
    one.send("MULTI");
    one.send("SET", "k", "v");
    one.send("INCR", "n");
    await got(one, begun);
    one.send("EXEC");
    await untilAskedAgain();
    expect([one.text(), await here("k")]).toEqual([begun, "v"]);
    tell(asked(1));
    await got(one, `${begun}*2\r\n+OK\r\n:1\r\n`);
  });

  test("before a block in the same pipeline leaves the block as the client has sent it", async () => {
    const one = await connected();
    const block = [command("MULTI"), command("INCR", "n"), command("GET", "n"), command("EXEC")].join(
      "",
    );
    one.socket.write((command("SET", "k", "v") + block).repeat(3));
    const reply = (n: number) => `+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:${n}\r\n${bulk(String(n))}`;
    await got(one, reply(1) + reply(2) + reply(3));
    expect(await askReplicas("GET", "n")).toEqual(["3", "3"]);
  });

  test("of a script is confirmed", async () => {
    freeze();
    const one = await connected();
    one.send("EVAL", "return redis.call('SET', KEYS[1], ARGV[1])", "1", "k", "v");
    await untilAskedAgain();
    expect([one.text(), await here("k")]).toEqual(["", "v"]);
    tell(asked(1));
    await got(one, "+OK\r\n");
  });
});

describe("a blocked pop", () => {
  test("gets what another client pushes, and both replicas have it", async () => {
    const one = await connected();
    one.send("BLPOP", "list", "0");
    await untilBlocked(1);
    await ask(["RPUSH", "list", "v", "w"]);
    await got(one, `*2\r\n${bulk("list")}${bulk("v")}`);
    one.send("BLPOP", "list", "0");
    await got(one, `*2\r\n${bulk("list")}${bulk("v")}*2\r\n${bulk("list")}${bulk("w")}`);
    await untilBothFollow();
    expect(await askReplicas("LLEN", "list")).toEqual([0, 0]);
  });

  test("that finds something at once is not answered while a replica is frozen", async () => {
    await ask(["RPUSH", "list", "v"]);
    freeze();
    const one = await connected();
    one.send("BLPOP", "list", "0");
    await untilAskedAgain();
    expect([one.text(), await ask(["LLEN", "list"])]).toEqual(["", 0]);
    tell(asked(1));
    await got(one, `*2\r\n${bulk("list")}${bulk("v")}`);
  });
});

describe("what only reads", () => {
  test("is answered at once while a replica is frozen and others wait", async () => {
    await ask(["SET", "k", "v"]);
    freeze();
    const writer = await connected();
    writer.send("SET", "k", "w");
    await untilAskedAgain();
    const one = await connected();
    one.socket.write(command("GET", "k") + command("STRLEN", "k") + command("PING"));
    one.send("EVAL_RO", "return redis.call('GET', KEYS[1])", "1", "k");
    one.socket.write(command("MULTI") + command("GET", "k") + command("EXEC"));
    const block = `+OK\r\n+QUEUED\r\n*1\r\n${bulk("w")}`;
    await got(one, `${bulk("w")}:1\r\n+PONG\r\n${bulk("w")}${block}`);
    expect(writer.text()).toBe("");
  });
});

test("a pipeline of 1,000 mixed commands is answered as Redis itself answers it", async () => {
  const dice = diceFrom(20_260_101);
  const mixed = Array.from({ length: 1_050 }, () => (dice.chance(0.9) ? anyCommand : anyMistake)(dice));
  // How many have confirmed at that moment is nobody's promise, and whoever subscribes may not write.
  const same = mixed.filter(([name = ""]) => !["WAIT", "SUBSCRIBE"].includes(name));
  const mark = Buffer.from(bulk("the last of them"));
  const bytes = Buffer.from([...same, ["ECHO", "the last of them"]].map(multibulk).join(""), "latin1");
  const answers: Buffer[] = [];
  for (const place of [PRIMARY, theRouter().address]) {
    await ask(["FLUSHALL"]);
    const session = await openSession(place);
    await session.send(bytes, [1, 10, 100, 1_000, 10_000]);
    answers.push(await session.takeUntil(mark));
    session.close();
  }
  expect(same.length).toBeGreaterThanOrEqual(1_000);
  expect(answers[1]?.toString("latin1")).toBe(answers[0]?.toString("latin1"));
  expect(theRouter().stats()).toMatchObject({ unconfirmed: 0, garbage: 0, cut: 0 });
});

describe("a session that may not write", () => {
  test("as it listens is told so, and what it wanted is not written", async () => {
    const one = await connected();
    one.send("HELLO", "3");
    await until("the greeting", () => one.text().endsWith("*0\r\n"));
    one.send("SUBSCRIBE", "channel");
    await until("the subscription", () => one.text().endsWith(":1\r\n"));
    one.send("PING");
    await until("the answer", () => one.text().endsWith("+PONG\r\n"));
    one.send("SET", "k", "v");
    await once(one.socket, "end");
    const why = "a session that listens cannot write: replicas could not confirm it";
    expect(one.text()).toMatch(new RegExp(`\\+PONG\\r\\n-NOREPLICAS baton: ${why}\\r\\n$`));
    expect([await here("k"), theRouter().stats().unconfirmed]).toEqual([null, 1]);
  });

  test("as nobody could confirm it gets the answers before, and why, and nothing is written", async () => {
    await ask(["SET", "k", "v"]);
    tell(refused("h2, h3 are down"));
    const one = await connected();
    one.socket.write(command("GET", "k") + command("SET", "k", "w") + command("SET", "l", "w"));
    await once(one.socket, "end");
    expect(one.text()).toBe(`${bulk("v")}-NOREPLICAS baton: not written: h2, h3 are down\r\n`);
    expect([await here("k"), await here("l")]).toEqual(["v", null]);
  });

  test("as nobody could confirm it has its block discarded", async () => {
    tell(refused("h2, h3 are down"));
    const one = await connected();
    const block = command("MULTI") + command("SET", "k", "v") + command("EXEC");
    one.socket.write(block);
    await once(one.socket, "end");
    expect(one.text()).toBe("+OK\r\n+QUEUED\r\n-NOREPLICAS baton: not written: h2, h3 are down\r\n");
    expect(await here("k")).toBeNull();
  });

  test("as the agent has said nothing for more than two seconds is told so, and may read", async () => {
    const one = await connected();
    one.send("SET", "k", "v");
    await got(one, "+OK\r\n");
    fallSilent(2_001);
    one.send("GET", "k");
    await got(one, `+OK\r\n${bulk("v")}`);
    one.send("SET", "k", "w");
    await once(one.socket, "end");
    expect(one.text()).toMatch(
      /-NOREPLICAS baton: not written: nobody has told for 2\d{3} ms which replicas count\r\n$/,
    );
    expect(await here("k")).toBe("v");
  });
});
