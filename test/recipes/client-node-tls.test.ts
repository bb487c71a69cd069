// redis-baton-client where the node and its Sentinel speak TLS only to whom they know by a certificate.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CertificateFiles, makeCertificates } from "../../packages/baton/src/lab/certificates.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { findPrimary, openClient } from "../../packages/client/src/index.ts";
import { startDrillSpeaker } from "../scenario/support/drill-speaker.ts";
import { LIBRARIES, program } from "../scenario/support/node-clients.ts";
import { type RedisServer, startRedisServer } from "../scenario/support/redis-server.ts";

const HOST = "127.52.11.1";
const NODE = { host: HOST, port: 6390 };
const SENTINEL = { host: HOST, port: 26_390 };
const password = "tulip";

let folder: string;
let files: CertificateFiles;
let server: RedisServer;
let sentinel: ChildProcess;
const trusted = () => ({ ca: readFileSync(files.authority) });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "client-tls-"));
  files = await makeCertificates(join(folder, "tls"), [HOST]);
  const settings = [
    ["tls-cert-file", files.certificate],
    ["tls-key-file", files.key],
    ["tls-ca-cert-file", files.authority],
    ["tls-auth-clients", "no"],
    ["tls-replication", "yes"],
  ] as const;
  const flags = settings.flatMap(([name, value]) => [`--${name}`, value]);
  const place = { address: HOST, port: 6379, password };
  server = await startRedisServer({ ...place, flags: ["--tls-port", String(NODE.port), ...flags] });
  const lines = [
    `bind ${HOST}`,
    "port 0",
    `tls-port ${SENTINEL.port}`,
    `dir ${folder}`,
    `sentinel monitor main ${HOST} ${NODE.port} 1`,
    `sentinel auth-pass main ${password}`,
    ...settings.map((words) => words.join(" ")),
  ];
  const file = join(folder, "sentinel.conf");
  await writeFile(file, `${lines.join("\n")}\n`);
  sentinel = spawn("redis-sentinel", [file], { stdio: "ignore" });
  const look = async () => {
    const found = await findPrimary({ sentinels: [SENTINEL], group: "main", tls: trusted() });
    return found.kind === "found" ? seen(undefined) : missing(found.reason);
  };
  await waitFor("the Sentinel", look, { withinMs: 10_000 });
});
afterAll(async () => {
  sentinel.kill("SIGKILL");
  await server.close();
  await rm(folder, { recursive: true });
});

describe.each(LIBRARIES)("over %s", (name, library) => {
  test("the Sentinels are asked and the primary is written to over TLS", async () => {
    const way = { sentinels: [SENTINEL], group: "main", password };
    const client = openClient({ library, ...way, tls: trusted() });
    try {
      const outcome = await client.call(["CLIENT", "INFO"]);
      expect(outcome).toMatchObject({
        kind: "done",
        value: expect.stringContaining(`${HOST}:6390`) as unknown,
      });
    } finally {
      client.close();
    }
    const request = { way: "sentinel", sentinels: [`${HOST}:${SENTINEL.port}`], group: "main" };
    const more = { password, key: `baton:drill:${name}`, tls: { ca: files.authority } };
    const command = [process.execPath, program, "--library", name];
    const drill = await startDrillSpeaker(command, { ...request, ...more });
    expect(await drill.ask("write")).toMatchObject({ kind: "done" });
    expect(await drill.stop()).toMatchObject({ code: 0 });
  });

  test("a node whose certificate nobody vouches for gets no login", async () => {
    const client = openClient({ library, router: NODE, password, tls: {}, retryForMs: 0 });
    const outcome = await client.call(["PING"]);
    client.close();
    expect(outcome).toMatchObject({ kind: "not-done", error: "no-connection" });
    expect(JSON.stringify(outcome)).toContain("certificate");
  });
});
