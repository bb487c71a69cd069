// To which addresses a secret may go.
import { expect, test } from "vitest";
import { isBareUrl, isInTheClear, maySendSecret } from "./secret-url.ts";

test.each([
  "https://api.example.org",
  "https://[2001:db8::1]:8443/v1",
  "http://127.0.9.1:80",
  "http://[::1]",
])("%s: encrypted, or no further than this machine", (text) => expect(maySendSecret(text)).toBe(true));

test.each([
  "http://api.example.org",
  "http://127.0.0.1.example.org",
  "http://10.0.0.1",
  "ftp://127.0.0.1",
  "https://user@example.org",
  "https://:password@example.org",
  "https://example.org?key=1",
  "https://example.org#key",
  "example.org",
  "",
])("%s: not there", (text) => expect(maySendSecret(text)).toBe(false));

test("what needs no secret may go anywhere that is a plain address", () => {
  expect([isBareUrl("http://10.0.0.1"), isInTheClear("http://10.0.0.1")]).toEqual([true, true]);
});
