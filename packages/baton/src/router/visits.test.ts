// What is told of sessions that have ended.
import { afterEach, describe, expect, test } from "vitest";
import { obedient, session, silent } from "./primary.fixture.ts";
import { client, closeAll, noRoute, until } from "./sockets.fixture.ts";
import { ENDS_KEPT_MAX, KeptEnds, type SessionEnd } from "./visits.ts";

afterEach(closeAll);

const END: SessionEnd = {
  atWallMs: 1,
  client: { address: "127.0.0.1", port: 1 },
  durationMs: 1,
  bytesFromClient: 0,
  bytesToClient: 0,
  end: "closed",
};

describe("a session that has ended", () => {
  test("is told with its client, its last node, its commands and bytes", async () => {
    const kept = new KeptEnds();
    const { socket, next, send, greet, move, received } = await session(obedient, { accessLog: kept });
    await greet();
    move();
    send("PING");
    await received("+PONG\r\n+PONG\r\n");
    const { localAddress: address = "", localPort: port = 0 } = socket;
    const beforeMs = Date.now();
    socket.destroy();
    let told: ReturnType<KeptEnds["take"]>;
    await until("the end to be told", () => (told = kept.take()) !== undefined);
    const figures = { commands: 2, bytesFromClient: 28, bytesToClient: 14 };
    const [end] = told?.ends ?? [];
    expect(told).toMatchObject({
      ends: [{ client: { address, port }, node: next.address, ...figures, end: "closed" }],
      lost: 0,
    });
    expect(end?.atWallMs).toBeGreaterThanOrEqual(beforeMs);
    expect(end?.durationMs).toBeLessThan(20_000);
    expect(kept.take()).toBeUndefined();
  });

  test("is told with how it ended", async () => {
    const kept = new KeptEnds();
    const options = { accessLog: kept, sessionsMax: 1, holdMs: 40 };
    const { old, opened, send, reset } = await session(silent, options);
    send("SET", "k", "v");
    await until("it to arrive", () => old.seen.length === 1);
    await client(opened);
    await until("the second client", () => opened.stats().refused.sessions === 1);
    opened.setRoute(noRoute("the primary is down"));
    await reset();
    await client(opened);
    await until("the third client", () => opened.stats().refused.holdTime === 1);
    const ends = kept.take()?.ends.map(({ end, node }) => [end, node]);
    expect(ends).toEqual([
      ["refused-sessions", undefined],
      ["cut", old.address],
      ["refused-time", undefined],
    ]);
  });
});

test("more ends than are kept are counted", () => {
  const kept = new KeptEnds();
  for (let index = 0; index < ENDS_KEPT_MAX + 2; index += 1) kept.ended(END);
  kept.lost(5);
  const told = kept.take();
  expect([told?.ends.length, told?.lost]).toEqual([ENDS_KEPT_MAX, 7]);
});
