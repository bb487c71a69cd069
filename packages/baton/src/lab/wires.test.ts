// The wires with real sockets: what arrives, from whom, and what a cut, a delay and a heal do to it.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { closeServer } from "../sys/sockets.ts";
import { address, type Bench, HOSTS, openBench, until, wireToB } from "./wires.fixture.ts";
import { CLIENTS, openWires } from "./wires.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await bench.close();
});

describe("wires", () => {
  test("carry bytes both ways and show the listener the caller's own address", async () => {
    const [caller, listener] = await bench.established();
    listener.socket.write("welcome");
    await until("the answer", () => caller.text === "welcome");
    expect(listener.from).toBe(address(1));
  });

  test("take a caller from anywhere else for one of the clients", async () => {
    const { heard, wires } = bench;
    wires.set(CLIENTS, "b", { kind: "cut" });
    const client = await bench.call();
    client.socket.write("write");
    await bench.roundTripOfC();
    expect(heard).toEqual([]);
    wires.heal();
    await until("the client's bytes", () => heard[0]?.text === "write");
    expect(heard[0]?.from).toBe("127.0.0.1");
  });

  test("keep both sides of a cut silent, and deliver everything in order after the heal", async () => {
    const { wires } = bench;
    const [caller, listener] = await bench.established();
    wires.set("a", "b", { kind: "cut" });
    wires.set("b", "a", { kind: "cut" });
    caller.socket.write("one ");
    caller.socket.write("two");
    listener.socket.write("three");
    await bench.roundTripOfC();
    expect([caller.text, listener.text]).toEqual(["", "hello "]);
    wires.heal();
    await until("the held bytes", () => listener.text === "hello one two" && caller.text === "three");
  });

  test("cut one way only: the other direction of the same connection still speaks", async () => {
    const { wires } = bench;
    const [caller, listener] = await bench.established();
    wires.set("a", "b", { kind: "cut" });
    caller.socket.write("lost");
    listener.socket.write("heard");
    await until("the open direction", () => caller.text === "heard");
    await bench.roundTripOfC();
    expect(listener.text).toBe("hello ");
  });

  test.each([
    ["a", "b"],
    ["b", "a"],
  ])("allow no new connection while %s to %s is cut", async (from, to) => {
    const { heard, wires } = bench;
    wires.set(from, to, { kind: "cut" });
    const caller = await bench.call(address(1));
    caller.socket.write("PING");
    await bench.roundTripOfC();
    expect([heard.length, caller.text, caller.wasReset]).toEqual([0, "", false]);
    wires.heal();
    await until("the connection after the heal", () => heard[0]?.text === "PING");
  });

  test("hold a close back across a cut, and hand it on after the heal", async () => {
    const { wires } = bench;
    const [caller, listener] = await bench.established();
    wires.set("a", "b", { kind: "cut" });
    caller.socket.end("bye");
    await bench.roundTripOfC();
    expect([listener.text, listener.hasEnded]).toEqual(["hello ", false]);
    wires.heal();
    await until("bytes and close", () => listener.text === "hello bye" && listener.hasEnded);
  });

  test("hold back that a listener died across a cut", async () => {
    const { wires } = bench;
    const [caller, listener] = await bench.established();
    wires.set("b", "a", { kind: "cut" });
    listener.socket.resetAndDestroy();
    await bench.roundTripOfC();
    expect([caller.hasEnded, caller.wasReset]).toEqual([false, false]);
    wires.heal();
    await until("the reset", () => caller.wasReset);
  });

  test("never deliver what a caller sent before there was a connection, when it gave up", async () => {
    const { heard, wires } = bench;
    wires.set("a", "b", { kind: "cut" });
    const caller = await bench.call(address(1));
    caller.socket.end("SET ghost 1");
    await until("the end of the connection that never was", () => caller.socket.readableEnded);
    wires.heal();
    await bench.roundTripOfC();
    expect(heard).toEqual([]);
  });

  test("deliver what a caller sent and closed in one go when nothing is cut", async () => {
    const { heard } = bench;
    const caller = await bench.call(address(1));
    caller.socket.end("QUIT");
    await until("bytes and close", () => heard[0]?.text === "QUIT" && heard[0].hasEnded);
    heard[0]?.socket.end("OK");
    await until("the answer and the close", () => caller.text === "OK" && caller.hasEnded);
  });

  test("reset a caller when no process listens behind the wire", async () => {
    const { server } = bench;
    await closeServer(server);
    const caller = await bench.call(address(1));
    await until("the reset", () => caller.wasReset);
  });

  test("hand a reset on as a reset and an end as an end", async () => {
    const [caller, listener] = await bench.established();
    caller.socket.resetAndDestroy();
    await until("the reset", () => listener.wasReset);
    expect(listener.hasEnded).toBe(false);
  });

  test("delay each direction by its own time, in order", async () => {
    const { wires } = bench;
    const [caller, listener] = await bench.established();
    wires.set("a", "b", { kind: "delayed", ms: 120 });
    const sentMs = systemClock.monotonicMs();
    caller.socket.write("slow ");
    await until("the slow bytes", () => listener.text === "hello slow ");
    expect(systemClock.monotonicMs() - sentMs).toBeGreaterThanOrEqual(119);
    caller.socket.write("first ");
    wires.heal();
    caller.socket.write("second");
    await until("both in order", () => listener.text === "hello slow first second");
  });

  test("let a connection over a slow link wait for one round trip", async () => {
    const { heard, wires } = bench;
    wires.set("a", "b", { kind: "delayed", ms: 60 });
    wires.set("b", "a", { kind: "delayed", ms: 60 });
    const startMs = systemClock.monotonicMs();
    const caller = await bench.call(address(1));
    caller.socket.write("PING");
    await until("the bytes", () => heard[0]?.text === "PING");
    expect(systemClock.monotonicMs() - startMs).toBeGreaterThanOrEqual(178);
  });

  test("slow a sender down instead of keeping what a receiver does not read", async () => {
    const [caller, listener] = await bench.established();
    listener.socket.pause();
    // Once the kernels' buffers and the lane's are full, the caller's own socket stops draining.
    caller.socket.write(Buffer.alloc(64 << 20, "x"));
    await bench.roundTripOfC();
    expect(caller.socket.writableLength).toBeGreaterThan(32 << 20);
    listener.socket.resume();
    await until("all bytes", () => listener.text.length === "hello ".length + (64 << 20));
  });

  test("name address and port when an announced port is taken", async () => {
    const { wires } = bench;
    const again = openWires([wireToB], HOSTS);
    await expect(again).rejects.toMatchObject({ code: "PORT_BUSY" });
    await expect(again).rejects.toThrow(`${wireToB.announced.address}:${wireToB.announced.port}`);
    expect(wires.disturbed()).toEqual([]);
  });

  test("name the links that are not open", async () => {
    const { wires } = bench;
    wires.set("a", "b", { kind: "cut" });
    wires.set("b", "c", { kind: "delayed", ms: 5 });
    expect(wires.disturbed().map(({ from, to, state }) => [from, to, state.kind])).toEqual([
      ["a", "b", "cut"],
      ["b", "c", "delayed"],
    ]);
    wires.heal();
    expect(wires.disturbed()).toEqual([]);
  });
});
