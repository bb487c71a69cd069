// What a switchover waits for in the world around it: Sentinels that know and agree, nodes that follow.
import { waitingKey } from "../cluster/shared-keys.ts";
import type { Endpoint } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { isSame, majorityOf } from "../decide/agree.ts";
import type { Door } from "../redis/door.ts";
import { asList, asText, Fields, parseInfo, parseRole } from "../redis/replies.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { keeper } from "./note.ts";
import type { Ground } from "./types.ts";

/** INFO of the replicas is all that tells a Sentinel their priority: every 10 s unless it is tuned. */
export async function priorityKnown(
  ground: Ground,
  priority: number,
  signal: AbortSignal,
): Promise<void> {
  const { doors, course, group, clock } = ground;
  const keep = keeper(ground, course.from, "preparing");
  const look = async () => {
    await keep();
    const reply = await doors.sentinel(course.sentinel).call(["SENTINEL", "REPLICAS", group.name]);
    const listed = asList(reply, "SENTINEL REPLICAS").map((entry) => new Fields(entry, "a replica"));
    const entry = listed.find((fields) => isSame(endpointOf(fields), course.to));
    const known = entry?.integer("slave-priority");
    return known === priority ? seen(true) : missing(`it knows ${known ?? "no such replica"}`);
  };
  const withinMs = 2 * group.timings.infoPeriodMs.value + 2_000;
  const what = `the Sentinel on ${course.sentinel} to know the priority of ${course.to.id}`;
  await waitFor(what, look, { withinMs, everyMs: 25, signal, clock });
}

const endpointOf = (fields: Fields): Endpoint => ({
  address: fields.text("ip"),
  port: fields.integer("port"),
});

/** How often all nodes that answer have sent a whole dataset to a replica since they were started. */
export async function fullSyncs({ doors, group }: Ground): Promise<number> {
  const counts = await Promise.all(
    group.nodes.map(async ({ id }) => {
      const reply = await doors
        .node(id)
        .call(["INFO", "stats"])
        .catch(() => undefined);
      return reply === undefined ? 0 : Number(parseInfo(reply).get("sync_full") ?? 0);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** @throws BatonError UNREACHABLE, or what makes of its answer no address. */
export async function namedBy(
  sentinel: Door,
  group: string,
): Promise<Endpoint & { readonly epoch: number }> {
  const [where, master] = await sentinel.batch([
    ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", group],
    ["SENTINEL", "MASTER", group],
  ]);
  const [address, port] = asList(where, "the primary's address");
  const epoch = new Fields(master, "SENTINEL MASTER").integer("config-epoch");
  return { address: asText(address, "an address"), port: Number(port), epoch };
}

/** A router that is gone must not hold up the switchover: the clients of all others wait meanwhile. */
const ROUTERS_MS = 200;

/**
 * What a router has under way when writes are paused is cut off, and its client gets an error. So they are
 * waited for, but not for long, and a switchover without them is none the worse for anybody else.
 */
export async function clientsWait(ground: Ground, signal: AbortSignal): Promise<string> {
  const { doors, course, group, clock, routers, id } = ground;
  if (routers.length === 0) return "there is no router";
  const door = doors.node(course.from.id);
  const keys = routers.map((host) => waitingKey(group.name, host));
  let silent: readonly string[] = routers;
  const look = async () => {
    const said = await Promise.all(keys.map((key) => door.call(["GET", key])));
    silent = routers.filter((_, index) => said[index] !== id);
    return silent.length === 0 ? seen(true) : missing(silent.join(", "));
  };
  const options = { withinMs: ROUTERS_MS, everyMs: 3, signal, clock };
  await waitFor("the routers to keep their clients waiting", look, options).catch((error: unknown) => {
    if (!(error instanceof BatonError && error.code === "NOT_READY")) throw error;
  });
  return silent.length === 0
    ? "the clients of every router wait"
    : `the agents know; not all clients wait on ${silent.join(", ")}`;
}

export async function agreeOnNew(ground: Ground, signal: AbortSignal): Promise<string> {
  const { doors, course, group, clock, sentinels } = ground;
  const needed = majorityOf(sentinels.length);
  const keep = keeper(ground, course.to, "moving");
  const look = async () => {
    await keep();
    const named = await Promise.all(
      sentinels.map(async (host) => {
        const named = await namedBy(doors.sentinel(host), group.name).catch(() => undefined);
        return named !== undefined && isSame(named, course.to) && named.epoch > course.epoch;
      }),
    );
    const votes = named.filter(Boolean).length;
    return votes >= needed ? seen(votes) : missing(`${votes} of ${sentinels.length} name it`);
  };
  const what = `a majority of the Sentinels to name ${course.to.id}`;
  const withinMs = group.timings.failoverTimeoutMs.value + 2_000;
  const votes = await waitFor(what, look, { withinMs, everyMs: 25, signal, clock });
  return `${votes} of ${sentinels.length} Sentinels name ${course.to.id}`;
}

/** Until the leader has seen the last replica follow, it would refuse the next failover with INPROG. */
async function failoverOver(
  { doors, course, group, clock }: Ground,
  signal: AbortSignal,
): Promise<void> {
  const look = async () => {
    const reply = await doors.sentinel(course.sentinel).call(["SENTINEL", "MASTER", group.name]);
    const flags = new Fields(reply, "SENTINEL MASTER").text("flags");
    return flags.includes("failover_in_progress") ? missing(`it says ${flags}`) : seen(true);
  };
  const what = `the Sentinel on ${course.sentinel} to end its failover`;
  await waitFor(what, look, { withinMs: 10_000, everyMs: 25, signal, clock });
}

export async function everybodyFollows(ground: Ground, signal: AbortSignal): Promise<string> {
  const { doors, course, group, clock } = ground;
  const keep = keeper(ground, course.to, "moving");
  const look = async () => {
    await keep();
    for (const { id } of group.nodes) {
      const role = parseRole(await doors.node(id).call(["ROLE"]));
      if (id === course.to.id) {
        if (role.kind !== "primary") return missing(`${id} says that it is a replica`);
      } else if (role.kind === "primary") return missing(`${id} says that it is primary`);
      else if (!isSame(role.of, course.to) || role.link !== "connected")
        return missing(`${id} follows ${role.of.address}, link ${role.link}`);
    }
    return seen(true);
  };
  const what = `every node to follow ${course.to.id}`;
  await waitFor(what, look, { withinMs: 10_000, everyMs: 25, signal, clock });
  await failoverOver(ground, signal);
  ground.fullResyncs = Math.max(0, (await fullSyncs(ground)) - ground.fullSyncsBefore);
  const resyncs = ground.fullResyncs === 0 ? "no full resync" : `${ground.fullResyncs} full resyncs`;
  return `every node follows ${course.to.id}; ${resyncs}`;
}
