import { expect, test } from "vitest";
import { matchesGlob, plainName, shelfOf } from "./shelf.ts";

const shelf = shelfOf(
  [
    "h1/etc/redis/redis.conf",
    "h1/etc/redis/users.acl",
    "h2/etc/redis/users.acl",
    "flat/redis.conf",
    "flat/users.acl.j2",
    "flat/conf.d/a.conf",
    "flat/conf.d/b.conf",
  ].map((path) => ({ path, text: "" })),
);
const find = (path: string, from: string) => shelf.find(path, from).map((file) => file.path);

test("finds a path from the root below the folder that is a copy of it", () => {
  expect(find("/etc/redis/users.acl", "h1/etc/redis/redis.conf")).toEqual(["h1/etc/redis/users.acl"]);
});

test("finds it beside the file, as a template, and in a folder beside it", () => {
  expect(find("/etc/redis/users.acl", "flat/redis.conf")).toEqual(["flat/users.acl.j2"]);
  expect(find("/etc/redis/conf.d/a.conf", "flat/redis.conf")).toEqual(["flat/conf.d/a.conf"]);
  expect(find("./conf.d/*.conf", "flat/redis.conf")).toEqual([
    "flat/conf.d/a.conf",
    "flat/conf.d/b.conf",
  ]);
});

test("finds nothing of another host, and never the file itself", () => {
  expect(find("/srv/other.conf", "h1/etc/redis/redis.conf")).toEqual([]);
  expect(find("redis.conf", "flat/redis.conf")).toEqual([]);
});

test("tells an empty folder from one that is not here", () => {
  expect(shelf.hasFolderOf("/etc/redis/conf.d/*.conf", "flat/redis.conf")).toBe(true);
  expect(shelf.hasFolderOf("/etc/redis/conf.d/*.conf", "h1/etc/redis/redis.conf")).toBe(false);
});

test.each([
  ["a.conf", "*.conf", true],
  ["a.conf", "?.conf", true],
  ["ab.conf", "[a-c][!x].conf", true],
  ["ax.conf", "a[^x].conf", false],
  ["a.conf", "*.con", false],
  ["[", "[", true],
  ["", "*", true],
])("%j is meant by %j: %s", (text, pattern, expected) => {
  expect(matchesGlob(text, pattern)).toBe(expected);
});

test("does not take long over stars", () => {
  expect(matchesGlob("a".repeat(500), "*a".repeat(200).concat("b"))).toBe(false);
});

test("leaves out the ending of a template", () => {
  expect(plainName("x/redis.conf.j2")).toBe("redis.conf");
});
