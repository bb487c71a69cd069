// What a router makes of an agent's words that are old.
import { expect, test } from "vitest";
import { CONFIRMATIONS_FRESH_MS } from "../decide/types.ts";
import { asOfNow } from "./freshness.ts";

test("a router that has not been told of late which replicas count takes no writes", () => {
  const asked = { kind: "asked", replicas: 1, names: ["h2"] } as const;
  expect(asOfNow(asked, CONFIRMATIONS_FRESH_MS)).toBe(asked);
  expect(asOfNow(asked, CONFIRMATIONS_FRESH_MS + 0.6)).toEqual({
    kind: "refused",
    reason: `nobody has told for ${CONFIRMATIONS_FRESH_MS + 1} ms which replicas count`,
  });
});

test("that nobody need confirm, or that writes are refused, does not grow old", () => {
  for (const said of [{ kind: "not-asked" }, { kind: "refused", reason: "split" }] as const)
    expect(asOfNow(said, 1e9)).toBe(said);
});
