// Requests over a real unix socket: answered, bounded in size and time, and refused in words.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askLocal, type LocalRequest, type LocalServer, serveLocal } from "./unix-http.ts";

let folder: string;
let path: string;
let server: LocalServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "unix-"));
  path = join(folder, "socket");
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

const soon = { withinMs: 5000 };

test("a request comes with its body, and its answer comes back", async () => {
  const heard: LocalRequest[] = [];
  server = await serveLocal(path, async (request) => {
    heard.push(request);
    return { status: 201, body: { made: 1 } };
  });
  const reply = await askLocal(path, { method: "POST", path: "/things", body: { a: [1, "é"] } }, soon);
  expect(reply).toEqual({ status: 201, body: { made: 1 } });
  expect(heard).toEqual([{ method: "POST", path: "/things", body: { a: [1, "é"] } }]);
  expect(await askLocal(path, { method: "GET", path: "/" }, soon)).toMatchObject({ status: 201 });
});

test("a body that is too large is refused, and the server goes on", async () => {
  server = await serveLocal(path, async () => ({ status: 200, body: "fine" }));
  const huge = askLocal(path, { method: "POST", path: "/", body: "x".repeat(300_000) }, soon);
  expect(await huge).toMatchObject({
    status: 400,
    body: { message: "a body of more than 262144 bytes" },
  });
  expect(await askLocal(path, { method: "GET", path: "/" }, soon)).toEqual({
    status: 200,
    body: "fine",
  });
});

test("nobody there, a dead socket and a silent server are all unreachable", async () => {
  await expect(askLocal(path, { method: "GET", path: "/" }, soon)).rejects.toMatchObject({
    code: "UNREACHABLE",
  });
  writeFileSync(path, "");
  await expect(askLocal(path, { method: "GET", path: "/" }, soon)).rejects.toMatchObject({
    code: "UNREACHABLE",
  });
  rmSync(path);
  let answer: (() => void) | undefined;
  server = await serveLocal(path, async () => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return { status: 200, body: null };
  });
  const silent = askLocal(path, { method: "GET", path: "/" }, { withinMs: 100 });
  await expect(silent).rejects.toThrow(`${path}: no answer within 100 ms`);
  answer?.();
});

test("whoever asked can stop waiting", async () => {
  server = await serveLocal(path, async () => ({ status: 200, body: null }));
  const signal = AbortSignal.abort(new Error("no longer wanted"));
  const asked = askLocal(path, { method: "GET", path: "/" }, { ...soon, signal });
  await expect(asked).rejects.toThrow("no longer wanted");
});
