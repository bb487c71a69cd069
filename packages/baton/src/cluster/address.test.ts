import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeAddress } from "./address.ts";

const canonicalOf = (text: string): string | undefined => {
  const judged = judgeAddress(text);
  return judged.kind === "address" ? judged.canonical : undefined;
};

describe("the address of a host", () => {
  test("is taken as it is when it is an IPv4 address", () => {
    fc.assert(fc.property(fc.ipV4(), (text) => text === "0.0.0.0" || canonicalOf(text) === text));
  });

  test("is put into the spelling that Sentinel prints when it is an IPv6 address", () => {
    expect(canonicalOf("2001:DB8:0:0:0:0:0:1")).toBe("2001:db8::1");
    expect(canonicalOf("::1")).toBe("::1");
    expect(canonicalOf("fd00:0:0:1:0:0:0:1")).toBe("fd00:0:0:1::1");
  });

  test("is the same again when its canonical spelling is judged", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const canonical = canonicalOf(text);
        expect(
          canonical === undefined || canonicalOf(canonical) === canonical,
          `${text} ${canonical}`,
        ).toBe(true);
      }),
    );
  });

  test("is no host name, no range, no zone, no URL, and no half of an address", () => {
    for (const text of [
      "",
      "redis-1",
      "localhost",
      "10.0.0",
      "10.0.0.256",
      "010.0.0.1",
      "10.0.0.1/8",
      "fe80::1%eth0",
    ]) {
      expect(judgeAddress(text).kind, text).toBe("refused");
    }
    for (const text of ["[::1]", ":::", "1::2::3", "http://10.0.0.1", "::1]/x[", "12345::"]) {
      expect(judgeAddress(text).kind, text).toBe("refused");
    }
  });

  test("is not every address of the machine, and not an IPv4 address in disguise", () => {
    for (const text of ["0.0.0.0", "::", "0:0:0:0:0:0:0:0", "::ffff:10.0.0.1"]) {
      expect(judgeAddress(text).kind, text).toBe("refused");
    }
  });
});
