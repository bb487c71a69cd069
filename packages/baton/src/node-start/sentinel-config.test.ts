import { expect, test } from "vitest";
import { firstConfig, isState } from "./sentinel-config.ts";

const settings = [
  "port 26379",
  "sentinel announce-ip 10.0.0.3",
  "sentinel monitor main 10.0.0.1 6379 2",
  "sentinel auth-user main sentinel",
  "sentinel monitor carts 10.0.0.1 6390 2",
  "",
].join("\n");

test("a Sentinel that begins anew watches the primaries of today, in their epoch", () => {
  const followed = [{ group: "main", primary: { address: "10.0.0.2", port: 6379 }, epoch: 7 }];
  expect(firstConfig(settings, followed).split("\n")).toEqual([
    "port 26379",
    "sentinel announce-ip 10.0.0.3",
    "sentinel monitor main 10.0.0.2 6379 2",
    "sentinel config-epoch main 7",
    "sentinel auth-user main sentinel",
    "sentinel monitor carts 10.0.0.1 6390 2",
    "",
  ]);
});

test("of groups that nobody knows it watches the first primary", () => {
  expect(firstConfig(settings, [])).toBe(settings);
});

test("a primary with an IPv6 address stands there as it is", () => {
  const followed = [{ group: "carts", primary: { address: "fd00::2", port: 6390 }, epoch: 0 }];
  expect(firstConfig(settings, followed)).toContain("\nsentinel monitor carts fd00::2 6390 2\n");
});

test("state is what watches something, and an emptied file is none", () => {
  expect(isState(settings)).toBe(true);
  expect(isState("")).toBe(false);
  expect(isState("port 26379\n# sentinel monitor main 10.0.0.1 6379 2\n")).toBe(false);
});
