import { Redis, ReplyError } from "ioredis";
import { expect, test } from "vitest";
import { ioredis } from "./ioredis.ts";
import { settingsFrom } from "./settings.ts";

const library = ioredis({ Redis, ReplyError });
const sentinels = [{ host: "192.0.2.1", port: 26_379 }];

test("a router has time to hold a command, a primary has not", () => {
  expect(settingsFrom({ library, router: { host: "192.0.2.1", port: 6380 } }).commandTimeoutMs).toBe(
    5_000,
  );
  expect(settingsFrom({ library, sentinels, group: "main" }).commandTimeoutMs).toBe(500);
});

test("Sentinels are asked with the application's login, unless they have one of their own, or none", () => {
  const accessOf = (more: object) => {
    const { way } = settingsFrom({
      library,
      sentinels,
      group: "main",
      username: "app",
      password: "a",
      ...more,
    });
    return way.kind === "sentinel" ? [way.access.username, way.access.password] : [];
  };
  expect(accessOf({})).toEqual(["app", "a"]);
  expect(accessOf({ sentinelPassword: "s" })).toEqual([undefined, "s"]);
  expect(accessOf({ sentinelPassword: "" })).toEqual([undefined, ""]);
});

test("refuses what cannot be meant", () => {
  const group = "main";
  expect(() => settingsFrom({ library, sentinels: [], group })).toThrow(
    "neither a router nor a Sentinel",
  );
  expect(() => settingsFrom({ library, sentinels, group: "" })).toThrow("an empty one");
  expect(() => settingsFrom({ library, sentinels, group, commandTimeoutMs: 0 })).toThrow(
    "commandTimeoutMs",
  );
  expect(() => settingsFrom({ library, sentinels, group, sentinelTimeoutMs: Number.NaN })).toThrow(
    "sentinelTimeoutMs above 0, and was given NaN",
  );
  expect(() => settingsFrom({ library, sentinels, group, retryForMs: -1 })).toThrow("retryForMs -1");
});
