import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askLocal } from "../sys/unix-http.ts";
import { openWakeSocket, WAKE_PATH } from "./wake-socket.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bt-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("wakes on a request, and on no other, also where a dead agent has left its socket", async () => {
  const path = join(folder, "wake.sock");
  await writeFile(path, "left behind");
  const said: string[] = [];
  let woken = 0;
  const options = {
    wakeSocket: undefined,
    stateDirectory: folder,
    say: (line: string) => void said.push(line),
  };
  const close = await openWakeSocket(options, () => {
    woken += 1;
  });
  expect((await stat(path)).mode & 0o777).toBe(0o660);
  const ask = (method: "GET" | "POST", asked: string) =>
    askLocal(path, { method, path: asked }, { withinMs: 2_000 });
  expect((await ask("POST", WAKE_PATH)).status).toBe(200);
  expect((await ask("GET", WAKE_PATH)).status).toBe(404);
  expect((await ask("POST", "/switchover")).status).toBe(404);
  expect([woken, said]).toEqual([1, []]);
  await close();
});

test("an agent without a place for its socket says so, and goes on", async () => {
  const said: string[] = [];
  const wakeSocket = join(folder, "no/such/folder/wake.sock");
  const options = { wakeSocket, stateDirectory: folder, say: (line: string) => void said.push(line) };
  const close = await openWakeSocket(options, () => undefined);
  expect(said).toEqual([expect.stringMatching(/^no wake-up by `baton notify`: .*wake\.sock: /)]);
  await close();
});
