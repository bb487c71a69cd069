// Three nodes and three Sentinels, set up by hand with one password, whose processes tests can signal.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Door, openDoor } from "../../../packages/baton/src/redis/door.ts";
import { asList, asText, Fields, parseInfo } from "../../../packages/baton/src/redis/replies.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { type RedisServer, startRedisServer } from "./redis-server.ts";

interface Host {
  readonly address: string;
  readonly server: RedisServer;
  readonly redis: Door;
  readonly sentinel: Door;
  readonly child: ChildProcess;
}

export interface SignalledCluster {
  /** Of hosts .1, .2 and .3; .1 is the first primary. */
  readonly addresses: readonly string[];
  redis(address: string): Door;
  signal(what: "redis" | "sentinel", address: string, signal: NodeJS.Signals): void;
  /** What most of the Sentinels name. */
  primary(): Promise<string>;
  /** Until the Sentinels of all hosts name this one, and this many replicas are attached to it. */
  settledOn(address: string, replicas: number): Promise<void>;
  close(): Promise<void>;
}

const TIMES = { connectMs: 500, commandMs: 500 };

async function startHost(
  number: number,
  network: string,
  password: string,
  folder: string,
): Promise<Host> {
  const [address, first] = [`${network}.${number}`, `${network}.1`];
  const replica = number === 1 ? [] : ["--replicaof", first, "6379"];
  const own = ["--masterauth", password, "--bind-source-addr", address];
  const flags = [...own, "--repl-diskless-sync-delay", "0", ...replica];
  const place = { address, port: 6379, password };
  const server = await startRedisServer({ ...place, flags });
  const file = join(folder, `sentinel-${number}.conf`);
  const lines = [
    `bind ${address}`,
    `bind-source-addr ${address}`,
    "port 26379",
    `dir ${folder}`,
    `sentinel monitor main ${first} 6379 2`,
    `sentinel auth-pass main ${password}`,
    "sentinel down-after-milliseconds main 1500",
    // Another failover of the same group has to wait for twice as long.
    "sentinel failover-timeout main 2000",
  ];
  await writeFile(file, `${lines.join("\n")}\n`);
  const child = spawn("redis-sentinel", [file], { stdio: "ignore" });
  const sentinel = openDoor({ address, port: 26_379, ...TIMES });
  const look = async () => {
    const found = parseInfo(await sentinel.call(["INFO", "server"])).get("process_id");
    return found === String(child.pid) ? seen(undefined) : missing(`process ${found} answers`);
  };
  await waitFor(`the Sentinel at ${address}`, look, { withinMs: 10_000 });
  return { address, server, redis: openDoor({ ...place, ...TIMES }), sentinel, child };
}

async function doubtOf({ address, sentinel }: Host, primary: string, replicas: number) {
  const [group, peers] = await sentinel.batch([
    ["SENTINEL", "MASTER", "main"],
    ["SENTINEL", "SENTINELS", "main"],
  ]);
  const fields = new Fields(group, "the group");
  if (fields.text("ip") !== primary) return `${address} names ${fields.text("ip")}`;
  if (fields.text("flags") !== "master") return `${address} sees ${fields.text("flags")}`;
  const [known, near] = [fields.text("num-slaves"), asList(peers, "peers").length];
  return Number(known) >= replicas && near === 2 ? undefined : `${address} knows ${known} and ${near}`;
}

async function settle(hosts: readonly Host[], primary: string, replicas: number): Promise<void> {
  const look = async () => {
    for (const host of hosts) {
      const doubt = await doubtOf(host, primary, replicas);
      if (doubt !== undefined) return missing(doubt);
    }
    const found = hosts.find(({ address }) => address === primary);
    const info = parseInfo(await found?.redis.call(["INFO", "replication"]));
    const online = [...info.values()].filter((text) => text.includes("state=online")).length;
    return online === replicas ? seen(undefined) : missing(`${online} of ${replicas} replicas`);
  };
  await waitFor(`everybody to agree on ${primary}`, look, { withinMs: 40_000, everyMs: 100 });
}

export async function startSignalledCluster(
  network: string,
  password: string,
): Promise<SignalledCluster> {
  const folder = await mkdtemp(join(tmpdir(), "signalled-cluster-"));
  const hosts: Host[] = [];
  const close = async (): Promise<void> => {
    for (const { redis, sentinel, child, server } of hosts) {
      redis.close();
      sentinel.close();
      child.kill("SIGKILL");
      await server.close();
    }
    await rm(folder, { recursive: true });
  };
  const hostAt = (address: string): Host => {
    const host = hosts.find((one) => one.address === address);
    if (host === undefined) throw new Error(`there is no ${address}`);
    return host;
  };
  try {
    for (const number of [1, 2, 3]) hosts.push(await startHost(number, network, password, folder));
    await settle(hosts, `${network}.1`, 2);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    addresses: hosts.map(({ address }) => address),
    redis: (address) => hostAt(address).redis,
    settledOn: async (address, replicas) => settle(hosts, address, replicas),
    close,
    signal(what, address, signal) {
      const { server, child } = hostAt(address);
      (what === "redis" ? server.child : child).kill(signal);
    },
    async primary() {
      const command = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"] as const;
      const named = await Promise.all(
        hosts.map(async ({ sentinel }) =>
          asText(asList(await sentinel.call(command), "place")[0], "host"),
        ),
      );
      const agreed = named.find((one) => named.filter((other) => other === one).length > 1);
      if (agreed === undefined) throw new Error(`they name ${named.join(", ")}`);
      return agreed;
    },
  };
}
