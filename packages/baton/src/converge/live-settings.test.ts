import { expect, test } from "vitest";
import { isLive } from "./live-settings.ts";

test.each([
  "maxmemory",
  "hz",
  "save",
  "requirepass",
  "masterauth",
  "min-replicas-to-write",
  "tls-ciphers",
])("%s is changed while Redis runs", (name) => {
  expect(isLive({ name, value: "1" })).toBe(true);
});

test.each(["databases", "dir", "io-threads", "aclfile", "rename-command", "loadmodule", "tcp-backlog"])(
  "%s waits for a start, as Redis refuses it",
  (name) => {
    expect(isLive({ name, value: "1" })).toBe(false);
  },
);

test.each(["bind", "port", "tls-port", "replica-announce-ip", "slave-announce-port"])(
  "%s waits for a start, as Redis would be elsewhere than others look for it",
  (name) => {
    expect(isLive({ name, value: "1" })).toBe(false);
  },
);

test("a line that is gone waits for a start, as nobody knows the value of before", () => {
  expect(isLive({ name: "maxmemory", value: undefined })).toBe(false);
});
