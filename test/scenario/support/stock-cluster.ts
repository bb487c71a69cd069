// A Sentinel cluster as people set it up by hand: one password, no ACL users, nothing of Baton's.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatonError } from "../../../packages/baton/src/errors.ts";
import { type Door, openDoor } from "../../../packages/baton/src/redis/door.ts";
import { asList, Fields, parseInfo } from "../../../packages/baton/src/redis/replies.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { type RedisServer, startRedisServer } from "./redis-server.ts";

/** One host: its node and its Sentinel, with a door to each. */
interface Member {
  readonly address: string;
  readonly server: RedisServer;
  readonly redis: Door;
  readonly sentinel: Door;
  readonly child: ChildProcess;
}

export interface StockOptions {
  /** "127.43.7": hosts are .1, .2 and .3, with a node and a Sentinel each; .1 is the first primary. */
  readonly network: string;
  readonly password: string;
  /** Further flags of every node. */
  readonly flags: readonly string[];
  /** Sentinel's down-after-milliseconds; 6000 by default. */
  readonly downAfterMs?: number;
}

export interface StockCluster {
  readonly addresses: readonly string[];
  memberAt(address: string): Member;
  /** To one of its processes: SIGSTOP, SIGCONT, SIGKILL. */
  signal(program: "redis" | "sentinel", address: string, name: NodeJS.Signals): void;
  /** By the word of two Sentinels. */
  primary(): Promise<string>;
  /** Until two Sentinels name another one than this. */
  nextPrimary(before: string): Promise<string>;
  /** Until every Sentinel knows all others and names this host, and all nodes are attached to it. */
  settledOn(address: string): Promise<void>;
  /** By Sentinel; ends when everything is settled again. @returns the new primary. */
  failOver(): Promise<string>;
  killSentinel(address: string): Promise<void>;
  close(): Promise<void>;
}

const NUMBERS = [1, 2, 3];
const TIMES = { connectMs: 1_000, commandMs: 1_000 };

async function startMember(number: number, options: StockOptions, folder: string): Promise<Member> {
  const { network, password, flags } = options;
  const [address, first] = [`${network}.${number}`, `${network}.1`];
  const replica = number === 1 ? [] : ["--replicaof", first, "6379"];
  const own = [
    "--masterauth",
    password,
    "--bind-source-addr",
    address,
    "--repl-diskless-sync-delay",
    "0",
  ];
  const place = { address, port: 6379, password };
  const server = await startRedisServer({ ...place, flags: [...own, ...replica, ...flags] });
  const lines = [
    `bind ${address}`,
    `bind-source-addr ${address}`,
    "port 26379",
    `dir ${folder}`,
    `sentinel monitor main ${first} 6379 2`,
    `sentinel auth-pass main ${password}`,
    `sentinel down-after-milliseconds main ${options.downAfterMs ?? 6000}`,
  ];
  const file = join(folder, `sentinel-${number}.conf`);
  await writeFile(file, `${lines.join("\n")}\n`);
  const child = spawn("redis-sentinel", [file], { stdio: "ignore" });
  const sentinel = openDoor({ address, port: 26_379, ...TIMES });
  const look = async () => {
    const info = parseInfo(await sentinel.call(["INFO", "server"]));
    // Somebody else's Sentinel would answer in its place.
    const found = info.get("process_id");
    return found === String(child.pid) ? seen(undefined) : missing(`process ${found} answers`);
  };
  await waitFor(`the Sentinel at ${address}`, look, { withinMs: 10_000 });
  // A tenth of the usual time until Sentinels know each other and every role.
  await sentinel.call(["SENTINEL", "DEBUG", "info-period", "1000", "publish-period", "500"]);
  return { address, server, redis: openDoor({ ...place, ...TIMES }), sentinel, child };
}

const rowsOf = (reply: unknown) => asList(reply, "rows").map((row) => new Fields(row, "a row"));

