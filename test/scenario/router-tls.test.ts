// The router and TLS, between real clients and real servers: on either side, on both, and towards a node
// that is somebody else's.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Endpoint } from "../../packages/baton/src/cluster/types.ts";
import type { Route } from "../../packages/baton/src/decide/types.ts";
import { type CertificateFiles, makeCertificates } from "../../packages/baton/src/lab/certificates.ts";
import { openDoor } from "../../packages/baton/src/redis/door.ts";
import { openReadRouter } from "../../packages/baton/src/router/read-router.ts";
import { openRouter, type Router } from "../../packages/baton/src/router/router.ts";
import { readTlsMaterial } from "../../packages/baton/src/sys/tls-files.ts";
import type { TlsMaterial } from "../../packages/baton/src/sys/tls.ts";
import { startRedisServer } from "./support/redis-server.ts";

const LISTEN = { address: "127.61.0.9", port: 0 };
const FIRST = "127.61.0.1";
const SECOND = "127.61.0.2";
const STRANGER = "127.61.0.3";
/** Each server takes plain text on the one port and TLS on the other. */
const PLAIN_PORT = 6379;
const TLS_PORT = 6380;
const MEBIBYTE = 1 << 20;

const servers: { close(): Promise<void> }[] = [];
const closers: (() => unknown)[] = [];
let folder = "";
let files: CertificateFiles;
let material: TlsMaterial;

/** Takes nobody without a certificate of its own authority, as Redis does by default. */
async function startServer(address: string, { authority, certificate, key }: CertificateFiles) {
  const identity = ["--tls-ca-cert-file", authority, "--tls-cert-file", certificate];
  const flags = ["--tls-port", String(TLS_PORT), ...identity, "--tls-key-file", key];
  servers.push(await startRedisServer({ address, port: PLAIN_PORT, flags }));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "router-tls-"));
  files = await makeCertificates(join(folder, "own"), [FIRST, SECOND, LISTEN.address]);
  material = await readTlsMaterial(files);
  await startServer(FIRST, files);
  await startServer(SECOND, files);
  await startServer(STRANGER, await makeCertificates(join(folder, "other"), [STRANGER]));
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await rm(folder, { recursive: true, force: true });
});

const routeTo = (address: string, port: number, epoch: number): Route => ({
  kind: "primary",
  node: address,
  endpoint: { address, port },
  epoch,
  confirmed: true,
});

/** An application: plain ioredis, which does not connect again. It compares the name in the certificate. */
function application({ address, port }: Endpoint, isSecured: boolean): Redis {
  const tls = isSecured ? { tls: { ca: material.authority } } : {};
  const redis = new Redis({ host: address, port, retryStrategy: () => null, ...tls });
  redis.on("error", () => undefined);
  closers.push(() => redis.disconnect());
  return redis;
}

async function redisCli({ address, port }: Endpoint, isSecured: boolean, words: readonly string[]) {
  const tls = isSecured ? ["--tls", "--cacert", files.authority] : [];
  const args = ["-h", address, "-p", String(port), ...tls, ...words];
  const { stdout } = await promisify(execFile)("redis-cli", args, { timeout: 20_000 });
  return stdout.trim();
}

async function stored(address: string, key: string): Promise<unknown> {
  const door = openDoor({ address, port: PLAIN_PORT });
  const value = await door.call(["GET", key]);
  door.close();
  return value;
}

