// Ordinary ioredis clients with the library's defaults, as somebody writes them who knows one address.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Redis } from "ioredis";

const { values: options } = parseArgs({
  options: {
    address: { type: "string" },
    port: { type: "string" },
    connections: { type: "string", default: "1" },
    pipeline: { type: "string", default: "1" },
    "pause-ms": { type: "string", default: "20" },
    seconds: { type: "string", default: "600" },
    prefix: { type: "string" },
  },
});
const depth = Number(options.pipeline);
const pauseMs = Number(options["pause-ms"]);
const endMs = performance.now() + Number(options.seconds) * 1000;
const stopping = new AbortController();
process.on("SIGTERM", () => stopping.abort());

function say(facts) {
  process.stdout.write(`${JSON.stringify(facts)}\n`);
}

/** One SET, or several in one pipeline; rejects with the first error. */
async function write(redis, names) {
  if (names.length === 1) return await redis.set(names[0], "x");
  const pipeline = redis.pipeline();
  for (const name of names) pipeline.set(name, "x");
  const wrong = (await pipeline.exec()).find(([error]) => error !== null);
  if (wrong !== undefined) throw wrong[0];
}

function openAccount(prefix) {
  let lastMs = performance.now();
  let longestMs = 0;
  let toldMs = lastMs;
  let reported = 1;
  const account = {
    following: 1,
    acknowledged: 0,
    errors: 0,
    closed: 0,
    tell() {
      const last = account.following - 1;
      if (last >= reported) say({ event: "acknowledged", prefix, first: reported, last });
      reported = account.following;
    },
    succeeded() {
      longestMs = Math.max(longestMs, performance.now() - lastMs);
      lastMs = performance.now();
      account.following += depth;
      account.acknowledged += depth;
      if (lastMs - toldMs < 500) return;
      toldMs = lastMs;
      account.tell();
    },
    failed({ message }) {
      account.tell();
      account.following += depth;
      reported = account.following;
      account.errors += 1;
      say({ event: "error", connection: prefix, closed: false, message: message.slice(0, 200) });
    },
    end() {
      account.tell();
      const openMs = performance.now() - lastMs - pauseMs;
      const { acknowledged, errors, closed } = account;
      const longestGapMs = Math.round(Math.max(longestMs, openMs));
      say({ event: "summary", connection: prefix, acknowledged, errors, closed, longestGapMs });
    },
  };
  return account;
}

async function run(number) {
  const prefix = `${options.prefix}:${number}:`;
  const account = openAccount(prefix);
  const password = process.env["REDIS_PASSWORD"];
  const redis = new Redis({ host: options.address, port: Number(options.port), password });
  // A command that fails rejects by itself; here it is only counted that the connection was lost.
  redis.on("error", () => undefined);
  const countClosed = () => (account.closed += 1);
  redis.on("close", countClosed);
  while (!stopping.signal.aborted && performance.now() < endMs) {
    const names = Array.from({ length: depth }, (_, index) => `${prefix}${account.following + index}`);
    try {
      await write(redis, names);
      account.succeeded();
    } catch (error) {
      account.failed(error);
    }
    await sleep(pauseMs);
  }
  account.end();
  redis.off("close", countClosed);
  redis.disconnect();
}

await Promise.all(Array.from({ length: Number(options.connections) }, (_, number) => run(number)));
