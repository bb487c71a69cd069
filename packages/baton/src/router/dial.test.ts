// What a new connection to a primary has to be before a session goes on over it.
import type { Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { type DialOptions, dial } from "./dial.ts";
import { type Answer, answering, command, obedient, primary, silent } from "./primary.fixture.ts";
import { closeAll, freePort, until } from "./sockets.fixture.ts";

const PLAIN: DialOptions = {
  clock: systemClock,
  sourceAddress: undefined,
  upstreamTls: undefined,
  connectMs: 60_000,
};
const opened: Socket[] = [];
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await closeAll();
});

const RESTORATION = [command("AUTH", "default", "secret"), command("SELECT", "3")].map((text) =>
  Buffer.from(text),
);

async function dialled(answer: Answer, restoration = RESTORATION, options: Partial<DialOptions> = {}) {
  const found = await primary("127.92.0.2", answer);
  const outcomes: string[] = [];
  const outcome = {
    ready: (socket: Socket) => {
      opened.push(socket);
      outcomes.push("ready");
    },
    failed: (reason: string) => outcomes.push(`failed: ${reason}`),
    refused: (reason: string) => outcomes.push(`refused: ${reason}`),
  };
  const all = { ...PLAIN, ...options };
  const giveUp = dial(found, restoration, all, outcome);
  return { found, outcomes, giveUp, decided: () => until("an outcome", () => outcomes.length > 0) };
}
const ended = (socket: Socket | undefined) => until("the end", () => socket?.destroyed === true);

test("is ready at once when nothing is to be restored", async () => {
  const { found, outcomes, decided } = await dialled(obedient, []);
  await decided();
  expect([outcomes, found.seen]).toEqual([["ready"], []]);
});

test("is ready once every command of the restoration is answered well, and not before", async () => {
  const { found, outcomes, decided } = await dialled(silent);
  await until("both to arrive", () => found.seen.length === 2);
  found.sockets[0]?.write(">1\r\n+a push\r\n+OK\r\n+O");
  const other = await dialled(obedient, [], { sourceAddress: "127.92.0.9" });
  await other.decided();
  expect(outcomes).toEqual([]);
  found.sockets[0]?.write("K\r\n");
  await decided();
  expect([outcomes, found.seen]).toEqual([["ready"], ["AUTH default secret", "SELECT 3"]]);
  expect(other.found.sockets[0]?.remoteAddress).toBe("127.92.0.9");
});

test.each([
  ["an error", "-WRONGPASS secret\r\n", "refused what the session had set"],
  ["what is no reply", "HTTP/1.1 400\r\n", "answered with bytes that are no reply"],
])("is refused for good when the server answers with %s, which is not shown", async (_, reply, why) => {
  const { found, outcomes, decided } = await dialled(answering({ AUTH: reply }));
  await decided();
  expect(outcomes).toEqual([`refused: the new primary ${why}`]);
  await ended(found.sockets[0]);
});

test.each([
  "-ERR max number of clients reached\r\n",
  "-LOADING Redis is loading the dataset in memory\r\n",
  "-BUSY Redis is busy running a script.\r\n",
])("fails, and may be tried again, when the server answers %j", async (reply) => {
  const { found, outcomes, decided } = await dialled(answering({ SELECT: reply }));
  await decided();
  expect(outcomes).toEqual([
    `failed: the primary 127.92.0.2:${found.port} takes no connection (it is full, or busy)`,
  ]);
  await ended(found.sockets[0]);
});

test("fails, and may be tried again, when there is no answer in time", async () => {
  const { found, outcomes, decided } = await dialled(silent, RESTORATION, { connectMs: 50 });
  await decided();
  const where = `127.92.0.2:${found.port}`;
  expect(outcomes).toEqual([
    `failed: the primary ${where} takes no connection (no answer within 50 ms)`,
  ]);
  await ended(found.sockets[0]);
});

test("fails when the server closes before all is answered, or does not listen", async () => {
  const { found, outcomes, decided } = await dialled((_, socket) => void socket.end("+OK\r\n"));
  await decided();
  expect(outcomes).toEqual([
    `failed: the primary 127.92.0.2:${found.port} takes no connection (closed)`,
  ]);
  const nobody = { address: "127.92.0.3", port: await freePort("127.92.0.3") };
  const failures: string[] = [];
  const outcome = { ready: () => undefined, failed: (why: string) => failures.push(why) };
  dial(nobody, [], PLAIN, { ...outcome, refused: () => undefined });
  await until("an outcome", () => failures.length > 0);
  expect(failures[0]).toMatch(
    /^the primary 127\.92\.0\.3:\d+ takes no connection \(connect ECONNREFUSED/,
  );
});

test("tells nothing any more once it is given up, and leaves no connection behind", async () => {
  const { found, outcomes, giveUp } = await dialled(silent);
  await until("the restoration to arrive", () => found.seen.length === 2);
  giveUp();
  await ended(found.sockets[0]);
  expect(outcomes).toEqual([]);
});
