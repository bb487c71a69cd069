import { expect, test } from "vitest";
import { isOn, mayRun, mayUseChannel, usersOf } from "./acl-rights.ts";
import type { AclUser } from "./facts.ts";

const place = { file: "users.acl", line: 1, column: 1 };

function user(rules: string): AclUser {
  const words = rules.split(" ").map((text) => ({ text, place, isUnknown: text.includes("{{") }));
  return { name: "sentinel", rules: words, place };
}

test("a placeholder leaves the answer open, and a later word settles it", () => {
  expect(mayRun(user("on {{rights}}"), "multi")).toBeUndefined();
  expect(mayRun(user("on {{rights}} +multi"), "multi")).toBe(true);
  expect(mayUseChannel(user("+subscribe {{channels}}"), "__sentinel__:hello")).toBeUndefined();
});

test("a placeholder for a password leaves the rights as they are", () => {
  expect(mayRun(user("on >{{password}} +multi"), "multi")).toBe(true);
  expect(mayRun(user("on >{{password}} +exec"), "multi")).toBe(false);
});

test("a category decides only about commands whose categories are known", () => {
  expect(mayRun(user("-@all +@write"), "lpush")).toBeUndefined();
  expect(mayRun(user("-@all +@write"), "multi")).toBe(false);
});

test("a user that names no channel has what its version gives by default", () => {
  expect(mayUseChannel(user("+subscribe"), "__sentinel__:hello")).toBe(false);
  const openByDefault = { isOpenByDefault: true };
  expect(mayUseChannel(user("+subscribe"), "__sentinel__:hello", openByDefault)).toBe(true);
  expect(mayUseChannel(user("resetchannels +subscribe"), "x", openByDefault)).toBe(false);
});

test("the last of on and off counts", () => {
  expect(isOn(user(">x +@all"))).toBe(false);
  expect(isOn(user("on off"))).toBe(false);
  expect(isOn(user("off on"))).toBe(true);
});

test("a running node's own list of users counts before its file", () => {
  const live = { address: "10.0.0.1", port: 6379, users: [{ name: "a", line: "user a on -@all +get" }] };
  const node = { name: "n", units: [], live };
  expect(usersOf(node)?.map((one) => one.rules.map(({ text }) => text))).toEqual([
    ["on", "-@all", "+get"],
  ]);
});
