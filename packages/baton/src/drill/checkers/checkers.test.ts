// What every checker has to keep, whatever it looks at.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Checker } from "./checker.ts";
import { checkers } from "./index.ts";

const folder = new URL(".", import.meta.url).pathname;
const camel = (id: string) => id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

test("every file holds one checker that is listed, under its own name, id and summary first", async () => {
  const files = readdirSync(folder).filter((name) => /^(?!index|checker\.)[a-z-]+\.ts$/.test(name));
  const found: unknown[] = [];
  for (const file of files) {
    const exported = (await import(join(folder, file))) as Readonly<Record<string, Checker>>;
    const id = file.replace(".ts", "");
    expect(Object.keys(exported)).toEqual([camel(id)]);
    const checker = exported[camel(id)];
    expect(Object.keys(checker ?? {})).toEqual(["id", "summary", "check"]);
    expect(checker?.id).toBe(id);
    expect(checker?.summary).toMatch(/^[A-Z].{20,100}\.$/);
    found.push(checker);
  }
  expect(new Set(found)).toEqual(new Set(checkers));
  expect(found).toHaveLength(checkers.length);
});
