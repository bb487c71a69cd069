// When a lab is up: every replica follows, every Sentinel sees all and agrees, every agent answers.
import type { Endpoint, GroupPlan, Layout, Secrets, SentinelPlan } from "../cluster/types.ts";
import { type Door, openDoor } from "../redis/door.ts";
import { asList, asText, Fields, parseRole } from "../redis/replies.ts";
import { canConnect } from "../sys/sockets.ts";
import { type Look, missing, seen, waitFor } from "../sys/wait.ts";
import type { Unit } from "./plan.ts";
import { timeLimit } from "../sys/time-limit.ts";

const READY_MS = 30_000;

const text = ({ address, port }: Endpoint): string => `${address}:${port}`;

async function withDoor<T>(
  at: Endpoint,
  { agent, tls }: Secrets,
  use: (door: Door) => Promise<T>,
): Promise<T> {
  const door = openDoor({
    address: at.address,
    port: at.port,
    username: "agent",
    password: agent,
    tls,
    connectMs: 1000,
    commandMs: 1000,
  });
  try {
    return await use(door);
  } finally {
    door.close();
  }
}

export interface Readiness {
  readonly layout: Layout;
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
}

/** Each group's first primary answers and takes the role of one. */
export async function primariesReady({ layout, secrets, signal }: Readiness): Promise<void> {
  const wait = async ({ firstPrimary }: GroupPlan) => {
    const look = async (): Promise<Look<undefined>> => {
      const role = await withDoor(firstPrimary, secrets, async (door) =>
        parseRole(await door.call(["ROLE"])),
      );
      return role.kind === "primary" ? seen(undefined) : missing(`${firstPrimary.id} to be primary`);
    };
    await waitFor(`the primary ${firstPrimary.id} at ${text(firstPrimary)}`, look, {
      withinMs: READY_MS,
      signal,
    });
  };
  await Promise.all(layout.groups.map(wait));
}

/** Every other node is connected to its group's first primary. */
export async function replicasReady({ layout, secrets, signal }: Readiness): Promise<void> {
  const wait = async ({ nodes, firstPrimary }: GroupPlan) => {
    const replicas = nodes.filter(({ id }) => id !== firstPrimary.id);
    const look = async (): Promise<Look<undefined>> => {
      for (const node of replicas) {
        const role = await withDoor(node, secrets, async (door) => parseRole(await door.call(["ROLE"])));
        if (role.kind === "primary") return missing(`${node.id} to be a replica`);
        if (text(role.of) !== text(firstPrimary))
          return missing(`${node.id} to follow ${text(firstPrimary)}`);
        if (role.link !== "connected")
          return missing(`the link of ${node.id} to be connected; it is ${role.link}`);
      }
      return seen(undefined);
    };
    await waitFor(`the replicas of ${firstPrimary.id}`, look, { withinMs: READY_MS, signal });
  };
  await Promise.all(layout.groups.map(wait));
}

/** Address and flags of each entry of SENTINEL REPLICAS or SENTINEL SENTINELS. */
function instances(reply: unknown): ReadonlyMap<string, readonly string[]> {
  const entries = asList(reply, "Sentinel's list of instances").map((entry) => {
    const fields = new Fields(entry, "an instance");
    return [`${fields.text("ip")}:${fields.text("port")}`, fields.text("flags").split(",")] as const;
  });
  return new Map(entries);
}

const TROUBLE = new Set(["s_down", "o_down", "disconnected"]);

function firstMissing(
  wanted: readonly Endpoint[],
  listed: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const unwell = wanted.find((endpoint) => {
    const flags = listed.get(text(endpoint));
    return flags === undefined || flags.some((flag) => TROUBLE.has(flag));
  });
  return unwell === undefined ? undefined : text(unwell);
}

/** What one Sentinel has yet to find out about one group; undefined when it knows all. */
async function ignorance(
  sentinel: SentinelPlan,
  group: GroupPlan,
  { layout, secrets }: Readiness,
): Promise<string | undefined> {
  const { name, nodes, firstPrimary } = group;
  return await withDoor(sentinel, secrets, async (door) => {
    const master = new Fields(await door.call(["SENTINEL", "MASTER", name]), "SENTINEL MASTER");
    const named = `${master.text("ip")}:${master.text("port")}`;
    if (named !== text(firstPrimary))
      return `${sentinel.id} to name ${text(firstPrimary)}; it names ${named}`;
    const flags = asText(master.text("flags"), "flags").split(",");
    if (flags.some((flag) => TROUBLE.has(flag)))
      return `${sentinel.id} to reach ${named}; flags ${flags.join(",")}`;
    const replicas = instances(await door.call(["SENTINEL", "REPLICAS", name]));
    const replica = firstMissing(
      nodes.filter(({ id }) => id !== firstPrimary.id),
      replicas,
    );
    if (replica !== undefined) return `${sentinel.id} to see the replica ${replica}`;
    const peers = instances(await door.call(["SENTINEL", "SENTINELS", name]));
    const peer = firstMissing(
      layout.sentinels.filter(({ id }) => id !== sentinel.id),
      peers,
    );
    return peer === undefined ? undefined : `${sentinel.id} to see the Sentinel ${peer}`;
  });
}

/** Every Sentinel sees all replicas and all other Sentinels, and names the first primary. */
export async function sentinelsReady(readiness: Readiness): Promise<void> {
  const { layout, signal } = readiness;
  const look = async (): Promise<Look<undefined>> => {
    for (const group of layout.groups) {
      for (const sentinel of layout.sentinels) {
        const lacks = await ignorance(sentinel, group, readiness);
        if (lacks !== undefined) return missing(lacks);
      }
    }
    return seen(undefined);
  };
  await waitFor("the Sentinels to know each other and to agree", look, {
    withinMs: READY_MS,
    everyMs: 100,
    signal,
  });
}

/** Every agent answers GET /healthz, and its routers listen. */
export async function agentsReady(units: readonly Unit[], signal: AbortSignal): Promise<void> {
  const wait = async (unit: Unit) => {
    const url = `http://${unit.address}:${unit.ports[0]}/healthz`;
    const look = async (): Promise<Look<undefined>> => {
      const response = await fetch(url, {
        signal: AbortSignal.any([signal, timeLimit(2000)]),
      });
      await response.body?.cancel();
      if (response.status !== 200) return missing(`${url} to answer 200; it answers ${response.status}`);
      const deaf = await firstDeaf(unit);
      return deaf === undefined ? seen(undefined) : missing(`${unit.id} to listen on port ${deaf}`);
    };
    await waitFor(`${unit.id} at ${url}`, look, { withinMs: READY_MS, everyMs: 100, signal });
  };
  await Promise.all(units.filter(({ kind }) => kind === "agent").map(wait));
}

/** The first port of a process on which nobody listens yet. */
export async function firstDeaf({ listens, ports }: Unit): Promise<number | undefined> {
  for (const port of ports) {
    if (!(await canConnect({ address: listens, port }, 1000))) return port;
  }
  return undefined;
}