async function doubtOf({ address, sentinel, redis }: Member, primary: string, others: number) {
  const [group, peers, replicas] = await sentinel.batch([
    ["SENTINEL", "MASTER", "main"],
    ["SENTINEL", "SENTINELS", "main"],
    ["SENTINEL", "REPLICAS", "main"],
  ]);
  const named = new Fields(group, "the group");
  if (named.text("ip") !== primary) return `${address} names ${named.text("ip")}`;
  const rows = [...rowsOf(peers), ...rowsOf(replicas)];
  const flags = [named, ...rows].map((row) => row.text("flags"));
  if (rows.length < 2 * others || flags.some((text) => text.includes(",")))
    return `${address} sees ${flags.join(" ")}`;
  const info = parseInfo(await redis.call(["INFO", "replication"]));
  const isRight =
    address === primary
      ? info.get("role") === "master"
      : info.get("master_host") === primary && info.get("master_link_status") === "up";
  return isRight ? undefined : `the node of ${address} is not attached to ${primary}`;
}

/** Where this member's Sentinel says that the primary is; it may be frozen. */
async function primaryOf({ sentinel }: Member): Promise<string> {
  return new Fields(await sentinel.call(["SENTINEL", "MASTER", "main"]), "the group").text("ip");
}

async function settle(members: readonly Member[], primary: string): Promise<void> {
  const look = async () => {
    for (const member of members) {
      const doubt = await doubtOf(member, primary, members.length - 1);
      if (doubt !== undefined) return missing(doubt);
    }
    return seen(undefined);
  };
  await waitFor(`everybody to agree on ${primary}`, look, { withinMs: 40_000, everyMs: 100 });
}

async function agreedBy(members: readonly Member[]): Promise<string> {
  const asked = await Promise.allSettled(members.map(async (member) => await primaryOf(member)));
  const named = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const agreed = named.find((one) => named.filter((other) => other === one).length > 1);
  if (agreed === undefined) throw new BatonError("NOT_READY", `they name ${named.join(", ")}`);
  return agreed;
}

async function nextAfter(before: string, members: readonly Member[]): Promise<string> {
  const look = async () => {
    const now = await agreedBy(members);
    return now === before ? missing(`it is still ${now}`) : seen(now);
  };
  return await waitFor("another primary", look, { withinMs: 30_000 });
}

export async function startStockCluster(options: StockOptions): Promise<StockCluster> {
  const folder = await mkdtemp(join(tmpdir(), "stock-cluster-"));
  const members: Member[] = [];
  const close = async (): Promise<void> => {
    for (const { redis, sentinel, child, server } of members) {
      redis.close();
      sentinel.close();
      child.kill("SIGKILL");
      await server.close();
    }
    await rm(folder, { recursive: true });
  };
  const settledOn = async (primary: string): Promise<void> => await settle(members, primary);
  try {
    for (const number of NUMBERS) members.push(await startMember(number, options, folder));
    await settledOn(`${options.network}.1`);
  } catch (error) {
    await close();
    throw error;
  }
  const memberAt = (address: string): Member => {
    const member = members.find((one) => one.address === address);
    if (member === undefined) throw new Error(`there is no ${address}`);
    return member;
  };
  return {
    addresses: members.map(({ address }) => address),
    memberAt,
    settledOn,
    primary: async () => await agreedBy(members),
    nextPrimary: async (before) => await nextAfter(before, members),
    close,
    signal(program, address, name) {
      const { server, child } = memberAt(address);
      (program === "redis" ? server.child : child).kill(name);
    },
    async failOver() {
      const asked = memberAt(`${options.network}.3`);
      const before = await primaryOf(asked);
      await asked.sentinel.call(["SENTINEL", "FAILOVER", "main"]);
      const after = await nextAfter(before, members);
      await settledOn(after);
      return after;
    },
    async killSentinel(address) {
      const { child } = memberAt(address);
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}
