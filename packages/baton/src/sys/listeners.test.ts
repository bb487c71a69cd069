// Real processes that listen, found by where they do.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listenersAt } from "./listeners.ts";

const program = `
const { createServer } = require("node:net");
const [tcp, all, unix] = [createServer(), createServer(), createServer()];
tcp.listen(0, "127.0.93.1", () => all.listen(0, "::", () => unix.listen(process.argv[1], () => {
  console.log(JSON.stringify([tcp.address().port, all.address().port]));
})));
`;

let folder: string;
let child: ChildProcess;
let ports: readonly number[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-listen-"));
  child = spawn(process.execPath, ["-e", program, join(folder, "it.sock")], {
    stdio: ["ignore", "pipe", 2],
  });
  ports = await new Promise((resolve) => {
    child.stdout?.once("data", (line) => resolve(JSON.parse(String(line)) as number[]));
  });
});
afterEach(async () => {
  child.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

const pidsAt = (place: string) => listenersAt([place]).map(({ pid }) => pid);

test("by its own address, by any address where it listens on all, and by the path of a socket", () => {
  expect(pidsAt(`127.0.93.1:${ports[0]}`)).toEqual([child.pid]);
  expect(pidsAt(`127.0.93.1:${ports[1]}`)).toEqual([child.pid]);
  expect(pidsAt(`[::1]:${ports[1]}`)).toEqual([child.pid]);
  expect(pidsAt(join(folder, "it.sock"))).toEqual([child.pid]);
});

test("nobody at another address, another port or another path", () => {
  expect(pidsAt(`127.0.93.2:${ports[0]}`)).toEqual([]);
  expect(pidsAt("127.0.93.1:1")).toEqual([]);
  expect(pidsAt(join(folder, "other.sock"))).toEqual([]);
});
