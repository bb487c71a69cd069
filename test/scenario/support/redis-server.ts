// One real redis-server without persistence, for tests that need no cluster.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Endpoint } from "../../../packages/baton/src/cluster/types.ts";
import { openDoor } from "../../../packages/baton/src/redis/door.ts";
import { parseInfo } from "../../../packages/baton/src/redis/replies.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";

export interface RedisServer {
  readonly child: ChildProcess;
  /** Kills it, even where it is stopped, and removes its folder. */
  close(): Promise<void>;
}

interface RedisServerOptions extends Endpoint {
  readonly password?: string;
  /** More of its configuration, as flags. */
  readonly flags?: readonly string[];
}

/** @throws BatonError NOT_READY when it does not answer, as when another server has the port. */
export async function startRedisServer(options: RedisServerOptions): Promise<RedisServer> {
  const { address, port, password, flags = [] } = options;
  const folder = await mkdtemp(join(tmpdir(), "redis-server-"));
  const place = ["--bind", address, "--port", String(port), "--dir", folder, "--save", ""];
  const login = password === undefined ? ["--protected-mode", "no"] : ["--requirepass", password];
  const child = spawn("redis-server", [...place, ...login, ...flags], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const door = openDoor({ address, port, ...(password === undefined ? {} : { password }) });
  const look = async () => {
    // A server that somebody left on this port would answer in its place.
    if (child.exitCode !== null) return missing(`redis-server has ended with ${child.exitCode}`);
    const info = parseInfo(await door.call(["INFO", "server"]));
    const found = info.get("process_id");
    return found === String(child.pid) ? seen(undefined) : missing(`process ${found} answers`);
  };
  await waitFor(`redis-server at ${address}:${port}`, look, { withinMs: 10_000 });
  door.close();
  return {
    child,
    async close() {
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
