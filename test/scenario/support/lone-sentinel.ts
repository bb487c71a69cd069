// One Redis and one Sentinel with nothing between them and their administrator, for mistakes that a
// lab's rights forbid.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Endpoint } from "../../../packages/baton/src/cluster/types.ts";
import { type Door, openDoor } from "../../../packages/baton/src/redis/door.ts";
import { Fields } from "../../../packages/baton/src/redis/replies.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { type RedisServer, startRedisServer } from "./redis-server.ts";

export interface LoneSentinel {
  readonly place: Endpoint;
  readonly redis: Door;
  readonly sentinel: Door;
  close(): Promise<void>;
}

/** ACL rights that are all that Sentinel needs. */
export const SENTINELS_RIGHTS =
  "resetchannels &__sentinel__:hello -@all +multi +exec +slaveof +ping +info +publish +subscribe " +
  "+config|rewrite +client|setname +client|kill +script|kill";

/** Sentinel logs in as `watcher`; the default user may do everything. */
export async function startLoneSentinel(address: string): Promise<LoneSentinel> {
  const folder = await mkdtemp(join(tmpdir(), "lone-sentinel-"));
  const user = ["--user", "watcher", "on", ">tulip", ...SENTINELS_RIGHTS.split(" ")];
  const server: RedisServer = await startRedisServer({ address, port: 6379, flags: user });
  const lines = [
    `bind ${address}`,
    "port 26379",
    `dir ${folder}`,
    `sentinel monitor main ${address} 6379 1`,
    "sentinel auth-user main watcher",
    "sentinel auth-pass main tulip",
  ];
  const file = join(folder, "sentinel.conf");
  await writeFile(file, `${lines.join("\n")}\n`);
  const child: ChildProcess = spawn("redis-sentinel", [file], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const times = { connectMs: 1_000, commandMs: 1_000 };
  const redis = openDoor({ address, port: 6379, ...times });
  const sentinel = openDoor({ address, port: 26_379, ...times });
  const look = async () => {
    const fields = new Fields(await sentinel.call(["SENTINEL", "MASTER", "main"]), "SENTINEL MASTER");
    return fields.text("flags") === "master" ? seen(undefined) : missing(fields.text("flags"));
  };
  await waitFor("Sentinel to see its primary", look, { withinMs: 10_000 });
  return {
    place: { address, port: 26_379 },
    redis,
    sentinel,
    async close() {
      redis.close();
      sentinel.close();
      child.kill("SIGKILL");
      await ended;
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
