// Promises of the machine-readable result: the contract, whole, in one order.
import { expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { DrillResult } from "../types.ts";
import { evidenceFixture, usualFixture } from "./evidence.fixture.ts";
import { expectGolden } from "./golden.fixture.ts";
import { drillResultSchema, renderJson } from "./json.ts";

const { result } = evidenceFixture({ ...usualFixture, story: "broken" });

test("the schema and the type promise the same", () => {
  expectTypeOf<z.infer<typeof drillResultSchema>>().toEqualTypeOf<DrillResult>();
});

test("prints the result whole, as in the golden file", () => {
  const text = renderJson(result);
  expect(JSON.parse(text)).toEqual(result);
  expectGolden("broken.json", text);
});

test("the same facts yield the same text, in whatever order they were gathered", () => {
  const backwards = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(backwards);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, inner]) => [key, backwards(inner)]),
    );
  };
  expect(renderJson(backwards(result) as DrillResult)).toBe(renderJson(result));
});

test.each([
  ["an unknown key", { ...result, extra: 1 }, "extra"],
  ["a missing key", { ...result, whole: undefined }, "whole"],
  ["a figure that is no number", { ...result, durationMs: Number.NaN }, "durationMs"],
  ["a count that is no count", { ...result, rpo: { ...result.rpo, lost: 1.5 } }, "lost"],
  ["a local time", { ...result, startedAt: "14.3.2026 09:26" }, "startedAt"],
])("refuses to print a result with %s, which would be a bug of the drill", (_, broken, field) => {
  const print = () => renderJson(broken as unknown as DrillResult);
  expect(print).toThrow(/^invariant broken: the drill's result breaks its contract/u);
  expect(print).toThrow(field);
});

test("a result without any write after the fault is within the contract", () => {
  const clients = result.clients.map((client) => ({ ...client, outageMs: null }));
  const rto = { ...result.rto, measuredMs: null, medianMs: { router: null, "ioredis-sentinel": null } };
  expect(JSON.parse(renderJson({ ...result, clients, rto }))).toMatchObject({
    rto: { measuredMs: null },
  });
});

test("a result of a drill about an old primary is within the contract", () => {
  const stale = { answeredAtMs: 4100, windowMs: 84, acknowledged: 12, lost: 11, objectiveMs: 500 };
  const [one] = result.clients;
  const clients = [...result.clients, { ...one, id: "hard-coded-1", kind: "hard-coded" }];
  const told = { ...result, stale, clients } as DrillResult;
  expect(JSON.parse(renderJson(told))).toEqual(told);
});
