// What every kind of client has to keep, whatever it is.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ClientKind } from "../kind.ts";
import { clientKinds } from "./index.ts";

const folder = new URL(".", import.meta.url).pathname;
const camel = (id: string) => id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

test("kinds are listed alphabetically, each once", () => {
  const ids = clientKinds.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
});

test("every object of every file is listed, under its own name, with id and summary first", async () => {
  const files = readdirSync(folder).filter((name) => name !== "index.ts" && !name.includes(".test."));
  const found: ClientKind[] = [];
  for (const file of files) {
    const exported = (await import(join(folder, file))) as Readonly<Record<string, ClientKind>>;
    for (const [name, kind] of Object.entries(exported)) {
      expect(name).toBe(camel(kind.id));
      expect(kind.id.startsWith(file.replace(".ts", ""))).toBe(true);
      expect(Object.keys(kind).slice(0, 2)).toEqual(["id", "summary"]);
      found.push(kind);
    }
  }
  expect(new Set(found)).toEqual(new Set(clientKinds));
});

test("a kind that is compared says so in its id, and goes the way that its id names", () => {
  for (const { id, way, manner } of clientKinds) {
    expect(id.endsWith("-default"), id).toBe(manner === "default" && id !== "ioredis-sentinel");
    if (id.endsWith("-via-router")) expect(way, id).toBe("router");
    if (manner === "recipe") expect(way, id).toBe(id.endsWith("-via-router") ? "router" : "sentinel");
  }
});

test("every recipe has both ways, and the library's ordinary default beside it", () => {
  const ids = new Set(clientKinds.map(({ id }) => id));
  const recipes = clientKinds.filter(({ manner, way }) => manner === "recipe" && way === "sentinel");
  expect(recipes.length).toBeGreaterThanOrEqual(7);
  for (const { id } of recipes)
    expect([`${id}-default`, `${id}-via-router`].filter((other) => !ids.has(other))).toEqual([]);
});

test("what a kind needs is named, with what to install, and really looked for", async () => {
  const { signal } = new AbortController();
  for (const need of new Set(clientKinds.flatMap(({ needs }) => needs))) {
    expect(need.what.length).toBeGreaterThan(3);
    expect(need.hint).toMatch(/apt-get install|npm ci|checkout/);
    const found = await need.missing(signal);
    if (found !== undefined) expect(found.length).toBeGreaterThan(10);
  }
});
