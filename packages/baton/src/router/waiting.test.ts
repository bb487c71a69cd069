// How a client waits for a primary: read a little ahead, and for no longer than it may.
import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { closeAll, quiet, until, upstream } from "./sockets.fixture.ts";
import { Waiting } from "./waiting.ts";

afterEach(closeAll);

/** A client, and the router's side of its connection with what happens to it while it waits. */
async function pair(holdMs = 60_000) {
  const accepted: Socket[] = [];
  const { address, port } = await upstream("127.92.0.1", (socket) => accepted.push(socket.pause()));
  const far = connect({ host: address, port });
  await once(far, "connect");
  await until("the client to be accepted", () => accepted.length === 1);
  const [near] = accepted;
  if (near === undefined) throw new Error("nobody was accepted");
  const events: string[] = [];
  const waiting = new Waiting(near, {
    clock: systemClock,
    holdMs,
    onData: () => events.push("data"),
    onLeave: () => events.push("leave"),
    onTimeout: () => events.push("timeout"),
  });
  return { far, near, waiting, events };
}

test("tells of data, and gives it back behind what was pending", async () => {
  const { far, near, waiting, events } = await pair();
  waiting.begin([Buffer.from("one "), Buffer.from("two ")]);
  far.write("three");
  await until("the data", () => events.length > 0);
  expect(Buffer.concat(waiting.end()).toString()).toBe("one two three");
  expect([events, near.isPaused(), waiting.end()]).toEqual([["data"], true, []]);
});

test("reads little of a client that sends much, and leaves the rest in the kernel", async () => {
  const { far, near, waiting } = await pair();
  waiting.hold();
  far.write(Buffer.alloc(8 << 20));
  await quiet(() => near.bytesRead);
  expect(near.bytesRead).toBeLessThan(256 * 1024);
  expect(Buffer.concat(waiting.end()).length).toBeGreaterThan(16 * 1024);
  far.destroy();
});

test("tells once when the time is over, however often it is told to hold", async () => {
  const { far, waiting, events } = await pair(30);
  waiting.begin([]);
  expect(waiting.isHeld).toBe(false);
  waiting.hold();
  waiting.hold();
  expect(waiting.isHeld).toBe(true);
  await until("the end of its time", () => events.length > 0);
  waiting.end();
  expect([events, waiting.isHeld]).toEqual([["timeout"], false]);
  far.destroy();
});

test("tells when the client leaves, and of nothing once it has ended", async () => {
  const left = await pair();
  left.waiting.begin([]);
  left.far.end();
  await until("its leaving", () => left.events.length > 0);
  expect(left.events).toEqual(["leave"]);
  const kept = await pair(30);
  kept.waiting.hold();
  kept.waiting.end();
  kept.far.end("late");
  // Another's time, begun later, is over by then.
  const other = await pair(30);
  other.waiting.hold();
  await until("the end of the other's time", () => other.events.length > 0);
  expect(kept.events).toEqual([]);
  other.far.destroy();
});