describe.each([
  ["clients only", { clientTls: true, upstreamTls: false }],
  ["nodes only", { clientTls: false, upstreamTls: true }],
  ["both sides", { clientTls: true, upstreamTls: true }],
])("with TLS on %s", (name, { clientTls, upstreamTls }) => {
  const port = upstreamTls ? TLS_PORT : PLAIN_PORT;
  const tls = () => ({
    ...(clientTls ? { clientTls: material } : {}),
    ...(upstreamTls ? { upstreamTls: material } : {}),
  });
  async function open(): Promise<Router> {
    const router = await openRouter({ listen: LISTEN, holdMs: 10_000, holdSessions: 10, ...tls() });
    closers.push(() => router.close());
    router.setRoute(routeTo(FIRST, port, 1));
    return router;
  }

  test("redis-cli and ioredis work, and values of 16 MiB come through both ways", async () => {
    const { address } = await open();
    await expect(redisCli(address, clientTls, ["PING"])).resolves.toBe("PONG");
    const redis = application(address, clientTls);
    const large = "0123456789abcdef".repeat(MEBIBYTE);
    await redis.set(name, large);
    expect((await redis.get(name)) === large).toBe(true);
    const many = redis.pipeline();
    for (let index = 1; index <= 1_000; index += 1) many.incr(`${name} counter`);
    const answers = (await many.exec()) ?? [];
    expect(answers).toEqual(answers.map((_, index) => [null, index + 1]));
    expect(answers).toHaveLength(1_000);
  });

  test("a session is moved to another primary, and its application sees no error", async () => {
    const router = await open();
    const redis = application(router.address, clientTls);
    await redis.client("SETNAME", "moved-along");
    const key = `${name} moved`;
    const over = new AbortController();
    const writing = (async () => {
      for (let index = 1; !over.signal.aborted; index += 1) await redis.set(key, index);
    })();
    for (const [address, epoch] of [
      [SECOND, 2],
      [FIRST, 3],
      [SECOND, 4],
    ] as const) {
      await expect(router.hold("a switchover is under way")).resolves.toBe(true);
      router.setRoute(routeTo(address, port, epoch));
      router.release();
      await redis.ping();
    }
    over.abort();
    await writing;
    expect(await redis.client("GETNAME")).toBe("moved-along");
    expect(router.stats()).toMatchObject({ sessions: 1, moved: 3, cut: 0, lost: 0, accepted: 1 });
    expect(await stored(SECOND, key)).toBe(await redis.get(key));
  });

  test("readers get to a replica", async () => {
    const bounds = { holdMs: 10_000, holdSessions: 10, fallback: "refuse" as const };
    const reading = await openReadRouter({ listen: LISTEN, ...bounds, ...tls() });
    closers.push(() => reading.close());
    const replica = { node: "h2", endpoint: { address: SECOND, port } };
    reading.offer({ replicas: [replica], primary: undefined, reason: "" });
    const redis = application(reading.address, clientTls);
    await expect(redis.ping()).resolves.toBe("PONG");
    expect(reading.stats()).toMatchObject({ sessionsByNode: { h2: 1 }, handshakeFailures: 0 });
  });
});

test("a node with a certificate of another authority is never used, and the client learns why", async () => {
  const bounds = { holdMs: 300, holdSessions: 10 };
  const router = await openRouter({ listen: LISTEN, ...bounds, upstreamTls: material });
  closers.push(() => router.close());
  router.setRoute(routeTo(STRANGER, TLS_PORT, 1));
  const answer = await redisCli(router.address, false, ["SET", "secret", "word"]);
  expect(answer).toMatch(
    /^(\(error\) )?TRYAGAIN baton: no primary for 300 ms: the primary 127\.61\.0\.3:/,
  );
  expect(answer).toContain("its certificate is not signed by the authority");
  expect(await stored(STRANGER, "secret")).toBeNull();
});

test("a client of plain text is turned away without a word where TLS is spoken", async () => {
  const bounds = { holdMs: 300, holdSessions: 10 };
  const router = await openRouter({ listen: LISTEN, ...bounds, clientTls: material });
  closers.push(() => router.close());
  router.setRoute(routeTo(FIRST, PLAIN_PORT, 1));
  const answer = await redisCli(router.address, false, ["SET", "plain", "word"]).catch(
    (error: { readonly stderr: string }) => error.stderr,
  );
  expect(answer).toMatch(/Server closed the connection|Connection reset|Protocol error|closed/);
  expect(await stored(FIRST, "plain")).toBeNull();
  expect(router.stats()).toMatchObject({ accepted: 0, handshakeFailures: 1 });
});
