// A door with TLS: its deadline holds through the handshake, and each way to fail has a sentence of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeCertificates } from "../lab/certificates.ts";
import { closeServer, listenOn } from "../sys/sockets.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import { readTlsMaterial } from "../sys/tls-files.ts";
import { type DoorOptions, openDoor } from "./door.ts";
import { subscribe } from "./subscriber.ts";

const ADDRESS = "127.0.0.1";
const CONNECT_MS = 300;
/** A deadline is late on a busy machine, and is still no hang. */
const LATE_MS = 1_500;

let folder: string;
let own: TlsMaterial;
let strange: TlsMaterial;
const ends: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-door-"));
  own = await readTlsMaterial(await makeCertificates(join(folder, "own"), [ADDRESS]));
  strange = await readTlsMaterial(await makeCertificates(join(folder, "strange"), [ADDRESS]));
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await listenOn(server, { address: ADDRESS, port: 0 });
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await closeServer(server);
  });
  return (server.address() as AddressInfo).port;
}

function plain(serve: (socket: Socket) => void): Promise<number> {
  return listening(createServer(serve));
}

function encrypted(serve: (socket: Socket) => void): Promise<number> {
  const server = createTlsServer({ cert: own.certificate, key: own.key }, serve);
  server.on("tlsClientError", () => undefined);
  return listening(server);
}

/** What a command through a new door fails with, and after how long. */
async function failure(port: number, options: Partial<DoorOptions> = {}) {
  const login = { address: ADDRESS, port, password: "secret", connectMs: CONNECT_MS };
  const door = openDoor({ ...login, commandMs: CONNECT_MS, ...options });
  ends.push(() => door.close());
  const beganMs = performance.now();
  const error = await door.call(["PING"]).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return { error, tookMs: performance.now() - beganMs };
}

describe("a door with TLS", () => {
  test("gives up at its deadline when the server takes the connection and never shakes hands", async () => {
    const port = await plain(() => undefined);
    const { error, tookMs } = await failure(port, { tls: own });
    const reason = "no TLS handshake within 300 ms: a server that speaks plain text, or one that hangs";
    expect(error).toMatchObject({ code: "UNREACHABLE", message: `${ADDRESS}:${port}: ${reason}` });
    expect(tookMs).toBeGreaterThan(CONNECT_MS - 20);
    expect(tookMs).toBeLessThan(LATE_MS);
  });

  test("gives up at its deadline when a handshake comes byte by byte", async () => {
    const port = await plain((socket) => {
      // The head of a handshake record of 16 KiB, and then its body, slower than anybody may be.
      socket.write(Buffer.from("1603034000", "hex"));
      const drip = setInterval(() => socket.write("\u0002"), 50);
      socket.once("close", () => clearInterval(drip));
    });
    const { error, tookMs } = await failure(port, { tls: own, sourceAddress: "127.0.0.2" });
    expect(String(error)).toContain("no TLS handshake within 300 ms");
    expect(tookMs).toBeLessThan(LATE_MS);
  });

  test("says that the server speaks plain text when it answers in it", async () => {
    const port = await plain((socket) => {
      socket.once("data", () => socket.write("-ERR unknown command\r\n"));
    });
    const { error } = await failure(port, { tls: own });
    expect(error).toMatchObject({ code: "UNREACHABLE" });
    expect(String(error)).toContain("it speaks plain text, and TLS was expected: see `tls`");
  });

  test("refuses a certificate of another authority, and says where ours is named", async () => {
    const heard: Buffer[] = [];
    const port = await encrypted((socket) => socket.on("data", (bytes) => heard.push(bytes)));
    const { error } = await failure(port, { tls: strange });
    expect(error).toMatchObject({ code: "UNREACHABLE" });
    expect(String(error)).toContain("not signed by the authority that `tls.authority`");
    expect(heard).toEqual([]);
  });

  test("connects from its source address, as a subscriber does", async () => {
    const callers: (string | undefined)[] = [];
    const port = await encrypted((socket) => callers.push(socket.remoteAddress));
    const { error } = await failure(port, { tls: own, sourceAddress: "127.0.0.2" });
    expect(String(error)).toContain("no answer in time");
    const to = { address: ADDRESS, port, tls: own, sourceAddress: "127.0.0.3" };
    const subscriber = subscribe(to, { channels: ["x"] }, () => undefined);
    ends.push(() => subscriber.close());
    await expect.poll(() => callers).toEqual(["127.0.0.2", "127.0.0.3"]);
  });
});

test("a plain door to a server with TLS says what the silence looks like", async () => {
  const port = await encrypted(() => undefined);
  for (const options of [{}, { sourceAddress: "127.0.0.2" }]) {
    const { error } = await failure(port, options);
    expect(error).toMatchObject({ code: "UNREACHABLE" });
    expect(String(error)).toContain(
      "closed before any answer, as a server does that expects TLS or is ending",
    );
  }
});
