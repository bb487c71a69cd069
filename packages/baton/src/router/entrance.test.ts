// What a client has to bring before it becomes a session: a balancer's header, TLS, or both.
import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import type { Endpoint } from "../cluster/types.ts";
import { callerOptions } from "../sys/tls.ts";
import { command, primary } from "./primary.fixture.ts";
import {
  client,
  closeAll,
  echo,
  freePort,
  PONG,
  ROUTER,
  router,
  routeTo,
  SOME_BYTES,
  until,
  upstream,
} from "./sockets.fixture.ts";
import { newMaterial } from "./tls.fixture.ts";

const material = await newMaterial([ROUTER]);
const HEADER = Buffer.from("0d0a0d0a000d0a515549540a2111000cc0000207c00002019c4018ec", "hex");

const opened: Socket[] = [];
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await closeAll();
});

/** A client that speaks TLS, by way of whatever stands in between. */
async function secured({ address, port }: Endpoint) {
  const socket = connectTls({ host: address, port, ...callerOptions(material) });
  opened.push(socket.on("error", () => undefined));
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  await once(socket, "secureConnect");
  return { socket, text: () => text };
}

/** A way to the router on which everything that a client sends can be changed. */
const relay = (to: Endpoint, change: (chunk: Buffer) => Buffer) =>
  upstream("127.92.0.7", (near) => {
    const far = connect({ host: to.address, port: to.port });
    opened.push(far.on("error", () => undefined));
    near.on("data", (chunk: Buffer) => void far.write(change(chunk)));
    far.on("data", (chunk: Buffer) => void near.write(chunk));
    far.on("close", () => near.destroy());
  });

const ended = (socket: Socket) =>
  until("the end", () => socket.closed || socket.readableEnded || socket.destroyed);

describe("behind a balancer", () => {
  test("the header is taken off, in whatever pieces it comes with a command", async () => {
    const found = await primary("127.92.0.2");
    const opening = await router({ proxyProtocol: true });
    opening.setRoute(routeTo(found));
    const one = await client(opening);
    one.socket.write(Buffer.concat([HEADER, Buffer.from(SOME_BYTES)]));
    await until("the answer", () => one.text() === PONG);
    const other = await client(opening);
    other.socket.write(HEADER.subarray(0, 9));
    other.socket.write(Buffer.concat([HEADER.subarray(9), Buffer.from(command("PING"))]));
    await until("the answer", () => other.text() === PONG);
    const plain = await client(opening);
    plain.socket.write(SOME_BYTES);
    await ended(plain.socket);
    expect([plain.text(), opening.stats().accepted, found.seen]).toEqual(["", 2, ["PING", "PING"]]);
  });

  test("the header comes before the handshake, and in one packet with its beginning", async () => {
    const found = await primary("127.92.0.2");
    const opening = await router({ proxyProtocol: true, clientTls: material });
    opening.setRoute(routeTo(found));
    let header: Buffer = HEADER;
    const way = await relay(opening.address, (chunk) => {
      const sent = Buffer.concat([header, chunk]);
      header = Buffer.alloc(0);
      return sent;
    });
    const { socket, text } = await secured(way);
    socket.write(SOME_BYTES);
    await until("the answer", () => text() === PONG);
    expect(opening.stats()).toMatchObject({ accepted: 1, handshakeFailures: 0 });
  });
});

describe("with TLS", () => {
  test("a client that speaks plain text reads no word, is counted, and harms nobody", async () => {
    const found = await primary("127.92.0.2");
    const opening = await router({ clientTls: material });
    opening.setRoute(routeTo(found));
    const { socket, text } = await secured(opening.address);
    const plain = await client(opening);
    plain.socket.write(SOME_BYTES);
    await ended(plain.socket);
    expect(plain.text()).not.toMatch(/[-+]/);
    socket.write(SOME_BYTES);
    await until("the answer", () => text() === PONG);
    expect(opening.stats()).toMatchObject({ accepted: 1, handshakeFailures: 1, garbage: 0 });
  });

  test("a session ends when its records are spoilt on the way", async () => {
    const found = await primary("127.92.0.2");
    const opening = await router({ clientTls: material });
    opening.setRoute(routeTo(found));
    let isSpoiling = false;
    const way = await relay(opening.address, (chunk) => {
      if (isSpoiling) chunk[chunk.length - 1] = (chunk.at(-1) ?? 0) ^ 1;
      return chunk;
    });
    const { socket, text } = await secured(way);
    socket.write(SOME_BYTES);
    await until("the answer", () => text() === PONG);
    isSpoiling = true;
    socket.write(command("SET", "k", "v"));
    await ended(socket);
    await until("the session's end", () => opening.stats().sessions === 0);
    expect([found.seen, text()]).toEqual([["PING"], PONG]);
  });

  test("drained or closed, the router waits for no handshake", async () => {
    for (const end of ["drain", "close"] as const) {
      const opening = await router({ clientTls: material });
      const silent = await client(opening);
      await (end === "drain" ? opening.drain(60_000) : opening.close());
      await ended(silent.socket);
      expect(opening.stats()).toMatchObject({ accepted: 0, handshakeFailures: 0 });
    }
  });
});

describe("a node", () => {
  test("whose certificate another authority has signed gets no word, and the client learns why", async () => {
    const other = await newMaterial(["127.92.0.2"]);
    const stranger = await router({ listen: { address: "127.92.0.2", port: 0 }, clientTls: other });
    const opening = await router({ upstreamTls: material, holdMs: 200 });
    opening.setRoute(routeTo(stranger.address));
    const { socket, text } = await client(opening);
    socket.write(SOME_BYTES);
    await once(socket, "end");
    expect(text()).toMatch(/^-TRYAGAIN baton: no primary for 200 ms: the primary 127\.92\.0\.2:/);
    expect(text()).toContain("its certificate is not signed by the authority");
    expect(stranger.stats().accepted).toBe(0);
  });

  test("that speaks plain text gets none, either", async () => {
    const silent = await upstream("127.92.0.2", () => undefined);
    const talking = await upstream("127.92.0.2", echo);
    const nobody = { address: "127.92.0.2", port: await freePort("127.92.0.2") };
    const opening = await router({ upstreamTls: material, holdMs: 200, connectMs: 100 });
    for (const [node, why] of [
      [silent, "no TLS handshake within 100 ms"],
      [talking, "TLS failed"],
      [nobody, "ECONNREFUSED"],
    ] as const) {
      opening.setRoute(routeTo(node));
      const { socket, text } = await client(opening);
      socket.write(SOME_BYTES);
      await once(socket, "end");
      expect(text()).toContain(why);
    }
  });
});
