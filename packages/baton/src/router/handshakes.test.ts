// How many handshakes go on at a time, for how long, and which ones count as failed.
import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { callerOptions, type TlsMaterial } from "../sys/tls.ts";
import { Handshakes, type HandshakesOptions } from "./handshakes.ts";
import { closeAll, until, upstream } from "./sockets.fixture.ts";
import { newMaterial } from "./tls.fixture.ts";

const HOST = "127.92.0.8";
const material = await newMaterial([HOST]);

const opened: Socket[] = [];
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await closeAll();
});

async function place(options: Partial<HandshakesOptions> = {}) {
  const handshakes = new Handshakes({ material, clock: systemClock, ...options });
  const admitted: Socket[] = [];
  const { port, sockets } = await upstream(HOST, (socket) => {
    handshakes.begin(socket.pause(), (client) => admitted.push(client));
  });
  const plain = async () => {
    const socket = connect({ host: HOST, port });
    opened.push(socket.on("error", () => undefined).resume());
    await once(socket, "connect");
    return socket;
  };
  const secured = () => {
    const socket = connectTls({ host: HOST, port, ...callerOptions(material) });
    opened.push(socket.on("error", () => undefined).resume());
    return socket;
  };
  const arrived = (count: number) => until("arrivals", () => sockets.length === count);
  return { handshakes, admitted, plain, secured, arrived };
}

test("admits in turn when only so many may go on at a time, the one behind another that left", async () => {
  const { handshakes, admitted, plain, secured, arrived } = await place({ max: 1 });
  const silent = await plain();
  await arrived(1);
  const next = secured();
  const last = secured();
  await arrived(3);
  silent.destroy();
  await until("both to be let in", () => admitted.length === 2);
  expect([admitted.map((socket) => socket.isPaused()), handshakes.failures]).toEqual([[true, true], 0]);
  for (const [index, socket] of [next, last].entries()) {
    admitted[index]?.end("hello");
    await until("the greeting", () => socket.bytesRead === 5 && admitted[index]?.bytesWritten === 5);
  }
});

test("closes one that says nothing in time", async () => {
  const { handshakes, admitted, plain } = await place({ withinMs: 40 });
  const silent = await plain();
  await until("the end", () => silent.closed);
  expect([admitted, handshakes.failures]).toEqual([[], 1]);
});

test("closes one whose turn does not come in time", async () => {
  const { handshakes, admitted, secured } = await place({ max: 0, withinMs: 40 });
  const waiting = secured();
  await until("the end", () => waiting.closed);
  expect([admitted, handshakes.failures]).toEqual([[], 1]);
});

test("counts one that leaves in the middle, and not one that leaves without a byte", async () => {
  const { handshakes, plain, secured, arrived } = await place();
  const check = await plain();
  await arrived(1);
  check.destroy();
  const midway = await plain();
  midway.end(Buffer.from("160301", "hex"));
  await until("the failure", () => handshakes.failures === 1);
  await once(secured(), "secureConnect");
  expect(handshakes.failures).toBe(1);
});

test("is not begun with what is no certificate", () => {
  const wrong: TlsMaterial = { ...material, certificate: "none" };
  expect(() => new Handshakes({ material: wrong, clock: systemClock })).toThrow(/PEM/i);
});
