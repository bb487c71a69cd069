// What clients and servers that misbehave cost the router: bounded memory, and nothing for anybody else.
import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { identify, isStopped } from "../../packages/baton/src/sys/processes.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import {
  dial,
  filesMax,
  flood,
  keepPinging,
  MEBIBYTE,
  noise,
  type Pinger,
  readAll,
} from "./router-abuse/clients.ts";
import { multibulk, openSession } from "./router-differential/wire.ts";
import { type RedisServer, startRedisServer } from "./support/redis-server.ts";
import { type RouterProcess, startRouterProcess } from "./support/router-process.ts";

const REDIS = { address: "127.106.2.1", port: 6379 };
const LISTEN = { address: "127.106.2.9", port: 0 };
const GROWTH_BYTES_MAX = 64 * MEBIBYTE;
const BIG = noise(MEBIBYTE, "big");
const BIG_TIMES = 64;
const BIG_REPLY_BYTES = `$${BIG.length * BIG_TIMES}\r\n`.length + BIG.length * BIG_TIMES + 2;
const GET_BIG = multibulk(["GET", "big"]);

let redis: RedisServer;
let router: RouterProcess;
let pinger: Pinger;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  // A client that reads nothing is cut at 64 MiB, as an operator would have it.
  const flags = ["--maxclients", "8000", "--client-output-buffer-limit", "normal 80mb 0 0"];
  redis = await startRedisServer({ ...REDIS, flags });
  closers.push(() => redis.close());
  router = await startRouterProcess({ listen: LISTEN, upstream: REDIS });
  closers.push(() => router.close());
  pinger = await keepPinging(router.address);
});

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function client(): Promise<Socket> {
  const socket = await dial(router.address);
  closers.push(() => socket.destroy());
  return socket;
}

async function makeBig(): Promise<string> {
  const session = await openSession(REDIS);
  const script = "return redis.call('SET', KEYS[1], string.rep(ARGV[1], ARGV[2]))";
  const words = ["EVAL", script, "1", "big", BIG.toString("latin1"), String(BIG_TIMES)];
  await session.send(Buffer.from(multibulk(words), "latin1"), []);
  await session.takeUntil(Buffer.from("+OK\r\n"));
  session.close();
  const expected = createHash("sha256").update(`$${BIG.length * BIG_TIMES}\r\n`);
  for (let times = 0; times < BIG_TIMES; times += 1) expected.update(BIG);
  return expected.update("\r\n").digest("hex");
}

/** The others were answered all the time, and the router's memory stayed within its bound. */
async function expectUnharmed(what: string, growthBytesMax = GROWTH_BYTES_MAX): Promise<void> {
  const { answered, worstMs } = await pinger.stop();
  const grown = router.grownBytesMax();
  const figures = `grew by ${(grown / MEBIBYTE).toFixed(1)} MiB, PINGs: ${answered}, worst ${worstMs} ms`;
  process.stderr.write(`abuse: ${what}: ${figures}\n`);
  expect(answered).toBeGreaterThan(0);
  expect(grown).toBeLessThan(growthBytesMax);
  expect(router.isAlive).toBe(true);
}

const untilSessions = (wanted: number) =>
  waitFor(
    `${wanted} sessions`,
    async () => {
      const { sessions } = await router.stats();
      return sessions === wanted ? seen(undefined) : missing(`there are ${sessions}`);
    },
    { withinMs: 60_000 },
  );

test("a client that reads 1 KiB a second of a 64 MiB reply gets all of it in the end", async () => {
  const expected = await makeBig();
  const slow = await client();
  slow.write(GET_BIG);
  const first: Buffer[] = [];
  for (let seconds = 0; seconds < 5; seconds += 1) {
    // The pace is what is tested; the loop ends by what was read.
    await systemClock.sleep(1_000);
    const chunk = slow.read(1_024) as Buffer | null;
    if (chunk !== null) first.push(chunk);
  }
  expect(first.length).toBeGreaterThan(0);
  expect((await router.stats()).bytesFromPrimary).toBeLessThan(GROWTH_BYTES_MAX / 2);
  expect(router.grownBytesMax()).toBeLessThan(GROWTH_BYTES_MAX);
  expect(await readAll(slow, first).digest(BIG_REPLY_BYTES)).toBe(expected);
  await expectUnharmed("a slow reader");
});

test("a client that sends 1 GiB of writes and reads no reply finds each answered when it reads", async () => {
  const greedy = await client();
  const command = Buffer.from(multibulk(["SET", "key", "x".repeat(16 * 1_024)]));
  const times = (1_024 * MEBIBYTE) / (16 * 1_024);
  const end = await flood(greedy, command, times);
  expect(end).not.toBe("closed");
  const { bytesFromClients } = await router.stats();
  const replies = readAll(greedy);
  // A router that has stopped reading goes on now: what was not written yet follows.
  const rest = times - Math.floor((greedy.bytesWritten + greedy.writableLength) / command.length);
  if (end === "not read any more") await flood(greedy, command, rest);
  const expected = createHash("sha256").update("+OK\r\n".repeat(times)).digest("hex");
  expect(await replies.digest(5 * times)).toBe(expected);
  const read = `${Math.round(bytesFromClients / MEBIBYTE)} MiB read before the first reply was`;
  await expectUnharmed(`1 GiB of writes (${end}, ${read})`);
});

