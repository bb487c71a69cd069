import { expect, test } from "vitest";
import { coverOf, permission, type Role } from "./permissions.ts";

const inBase64 = (text: string) => Buffer.from(text, "latin1").toString("base64");
/** As the gateway of etcd answers: zeros and empty texts are left out. */
const role = (name: string, ...answered: readonly object[]): Role => ({
  role: name,
  permissions: answered.map((one) => permission.parse(one)),
});
const KEY = "/services/redis/primary";

test("the role that has the key alone is named before those that have more", () => {
  const wide = role("wide", { permType: "READWRITE", key: inBase64("/"), range_end: inBase64("0") });
  const exact = role("exact", { permType: "READWRITE", key: inBase64(KEY) });
  expect(coverOf([wide, exact], KEY)).toEqual({ readBy: "exact", writtenBy: "exact", isWider: false });
  expect(coverOf([wide], KEY)).toEqual({ readBy: "wide", writtenBy: "wide", isWider: true });
});

test("reading and writing may come from two roles, and a missing kind means reading", () => {
  const reader = role("reader", { key: inBase64(KEY) });
  const writer = role("writer", { permType: "WRITE", key: inBase64(KEY) });
  expect(coverOf([reader], KEY)).toEqual({ readBy: "reader", writtenBy: undefined, isWider: false });
  expect(coverOf([writer], KEY)).toEqual({ readBy: undefined, writtenBy: "writer", isWider: false });
  expect(coverOf([writer, reader], KEY)).toMatchObject({ readBy: "reader", writtenBy: "writer" });
});

test.each([
  ["the key itself", { key: inBase64(KEY) }, true],
  ["another key", { key: inBase64(`${KEY}2`) }, false],
  ["a prefix", { key: inBase64("/services/"), range_end: inBase64("/services0") }, true],
  ["a range that ends before it", { key: inBase64("/services/"), range_end: inBase64(KEY) }, false],
  ["a range that begins after it", { key: inBase64(`${KEY}2`), range_end: inBase64("/z") }, false],
  ["everything from a key on", { key: inBase64("/a"), range_end: inBase64("\0") }, true],
  ["everything there is", { key: inBase64("\0"), range_end: inBase64("\0") }, true],
  ["everything after it", { key: inBase64("/z"), range_end: inBase64("\0") }, false],
])("covers or not: %s", (_what, range, isCovered) => {
  const { readBy } = coverOf([role("it", range)], KEY);
  expect(readBy !== undefined).toBe(isCovered);
});
