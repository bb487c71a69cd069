// Ports and names with real sockets: busy ones are named, and a name is free again once its holder is
// dead.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { canConnect, closeServer, firstBusy, holdName, listenOn } from "./sockets.ts";
import { missing, seen, waitFor } from "./wait.ts";

const busy = { address: "127.94.12.1", port: 17_902 };
const free = { address: "127.94.12.2", port: 17_902 };

test("a port that is taken is named with its address, and a free one is left free", async () => {
  const server = createServer();
  await listenOn(server, busy);
  expect(await canConnect(busy, 1000)).toBe(true);
  expect(await canConnect(free, 1000)).toBe(false);
  expect(await firstBusy([free, busy])).toMatchObject({ code: "PORT_BUSY", details: busy });
  await expect(listenOn(createServer(), busy)).rejects.toThrow(
    "127.94.12.1:17902 cannot be listened on: another process",
  );
  await closeServer(server);
  expect(await firstBusy([free, busy])).toBeUndefined();
});

test("an address that this machine does not have is said to be so", async () => {
  await expect(listenOn(createServer(), { address: "192.0.2.1", port: 17_902 })).rejects.toThrow(
    "192.0.2.1:17902 cannot be listened on: this machine does not have the address",
  );
});

test("a name has one holder at a time", async () => {
  const name = `baton-test-${process.pid}`;
  const release = await holdName(name);
  expect(release).toBeDefined();
  expect(await holdName(name)).toBeUndefined();
  await release?.();
  const again = await holdName(name);
  expect(again).toBeDefined();
  await again?.();
});

test("a name is free again when its holder was killed", async () => {
  const name = `baton-test-killed-${process.pid}`;
  const listen = `listen("\\0" + process.argv[1], () => console.log("held"))`;
  const script = `require("node:net").createServer().${listen}`;
  const holder = spawn(process.execPath, ["-e", script, name], { stdio: ["ignore", "pipe", "ignore"] });
  await once(holder.stdout, "data");
  expect(await holdName(name)).toBeUndefined();
  holder.kill("SIGKILL");
  const look = async () => {
    const release = await holdName(name);
    return release === undefined ? missing("the name") : seen(release);
  };
  const release = await waitFor("the name to be free", look, { withinMs: 5000 });
  await release();
});
