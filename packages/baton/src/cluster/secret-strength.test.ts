// Which passwords are refused, and that no sentence about one gives any of it away.
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { weaknessOf } from "./secret-strength.ts";

test.each([
  ["kurz", "4 characters, expected 12 or more"],
  ["x".repeat(513), "513 characters, expected at most 512"],
  ["aaaaaaaaaaaaaaaa", "only 1 different characters"],
  ["xyxyxyxyxyxyxyxy", "only 2 different characters"],
  ["123456789012", "a row of neighbouring characters"],
  ["abcdefghijklm", "a row of neighbouring characters"],
  ["zyxwvutsrqponm", "a row of neighbouring characters"],
  ["948205718364", "well-known words, names of users or digits"],
  ["password2024!", "well-known words"],
  ["Passw0rd-1234", "well-known words"],
  ["P@$$w0rd-1234", "well-known words"],
  ["changeme1234", "well-known words"],
  ["change-me-now-1", "well-known words"],
  ["redispassword", "well-known words"],
  ["application-1", "well-known words"],
  ["sentinel-secret", "well-known words"],
  ["qwertyuiop2024", "well-known words"],
])("refuses %s: %s", (value, sentence) => {
  expect(weaknessOf(value)).toContain(sentence);
});

test.each([
  ["a blank", "correct horse battery"],
  ["a blank", "correct\u{a0}horse-battery"],
  ["a quotation mark", 'k3j"4h5k3j4h5k3'],
  ["a quotation mark", "k3j'4h5k3j4h5k3"],
  ["a control character or a line break", "k3j4h5k3j\n4h5k3"],
  ["a control character or a line break", "k3j4h5k3j\t4h5k3"],
  ["a control character or a line break", "k3j4h5k3j\u{202e}4h5k3"],
  ["bytes that are no UTF-8", "k3j4h5k3j\u{fffd}4h5k3"],
])("refuses %s, which would cost a Sentinel its own file", (what, value) => {
  expect(weaknessOf(value)).toMatch(new RegExp(`^${what} in it`));
});

test.each(["#k3j4h5k3j4h5", "k3j\\4h5k3j4h5", "$k3j%4{h5}*k3;", "größe-k3j4h5k3", "walnut-peer-2025"])(
  "takes %s",
  (value) => {
    expect(weaknessOf(value)).toBeUndefined();
  },
);

test("takes whatever a generator of random passwords makes", () => {
  for (let round = 0; round < 2_000; round += 1) {
    expect(weaknessOf(randomBytes(24).toString("hex"))).toBeUndefined();
    expect(weaknessOf(randomBytes(12).toString("base64url"))).toBeUndefined();
  }
});

test("never says any of the password", () => {
  const anything = fc.string({ unit: "binary", minLength: 4, maxLength: 40 });
  fc.assert(
    fc.property(anything, (noise) => {
      const value = `Zq7${noise}`;
      expect(weaknessOf(value) ?? "").not.toContain("Zq7");
    }),
    { numRuns: 300 },
  );
});
