// The second table: what it costs that an acknowledgement means two more copies.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clusterToYaml } from "../../packages/baton/src/cluster/write.ts";
import { defaultCluster } from "../../packages/baton/src/lab/default-cluster.ts";
import { selfCommand } from "../../packages/baton/src/lab/self.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { asText, parseInfo } from "../../packages/baton/src/redis/replies.ts";
import { type ClientProcess, startClientProcess } from "./client-process.ts";
import { type Absent, type Contestant, type Field, fieldOf, orAbsent } from "./contestant.ts";
import { benchmarkLoad, fillKeys, type Shape } from "./loads.ts";
import { directTo, inPlace, openPrimary, type PartOptions, type Place, routerOn } from "./place.ts";
import { type Load, race } from "./race.ts";
import { type RaceResult, raceResult } from "./speed.ts";
import { routerAbilities, startRouter } from "./routers.ts";

/** No snapshot and no rewrite in the middle of a measure; the append-only file stays, for all alike. */
const CLUSTER = `${defaultCluster.replace(/^ {2}- \{ name: app,.*\n/m, "")}\
  - { name: app1, address: 10.77.0.21, zone: a, runs: [router] }
  - { name: app2, address: 10.77.0.22, zone: a, runs: [router] }
redis: { settings: { save: "", auto-aof-rewrite-percentage: 0 } }
router: { durability: replicated }
`;

const REPLICAS = 2;
const FLOOR = "floor";
const shape = { pipeline: 1, valueBytes: 3, keyspace: 10_000, idle: 0 } as const;
const SHAPES: readonly Shape[] = [
  { ...shape, id: "c50", title: "redis-benchmark, 50 connections", clients: 50 },
  { ...shape, id: "c1", title: "redis-benchmark, 1 connection", clients: 1 },
];

/** How often the primary was asked to wait for replicas. */
async function waitsOf(door: Door): Promise<number> {
  const info = parseInfo(asText(await door.call(["INFO", "commandstats"]), "INFO"));
  return Number(/calls=(\d+)/.exec(info.get("cmdstat_wait") ?? "")?.[1] ?? 0);
}

async function agentOn({ own, clusterFile }: Place, host: string): Promise<void> {
  const state = join(own.folder, `${host}-state`);
  const args = ["agent", "--file", clusterFile, "--host", host, "--state", state];
  await own.start({ id: `agent-${host}`, command: [...selfCommand(), ...args] });
}

/** Whether a write through it makes the primary wait for replicas: the configuration alone proves nothing. */
async function confirmsWrites(place: Place, contestant: Contestant, primary: Door): Promise<boolean> {
  const { address, port } = contestant;
  const { password } = place;
  const door = openDoor({ address, port, password, connectMs: 2_000, commandMs: 10_000 });
  try {
    const before = await waitsOf(primary);
    await door.call(["SET", "baton:bench:confirmed", "yes"]);
    return (await waitsOf(primary)) > before;
  } finally {
    door.close();
  }
}

interface RouterInput extends Pick<Contestant, "id" | "title"> {
  readonly place: Place;
  readonly host: string;
  readonly clusterFile: string;
  readonly signal: AbortSignal;
}

async function router({ id, title, place, host, clusterFile, signal }: RouterInput) {
  const { own, password } = place;
  const abilities = routerAbilities();
  const plan = routerOn(place, host);
  const options = { id, plan, clusterFile, password, processes: 1, abilities, prefix: [] };
  const started = await orAbsent({ id, title }, startRouter(own, options, signal));
  if ("reason" in started) return started;
  return { id, title, address: plan.address, port: plan.port, pid: started.identity.pid };
}

async function replicatedRouter(input: RouterInput, primary: Door): Promise<Contestant | Absent> {
  const started = await router(input);
  if ("reason" in started) return started;
  const confirms = await orAbsent(input, confirmsWrites(input.place, started, primary));
  if (typeof confirms !== "boolean") return confirms;
  const { id, title } = input;
  return confirms ? started : { id, title, reason: "this router sends no WAIT behind a write" };
}

async function openField(place: Place, primary: Door, signal: AbortSignal): Promise<Field> {
  const { lab, own, group, clusterFile } = place;
  for (const { host } of group.nodes) await agentOn(place, host);
  const asynchronous = join(own.folder, "async.yml");
  const cluster = { ...lab.cluster, router: { ...lab.cluster.router, durability: "async" as const } };
  await writeFile(asynchronous, clusterToYaml(cluster), { mode: 0o600 });
  const direct = directTo(place);
  const async = { id: "router-async", title: "Baton's router, async" };
  const replicated = { id: "router-replicated", title: "Baton's router, durability: replicated" };
  return fieldOf([
    direct,
    { ...direct, id: FLOOR, title: `Redis itself, SET and WAIT ${REPLICAS} in one write` },
    await router({ ...async, place, host: "app1", clusterFile: asynchronous, signal }),
    await replicatedRouter({ ...replicated, place, host: "app2", clusterFile, signal }, primary),
  ]);
}

function plainLoad(one: Shape, place: Place, clients: ClientProcess, door: Door): Load {
  const { password } = place;
  const { id, clients: connections, keyspace } = one;
  return {
    id: `plain-${id}`,
    title: `plain sockets, ${connections === 1 ? "1 connection" : `${connections} connections`}`,
    command: "SET",
    prepare: () => fillKeys(door, one),
    async play({ contestant, seconds }) {
      const { address, port } = contestant;
      const waitFor = contestant.id === FLOOR ? REPLICAS : 0;
      const where = { address, port, password };
      return await clients.play({ ...where, clients: connections, seconds, keyspace, waitFor });
    },
  };
}

async function measure(place: Place, options: PartOptions): Promise<RaceResult> {
  const { signal } = options;
  const door = openPrimary(place);
  try {
    const { contestants, absent } = await openField(place, door, signal);
    const clients = await startClientProcess(place.own, { id: "clients", command: [] });
    const takes = ({ id }: Contestant) => id !== FLOOR;
    const input = { command: "set" as const, door, password: place.password, signal, takes };
    const loads = SHAPES.flatMap((one) => [
      plainLoad(one, place, clients, door),
      benchmarkLoad({ ...input, shape: one }),
    ]);
    const raced = await race({ ...options, contestants, loads });
    return raceResult({ ...raced, contestants, absent, loads, baselines: ["direct", "router-async"] });
  } finally {
    door.close();
  }
}

/** @throws BatonError as startLab; nothing is left running then. */
export async function playDurable(options: PartOptions): Promise<RaceResult> {
  const { signal, onProgress } = options;
  const where = { name: "bench-durable", clusterText: CLUSTER, agents: false, signal, onProgress };
  return await inPlace(where, (place) => measure(place, options));
}
