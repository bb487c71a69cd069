// Promises of the printer that need no browser: what is missing is said, and only our own page is printed.
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BatonError } from "../errors.ts";
import { findBrowser, isOwnPage, printPage } from "./print-page.ts";
import { evidenceFixture } from "./report/evidence.fixture.ts";
import { renderHtml } from "./report/index.ts";

const { signal } = new AbortController();
const page = renderHtml(evidenceFixture());
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-print-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

async function printed(browser: string, text = page): Promise<unknown> {
  const file = join(folder, "report.html");
  await writeFile(file, text);
  const options = { browser, page: file, file: join(folder, "out.pdf") };
  return await printPage({ ...options, environment: process.env, signal }).catch(
    (error: unknown) => error,
  );
}

test("finds a browser by any of its names, and says what to install where there is none", async () => {
  const path = await program("google-chrome", "exit 0");
  expect(findBrowser({ PATH: `/nonexistent:${folder}` })).toBe(path);
  const missing = () => findBrowser({ PATH: "/nonexistent" });
  expect(missing).toThrow(/^none of chromium, .* is on the PATH$/u);
  expect(new BatonError("BROWSER_MISSING", "").hint).toContain("apt-get install chromium");
});

test("a page of ours is known, and one that somebody changed is not", () => {
  expect(isOwnPage(page)).toBe(true);
  for (const bad of ["<script>", "<meta http-equiv=refresh>", "<img src=x>", '<a href="x">', "<IFRAME>"])
    expect(isOwnPage(page.replace("<h1>", `${bad}<h1>`)), bad).toBe(false);
  expect(isOwnPage(page.replace("default-src 'none'", "default-src *"))).toBe(false);
  expect(isOwnPage("<html></html>")).toBe(false);
});

test("a strange page is never given to a browser", async () => {
  const browser = await program("chromium", `touch ${folder}/started`);
  expect(await printed(browser, "<html></html>")).toMatchObject({ code: "UNABLE" });
  await expect(rm(join(folder, "started"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a browser that fails, or leaves nothing, is named with its last words", async () => {
  const failing = await printed(await program("failing", "echo no display >&2; exit 7"));
  expect(failing).toMatchObject({ code: "UNABLE" });
  expect(String(failing)).toMatch(/failing ended with exit code 7: no display/u);
  const silent = await printed(await program("silent", "exit 0"));
  expect(String(silent)).toMatch(/silent ended well, and left no PDF/u);
});
