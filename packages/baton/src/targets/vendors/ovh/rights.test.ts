import { expect, test } from "vitest";
import { isCovered } from "./rights.ts";

const call = (text: string) => {
  const [method = "", path = ""] = text.split(" ");
  return { method: method as "GET", path };
};
const covers = (needed: string, ...rules: readonly string[]) => isCovered(call(needed), rules.map(call));

test("a rule's star stands for anything, slashes too, and nothing else does", () => {
  expect(covers("GET /domain/zone/a/record/*", "GET /*")).toBe(true);
  expect(covers("GET /domain/zone/a/record/*", "GET /domain/zone/*/record/*")).toBe(true);
  expect(covers("GET /domain/zone/a/record/*", "GET /domain/zone/a/record")).toBe(false);
  expect(covers("GET /domain/zone/a/record", "GET /domain/zone/a/record/*")).toBe(false);
  expect(covers("PUT /ip/1", "GET /ip/*", "PUT /ipLoadbalancing/*")).toBe(false);
  expect(covers("GET /ab", "GET /ab*ab")).toBe(false);
  expect(covers("GET /abcab", "GET /ab*ab")).toBe(true);
  expect(covers("GET /a+b", "GET /a.b")).toBe(false);
  expect(covers("GET /x", "get /x")).toBe(true);
});

test("a rule of many stars is judged at once", () => {
  const startedMs = performance.now();
  expect(covers(`GET /${"a".repeat(2_000)}`, `GET ${"*a".repeat(200)}*b`)).toBe(false);
  expect(performance.now() - startedMs).toBeLessThan(200);
});
