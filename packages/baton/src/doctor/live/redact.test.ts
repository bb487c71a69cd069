import { expect, test } from "vitest";
import { userOf, withoutPasswords } from "./redact.ts";

test("says that a password is there, and not which", () => {
  const settings = new Map([
    ["RequirePass", "tulip"],
    ["masterauth", ""],
    ["sentinel-pass", "rose"],
    ["tls-key-file-pass", "lily"],
    ["maxmemory", "0"],
  ]);
  expect(Object.fromEntries(withoutPasswords(settings))).toEqual({
    requirepass: "set",
    masterauth: "",
    "sentinel-pass": "set",
    "tls-key-file-pass": "set",
    maxmemory: "0",
  });
});

test("keeps the rights of a user, and no word of a password or its hash", () => {
  expect(userOf("user watcher on #6ca13d52 ~* resetchannels &__sentinel__:hello -@all +ping")).toEqual({
    name: "watcher",
    line: "user watcher on ~* resetchannels &__sentinel__:hello -@all +ping",
  });
  expect(userOf("nonsense")).toBeUndefined();
});
