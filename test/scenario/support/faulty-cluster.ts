// A stock cluster that fails over within seconds, and whose processes can be stopped, killed and restarted.
import type { Endpoint } from "../../../packages/baton/src/cluster/types.ts";
import { type Door, openDoor } from "../../../packages/baton/src/redis/door.ts";
import { Fields, parseInfo } from "../../../packages/baton/src/redis/replies.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { type RedisServer, startRedisServer } from "./redis-server.ts";
import { type StockCluster, startStockCluster } from "./stock-cluster.ts";

export const PASSWORD = "tulip-and-orchid";
const DOWN_AFTER_MS = 1_500;
const TIMES = { connectMs: 1_000, commandMs: 1_000 };

export interface FaultyCluster {
  readonly addresses: readonly string[];
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  /** What all Sentinels that answer name. */
  primary(): Promise<string>;
  signal(what: "redis" | "sentinel", address: string, signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void;
  /** Starts the node again that was killed, as the primary that it was. */
  restart(address: string): Promise<void>;
  /** By Sentinel, while the old primary lives. Resolves when the first Sentinel names another one. */
  beginFailover(): Promise<string>;
  /** The list at a key of a node. */
  list(address: string, key: string): Promise<readonly number[]>;
  settledOn(address: string): Promise<void>;
  close(): Promise<void>;
}

interface Process {
  readonly door: Door;
  pid: number;
}

async function pidOf(door: Door): Promise<number> {
  return Number(parseInfo(await door.call(["INFO", "server"])).get("process_id"));
}

async function processesOf(addresses: readonly string[], port: number, password: string) {
  const found = new Map<string, Process>();
  for (const address of addresses) {
    const door = openDoor({ address, port, ...(password === "" ? {} : { password }), ...TIMES });
    found.set(address, { door, pid: await pidOf(door) });
  }
  return found;
}

async function namedBy({ door }: Process): Promise<string> {
  const reply = await door.call(["SENTINEL", "MASTER", "main"]);
  return new Fields(reply, "the group").text("ip");
}

async function agreedBy(sentinels: readonly Process[]): Promise<string> {
  const look = async () => {
    const [first = "", ...others] = await Promise.all(sentinels.map(namedBy));
    return others.every((one) => one === first) ? seen(first) : missing("they name several");
  };
  return await waitFor("the Sentinels to name one primary", look, { withinMs: 10_000 });
}

async function failOver(sentinel: Process): Promise<string> {
  const before = await namedBy(sentinel);
  const look = async () => {
    const now = await namedBy(sentinel);
    if (now !== before) return seen(now);
    // It is refused while one is under way, and has to be said again when that one was given up.
    await sentinel.door.call(["SENTINEL", "FAILOVER", "main"]);
    return missing(`it is still ${now}`);
  };
  return await waitFor("another primary", look, { withinMs: 20_000, everyMs: 5 });
}

function wake({ door, pid }: Process): void {
  door.close();
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // It was killed by a test.
  }
}

/** Hosts are NETWORK.1 to .3; .1 is the first primary. */
export async function startFaultyCluster(network: string): Promise<FaultyCluster> {
  const cluster: StockCluster = await startStockCluster({ network, password: PASSWORD, flags: [] });
  const { addresses } = cluster;
  const started: RedisServer[] = [];
  const processes = {
    redis: await processesOf(addresses, 6379, PASSWORD),
    sentinel: await processesOf(addresses, 26_379, ""),
  };
  const at = (what: "redis" | "sentinel", address: string): Process => {
    const found = processes[what].get(address);
    if (found === undefined) throw new Error(`there is no ${what} at ${address}`);
    return found;
  };
  const sentinels = [...processes.sentinel.values()];
  const down = ["down-after-milliseconds", String(DOWN_AFTER_MS)];
  // Without a short one, a second failover would wait six minutes.
  for (const { door } of sentinels)
    await door.call(["SENTINEL", "SET", "main", ...down, "failover-timeout", "3000"]);
  return {
    addresses,
    sentinels: addresses.map((host) => ({ host, port: 26_379 })),
    settledOn: (address) => cluster.settledOn(address),
    primary: () => agreedBy(sentinels),
    signal(what, address, signal) {
      process.kill(at(what, address).pid, signal);
    },
    async restart(address) {
      const flags = ["--masterauth", PASSWORD, "--bind-source-addr", address];
      const place: Endpoint = { address, port: 6379 };
      started.push(await startRedisServer({ ...place, password: PASSWORD, flags }));
      const found = at("redis", address);
      found.pid = await pidOf(found.door);
    },
    beginFailover: () => failOver(at("sentinel", addresses[0] ?? "")),
    async list(address, key) {
      const reply = await at("redis", address).door.call(["LRANGE", key, "0", "-1"]);
      return (reply as readonly string[]).map(Number);
    },
    async close() {
      for (const found of [...processes.redis.values(), ...sentinels]) wake(found);
      for (const server of started) await server.close();
      await cluster.close();
    },
  };
}
