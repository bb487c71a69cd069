import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../sys/clock.ts";
import { askCluster } from "./ask.ts";
import { askRedis } from "./ask-redis.ts";

const open: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of open.splice(0)) server.close();
});

async function stranger(
  answer: (socket: Socket, asked: Buffer) => void,
): Promise<{ address: string; port: number }> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", (asked: Buffer) => answer(socket, asked));
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const place = server.address();
  if (place === null || typeof place === "string") throw new Error("no port");
  return { address: "127.0.0.1", port: place.port };
}

const ask = async (
  place: { address: string; port: number },
  { patienceMs = 500, togetherMs = 15_000 } = {},
) => {
  const { signal } = new AbortController();
  return await askRedis(place, {}, { clock: systemClock, signal, patienceMs, togetherMs });
};

/** Answers every command on its own, `afterMs` later. */
async function talker(replyTo: (command: string, subcommand: string) => string, afterMs = 0) {
  return await stranger((socket, asked) => {
    const answer = (asked: Buffer) => {
      const commands = asked
        .toString("latin1")
        .split(/^\*\d+\r\n/m)
        .slice(1);
      const words = commands.map((lines) => lines.split("\r\n"));
      const text = words.map(([, name = "", , next = ""]) => replyTo(name, next)).join("");
      void systemClock.sleep(afterMs).then(() => socket.write(text));
    };
    answer(asked);
    socket.on("data", answer);
  });
}

const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;
const INFO = bulk("role:master\r\nmaster_repl_offset:7\r\n");
const INTERRUPTION = new Error("enough");

/** The beginning of a text of a gigabyte, and then as much of it as anybody takes. */
function flood(socket: Socket): void {
  const piece = "x".repeat(1 << 20);
  socket.write(`$${String(1 << 30)}\r\n`);
  const more = () => {
    while (socket.write(piece));
  };
  socket.on("drain", more);
  more();
}

test("whoever answers without an end is left after 8 MB", async () => {
  const place = await stranger(flood);
  expect(await ask(place)).toEqual({ ...place, silence: "answered with more than 8388608 bytes" });
});

test("whoever takes the question and says nothing is silent after the deadline", async () => {
  const place = await stranger(() => undefined);
  expect(await ask(place)).toEqual({ ...place, silence: "no answer in time" });
});

test("whoever speaks another protocol is told apart, in one line without control characters", async () => {
  const place = await stranger((socket) => socket.write("HTTP/1.1 400 \u001b[2J\r\n\r\n"));
  expect(await ask(place)).toEqual({ ...place, silence: "answers what is not Redis' protocol" });
});

test("whoever answers INFO with a list answers nonsense", async () => {
  // The client library introduces itself first; every command gets the same answer.
  const place = await stranger((socket, asked) => {
    const reply = (text: string) =>
      socket.write("*1\r\n+\u001b[2J\r\n".repeat(text.split("*").length - 1));
    reply(asked.toString("latin1"));
    socket.on("data", (more: Buffer) => reply(more.toString("latin1")));
  });
  expect(await ask(place)).toMatchObject({
    silence: expect.stringMatching(/^answers nonsense: .*INFO/) as string,
  });
});

test.each([
  ["lists in lists in lists", "*1\r\n".repeat(500_000)],
  ["a list without an end", "*4294967296\r\n"],
])("whoever answers with %s is a stranger, and nobody else's trouble", async (_, reply) => {
  const place = await stranger((socket) => socket.write(reply));
  expect(await ask(place)).toEqual({ ...place, silence: "answers what is not Redis' protocol" });
});

test("whoever answers with more slow commands than it was asked for is heard all the same", async () => {
  const slow = `*300000\r\n${"*3\r\n:1\r\n:1\r\n:9000\r\n".repeat(300_000)}`;
  const replies = new Map([
    ["INFO", INFO],
    ["SLOWLOG", slow],
  ]);
  const place = await talker((command) => replies.get(command.toUpperCase()) ?? "-ERR no\r\n");
  expect(await ask(place, { patienceMs: 10_000 })).toMatchObject({
    slowestMs: 9,
    writeBytesPerSecond: 0,
  });
});

test("says of a Sentinel with very many groups that it was not asked about all of them", async () => {
  const masters = Array.from({ length: 70 }, (_, index) => `*2\r\n+name\r\n+g${index}\r\n`).join("");
  const place = await talker((command, subcommand) => {
    if (/^info$/i.test(command)) return bulk("redis_mode:sentinel\r\n");
    return /^masters$/i.test(subcommand) ? `*70\r\n${masters}` : "-ERR no\r\n";
  });
  const { signal } = new AbortController();
  const { left, sentinels } = await askCluster({ sentinels: [place], clock: systemClock, signal });
  expect(sentinels).toMatchObject([{ info: new Map([["redis_mode", "sentinel"]]) }]);
  expect(left).toEqual([`127.0.0.1:${place.port} watches 6 more groups, and was not asked about them`]);
});

test("whoever answers each question just in time is left when its time is over", async () => {
  const place = await talker((command) => (/info/i.test(command) ? INFO : "-ERR no\r\n"), 300);
  const silence = "no end of its answers after 0.7 s";
  expect(await ask(place, { togetherMs: 700 })).toEqual({ ...place, silence });
});

test.each(["before anybody is asked", "while somebody is"])(
  "the search ends at once when it is interrupted %s",
  async (when) => {
    const controller = new AbortController();
    const interrupt = () => controller.abort(INTERRUPTION);
    const sentinels = [await stranger(interrupt)];
    if (when === "before anybody is asked") interrupt();
    const beganMs = systemClock.monotonicMs();
    const asked = askCluster({ sentinels, clock: systemClock, signal: controller.signal });
    await expect(asked).rejects.toBe(INTERRUPTION);
    // Not to be confused with the 2 s after which a question is given up.
    expect(systemClock.monotonicMs() - beganMs).toBeLessThan(1_500);
  },
);
