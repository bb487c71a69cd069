#!/usr/bin/env node
// How it usually is, for comparison: ioredis as its manual shows it, at a HAProxy that checks whether a port
// is open. It speaks the drill's line protocol (clients/CONTRACT.md) and brings a HAProxy of its own;
// README.md has the command.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as timer } from "node:timers/promises";
import { Redis } from "ioredis";

const REDIS_PORT = 6379;
const UP_MS = 10_000;

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

/** In this example every Sentinel has a Redis beside it. */
const configuration = (port, addresses) => `defaults
  mode tcp
  timeout connect 1s
  timeout client 1h
  timeout server 1h
listen redis
  bind 127.0.0.1:${port}
  balance first
  option tcp-check
${addresses.map((address) => `  server ${address} ${address}:${REDIS_PORT} check inter 1s`).join("\n")}
`;

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilOpen(port) {
  const deadlineMs = performance.now() + UP_MS;
  const isOpen = () =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
  while (!(await isOpen())) {
    if (performance.now() > deadlineMs) throw new Error("HAProxy does not listen");
    await timer(20);
  }
}

async function startHaproxy(sentinels) {
  const folder = await mkdtemp(join(tmpdir(), "tcp-checked-"));
  const port = await freePort();
  const file = join(folder, "haproxy.cfg");
  await writeFile(
    file,
    configuration(
      port,
      sentinels.map((place) => place.replace(/:\d+$/, "")),
    ),
  );
  const child = spawn("/usr/sbin/haproxy", ["-db", "-f", file], { stdio: "ignore" });
  await untilOpen(port);
  const end = async () => {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  };
  return { port, end };
}

/** An error reply is an answer; whatever else happens, nobody knows what became of the write. */
async function write(redis, key, id) {
  try {
    await redis.rpush(key, String(id));
    return { kind: "done", id };
  } catch ({ message }) {
    const [word] = /^[A-Z][A-Z0-9_-]{2,}(?= )/.exec(message) ?? [];
    if (word !== undefined) return { kind: "not-done", id, error: word };
    return { kind: "unknown", id, error: "connection-lost" };
  }
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { sentinels, password, key } = JSON.parse((await lines.next()).value);
const haproxy = await startHaproxy(sentinels);
for (const name of ["SIGTERM", "SIGINT"])
  process.on(name, () => void haproxy.end().then(() => process.exit(0)));
const redis = new Redis({ host: "127.0.0.1", port: haproxy.port, password });
redis.on("error", () => undefined).on("close", () => say({ kind: "closed" }));
say({ kind: "ready", name: "ioredis at a TCP-checked HAProxy" });
for await (const line of { [Symbol.asyncIterator]: () => lines }) {
  const { kind, id } = JSON.parse(line);
  if (kind === "stop") break;
  if (kind === "write") say(await write(redis, key, id));
  if (kind === "read") say({ kind: "not-done", id, error: "other" });
}
await haproxy.end();
process.exit(0);
