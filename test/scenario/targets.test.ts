// The promises of every target, kept by the one for HAProxy with the real program.
import { expect, test } from "vitest";
import { conformance } from "../../packages/baton/src/targets/conformance.fixture.ts";
import { haproxy } from "../../packages/baton/src/targets/kinds/haproxy.ts";
import type { Change } from "../../packages/baton/src/targets/target.ts";
import { startHaproxy } from "./support/haproxy.ts";
import { testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";

const unended = new AbortController().signal;
const surroundings = testSurroundings();
const change: Change = {
  group: "main",
  endpoint: { address: "127.0.77.2", port: 6380 },
  epoch: 1,
  from: undefined,
  role: "leader",
};

conformance(haproxy, startHaproxy);

test("HAProxy keeps the primary over a restart, by its state file", async () => {
  const proxy = await startHaproxy();
  try {
    const target = await haproxy.open(haproxy.settings.parse(proxy.settings), surroundings);
    await target.write(change, unended);
    await proxy.restart();
    expect(await proxy.shown()).toBe("127.0.77.2:6380");
  } finally {
    await proxy.close();
  }
});

test("a server that an operator put into maintenance is read as it is, and ready once led", async () => {
  const proxy = await startHaproxy();
  try {
    await proxy.ask("set server redis/primary state maint");
    const target = await haproxy.open(haproxy.settings.parse(proxy.settings), surroundings);
    expect((await target.read?.(unended))?.raw).toBe("192.0.2.1:6379, admin state 1");
    await target.write(change, unended);
    expect((await target.read?.(unended))?.raw).toBe("127.0.77.2:6380, admin state 0");
  } finally {
    await proxy.close();
  }
});

test("says what HAProxy has not: a backend, a server, an address", async () => {
  const proxy = await startHaproxy();
  const { socket } = proxy.settings;
  const open = (more: object) =>
    haproxy.open(haproxy.settings.parse({ socket, backend: "redis", ...more }), surroundings);
  try {
    const [noBackend, noServer, right] = [
      await open({ backend: "redys" }),
      await open({ server: "second" }),
      await open({}),
    ];
    await expect(noBackend.read?.(unended)).rejects.toThrow("server redys/primary: HAProxy");
    await expect(noServer.read?.(unended)).rejects.toThrow(
      "server redis/second: HAProxy has no such server",
    );
    await expect(noServer.write(change, unended)).rejects.toThrow("No such server.");
    const wrong = { ...change, endpoint: { address: "nowhere", port: 6379 } };
    await expect(right.write(wrong, unended)).rejects.toThrow("Invalid addr");
  } finally {
    await proxy.close();
  }
});
