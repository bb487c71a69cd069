import { describe, expect, test } from "vitest";
import { CAPABILITIES, capabilitiesOf, engineOf } from "./capabilities.ts";
import { parseInfo } from "./replies.ts";

const redis = (version: string) =>
  parseInfo(`# Server\r\nredis_version:${version}\r\nredis_mode:standalone`);
const valkey = (version: string) =>
  parseInfo(
    `# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\n` +
      `valkey_version:${version}\r\nserver_mode:sentinel`,
  );

describe("the engine", () => {
  test("is named by its own version, not by the Redis that Valkey is compatible with", () => {
    expect(engineOf(redis("7.0.15"))).toEqual({
      family: "redis",
      version: [7, 0, 15],
      name: "redis 7.0.15",
    });
    expect(engineOf(valkey("9.1.2"))).toEqual({
      family: "valkey",
      version: [9, 1, 2],
      name: "valkey 9.1.2",
    });
  });

  test("is refused when INFO names no version", () => {
    expect(() => engineOf(parseInfo("role:master"))).toThrow("expected redis_version in INFO server");
    expect(() => engineOf(valkey("unstable"))).toThrow(
      'valkey_version in INFO server, found "unstable"',
    );
  });
});

describe("what an engine is capable of", () => {
  test.each([
    ["redis 7.0.15", redis("7.0.15"), []],
    ["redis 8.0.2", redis("8.0.2"), ["client-setinfo", "waitaof"]],
    ["redis 10.0.0", redis("10.0.0"), ["client-setinfo", "waitaof"]],
    ["valkey 8.1.1", valkey("8.1.1"), ["client-setinfo", "primary-names", "waitaof"]],
    ["valkey 9.1.1", valkey("9.1.1"), ["client-setinfo", "primary-names", "stale-peer-down", "waitaof"]],
    [
      "valkey 9.1.2",
      valkey("9.1.2"),
      ["client-setinfo", "coordinated-failover", "primary-names", "stale-peer-down", "waitaof"],
    ],
  ])("is what was seen on %s", (_name, info, expected) => {
    expect([...capabilitiesOf(info).has]).toEqual(expected);
  });

  test("is a table in the order of its ids, with a sentence each", () => {
    const ids = CAPABILITIES.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
    for (const { sentence } of CAPABILITIES) expect(sentence).toMatch(/^[A-Z].*\.$/s);
  });
});