test("a client that asks for 1 GiB of replies and reads none harms only itself", async () => {
  const greedy = await client();
  const command = Buffer.from(multibulk(["ECHO", "x".repeat(16 * 1_024)]));
  const end = await flood(greedy, command, (1_024 * MEBIBYTE) / (16 * 1_024));
  const { bytesFromPrimary } = await router.stats();
  expect(bytesFromPrimary).toBeLessThan(GROWTH_BYTES_MAX);
  greedy.destroy();
  await untilSessions(1);
  await expectUnharmed(`1 GiB of replies that nobody reads (${end})`);
});

test("thousands of clients that come at once are all served", async () => {
  // Two files each here and at the router's, whose process may have as many as this one.
  const count = Math.min(5_000, Math.floor((filesMax() - 300) / 2));
  const all = await Promise.all(Array.from({ length: count }, client));
  const answers = all.map(async (socket) => {
    socket.resume();
    const [chunk] = (await once(socket, "data")) as [Buffer];
    return chunk.toString();
  });
  for (const socket of all) socket.write("PING\r\n");
  expect(new Set(await Promise.all(answers))).toEqual(new Set(["+PONG\r\n"]));
  await untilSessions(count + 1);
  for (const socket of all) socket.destroy();
  await untilSessions(1);
  // Ten thousand idle sessions may cost 300 MB.
  await expectUnharmed(`${count} clients at once`, 150_000_000);
});

test("a server that freezes in the middle of a reply delays it, and it is whole when it thaws", async () => {
  const expected = await makeBig();
  await pinger.stop();
  const waiting = await client();
  waiting.write(GET_BIG);
  await once(waiting, "readable");
  redis.child.kill("SIGSTOP");
  const identity = identify(redis.child.pid ?? 0);
  const frozen = () => (identity && isStopped(identity) ? seen(undefined) : missing("Redis runs"));
  await waitFor("Redis to stand still", frozen, { withinMs: 30_000, everyMs: 5 });
  const reader = readAll(waiting);
  let before = -1;
  const still = () => {
    const isStill = before === reader.bytes();
    before = reader.bytes();
    return isStill ? seen(undefined) : missing(`${before} bytes`);
  };
  await waitFor("the bytes under way to arrive", still, { withinMs: 10_000, everyMs: 300 });
  expect(before).toBeLessThan(BIG_REPLY_BYTES);
  // The router itself has not frozen: it takes clients, and tells how it is.
  const late = await client();
  late.write("PING\r\n");
  expect((await router.stats()).sessions).toBeGreaterThanOrEqual(1);
  redis.child.kill("SIGCONT");
  expect(await reader.digest(BIG_REPLY_BYTES)).toBe(expected);
  const [pong] = (await once(late.resume(), "data")) as [Buffer];
  expect(pong.toString()).toBe("+PONG\r\n");
  pinger = await keepPinging(router.address);
  await expectUnharmed(`a server frozen after ${Math.round(before / MEBIBYTE)} MiB of a reply`);
});

const untilClosed = (socket: Socket, behind: string) =>
  waitFor(
    `the end of the session behind ${behind}`,
    () => (socket.closed ? seen(undefined) : missing("it is open")),
    { withinMs: 10_000, everyMs: 2 },
  );

const GARBAGE: readonly string[] = [
  "*3\r\nfoo\r\n",
  "*1\r\n$-5\r\n",
  "*1\r\n$nonsense\r\n",
  "*1\r\n:1\r\n",
  "*99999999999999999999\r\n",
  "*3000000000\r\n",
  "*nonsense\r\n",
  "*1\r\n$9999999999\r\n",
  `GET "unbalanced\r\n`,
  "GET 'unbalanced'quotes\r\n",
  "x".repeat(70_000),
  `*${"1".repeat(70_000)}`,
  `*1\r\n$${"1".repeat(70_000)}`,
  "POST / HTTP/1.1\r\nHost: localhost\r\n\r\n",
];

test("garbage ends the session that it came from, after an error at most, and no other", async () => {
  for (const bytes of GARBAGE) {
    const bad = await client();
    let text = "";
    bad.on("data", (chunk: Buffer) => (text += chunk.toString("latin1"))).resume();
    bad.write(Buffer.from(bytes, "latin1"));
    await untilClosed(bad, JSON.stringify(bytes.slice(0, 40)));
    expect(text, JSON.stringify(bytes.slice(0, 40))).toMatch(/^(-[^\r\n]*\r\n)?$/);
  }
  for (let seed = 0; seed < 100; seed += 1) {
    const bad = await client();
    bad.resume().end(noise(1 + seed * 700, `garbage ${seed}`));
    // The server may wait for the rest of something; the client's end ends it all the same.
    await untilClosed(bad, `noise ${seed}`);
  }
  await untilSessions(1);
  await expectUnharmed("garbage");
});

test("a promise of half a gigabyte costs nothing until it is kept", async () => {
  const liars = await Promise.all(Array.from({ length: 4 }, client));
  for (const socket of liars) socket.write("*2\r\n$4\r\nECHO\r\n$536870912\r\nand no more");
  const sent = 4 * "*2\r\n$4\r\nECHO\r\n$536870912\r\nand no more".length;
  const arrived = async () => {
    const { bytesFromClients } = await router.stats();
    return bytesFromClients >= sent ? seen(undefined) : missing(`${bytesFromClients} bytes`);
  };
  await waitFor("the promises to arrive", arrived, { withinMs: 10_000 });
  for (const socket of liars) socket.destroy();
  await untilSessions(1);
  await expectUnharmed("four promises of 512 MiB");
});
