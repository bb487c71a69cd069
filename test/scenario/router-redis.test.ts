// The router between real Redis clients and real Redis servers: pipelines, a primary that moves, one
// that is frozen.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Route } from "../../packages/baton/src/decide/types.ts";
import { openDoor } from "../../packages/baton/src/redis/door.ts";
import { type Router, openRouter } from "../../packages/baton/src/router/router.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";

const FIRST = { address: "127.92.1.1", port: 6379 };
const SECOND = { address: "127.92.1.2", port: 6379 };
const LISTEN = { address: "127.92.1.9", port: 0 };

type Endpoint = typeof FIRST;

const closers: (() => unknown)[] = [];
let folder = "";
let router: Router;
let first: ChildProcess;

async function startRedis(
  { address, port }: Endpoint,
  ...more: readonly string[]
): Promise<ChildProcess> {
  const args = [
    "--bind",
    address,
    "--port",
    String(port),
    "--protected-mode",
    "no",
    "--save",
    "",
    "--dir",
    folder,
  ];
  const child = spawn("redis-server", [...args, ...more], { stdio: "ignore" });
  closers.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  });
  const door = openDoor({ address, port });
  await waitFor("an answer to PING", async () => seen(await door.call(["PING"])), { withinMs: 10_000 });
  door.close();
  return child;
}

const routeTo = (endpoint: Endpoint, epoch: number): Route => ({
  kind: "primary",
  node: endpoint.address,
  endpoint,
  epoch,
  confirmed: true,
});

/** An application: plain ioredis that connects to the router and connects again whenever it is cut. */
function application(): Redis {
  const { address, port } = router.address;
  const redis = new Redis({
    host: address,
    port,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 10,
  });
  // Each failed command rejects by itself; the event would only repeat it.
  redis.on("error", () => undefined);
  closers.push(() => redis.disconnect());
  return redis;
}

const untilItAnswers = (redis: Redis) =>
  waitFor("the application to get an answer", async () => seen(await redis.ping()), {
    withinMs: 10_000,
    everyMs: 5,
  });

async function read(endpoint: Endpoint, key: string): Promise<unknown> {
  const door = openDoor(endpoint);
  const value = await door.call(["GET", key]);
  door.close();
  return value;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "router-redis-"));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  first = await startRedis(FIRST, "--tcp-backlog", "1");
  await startRedis(SECOND);
  router = await openRouter({ listen: LISTEN, holdMs: 10_000, holdSessions: 100, connectMs: 200 });
  closers.push(() => router.close());
});

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

test("carries pipelined commands and large values, each answer to its question", async () => {
  router.setRoute(routeTo(FIRST, 1));
  const redis = application();
  await untilItAnswers(redis);
  const large = "0123456789abcdef".repeat(65_536);
  const pipeline = redis.pipeline();
  for (let index = 0; index < 1000; index += 1) pipeline.incr("counter");
  pipeline.set("large", large).get("large");
  const answers = (await pipeline.exec()) ?? [];
  expect(answers.slice(0, 1000)).toEqual(Array.from({ length: 1000 }, (_, index) => [null, index + 1]));
  expect(answers[1001]?.[1] === large).toBe(true);
});

test("cuts an application from the old primary, holds it, and connects it to the new one", async () => {
  router.setRoute(routeTo(FIRST, 1));
  const redis = application();
  await untilItAnswers(redis);
  await redis.set("key", "on the first");
  const before = router.stats().bytesFromClients;
  const blocked = redis.blpop("never", 0);
  const isSent = () => (router.stats().bytesFromClients > before ? seen(true) : missing("not yet"));
  await waitFor("the command to be with the router", isSent, { withinMs: 5000 });
  router.setRoute({ kind: "none", reason: "the primary is down" });
  await expect(blocked).rejects.toThrow();
  await waitFor(
    "the application to be held",
    () => (router.stats().held === 1 ? seen(0) : missing("not yet")),
    {
      withinMs: 5000,
    },
  );
  router.setRoute(routeTo(SECOND, 2));
  await untilItAnswers(redis);
  await redis.set("key", "on the second");
  expect(await read(FIRST, "key")).toBe("on the first");
  expect(await read(SECOND, "key")).toBe("on the second");
  expect(router.stats()).toMatchObject({ cut: 1, released: 1, held: 0, sessions: 1 });
});

test("cuts a session to a frozen primary whose buffers are full", async () => {
  router.setRoute(routeTo(FIRST, 1));
  const redis = application();
  await untilItAnswers(redis);
  first.kill("SIGSTOP");
  const writes = Array.from({ length: 32 }, () => redis.set("large", Buffer.alloc(1 << 20)));
  const settled = Promise.allSettled(writes);
  let before = -1;
  await waitFor(
    "the router to read no more from the application",
    () => {
      const { bytesFromClients } = router.stats();
      const isFull = bytesFromClients === before && bytesFromClients > 1 << 20;
      before = bytesFromClients;
      return isFull ? seen(undefined) : missing(`${bytesFromClients} bytes and growing`);
    },
    { withinMs: 5000, everyMs: 100 },
  );
  expect(before).toBeLessThan(32 << 20);
  router.setRoute(routeTo(SECOND, 2));
  const outcomes = await settled;
  expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
  await untilItAnswers(redis);
  await redis.set("key", "on the second");
  expect(await read(SECOND, "key")).toBe("on the second");
});

test("holds who comes while a frozen primary completes no connect, until it thaws", async () => {
  router.setRoute(routeTo(FIRST, 1));
  first.kill("SIGSTOP");
  // The kernel accepts for a frozen process until its backlog is full; from then on a connect gets no
  // answer at all.
  const fillers = Array.from({ length: 4 }, () => connect({ host: FIRST.address, port: FIRST.port }));
  for (const filler of fillers) {
    filler.on("error", () => undefined);
    closers.push(() => filler.destroy());
  }
  const connected = () => fillers.filter((filler) => filler.readyState === "open").length;
  await waitFor(
    "a full backlog",
    () => (connected() >= 2 ? seen(0) : missing(`${connected()} connected`)),
    {
      withinMs: 5000,
    },
  );
  const redis = application();
  await waitFor(
    "the application to be held",
    () => (router.stats().held === 1 ? seen(0) : missing("not yet")),
    {
      withinMs: 5000,
    },
  );
  first.kill("SIGCONT");
  await untilItAnswers(redis);
  expect(router.stats()).toMatchObject({ held: 0, released: 1, cut: 0 });
});
