// Who writes while the primary is killed: the same plain client behind Baton's router and behind HAProxy,
// and two libraries that ask the Sentinels.
import type { WorkloadClient } from "../../packages/baton/src/drill/workload/client.ts";
import { openSentinelClient } from "../../packages/baton/src/drill/workload/ioredis-sentinel.ts";
import { openRouterClient } from "../../packages/baton/src/drill/workload/router.ts";
import { type Absent, orAbsent } from "./contestant.ts";
import { startHaproxy } from "./haproxy.ts";
import { findNodeRedis } from "./node-redis.ts";
import { type Place, routerOn } from "./place.ts";

export interface Team {
  readonly id: string;
  readonly title: string;
  readonly clients: readonly WorkloadClient[];
}

const HAPROXY_PORT = 16_379;
const SESSIONS_MAX = 1_000;

const idsOf = (team: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${team}-${index + 1}`);

function throughRouter(place: Place, count: number): Team {
  const { address, port } = routerOn(place, "app");
  const { password } = place;
  const clients = idsOf("router", count).map((id) => openRouterClient({ id, address, port, password }));
  return { id: "router", title: "Baton's router", clients };
}

async function throughHaproxy(place: Place, count: number, signal: AbortSignal): Promise<Team | Absent> {
  const { own, group, password } = place;
  const named = { id: "haproxy", title: "HAProxy, role checked every 100 ms" };
  const listen = { address: place.address, port: HAPROXY_PORT };
  const checked = { splice: false, checkPassword: password, sessionsMax: SESSIONS_MAX };
  const options = { id: named.id, listen, servers: group.nodes, ...checked };
  const started = await orAbsent(named, startHaproxy(own, options, signal));
  if ("reason" in started) return started;
  const clients = idsOf(named.id, count).map((id) => openRouterClient({ id, ...listen, password }));
  return { ...named, clients };
}

function placeOfSentinels({ lab, group, password }: Place) {
  const sentinels = lab.layout.sentinels.map(({ address, port }) => ({ host: address, port }));
  return { sentinels, group: group.name, password };
}

function byIoredis(place: Place, count: number): Team {
  const where = placeOfSentinels(place);
  const clients = idsOf("ioredis", count).map((id) => openSentinelClient({ id, ...where }));
  return { id: "ioredis", title: "ioredis by Sentinel, its defaults", clients };
}

async function byNodeRedis(place: Place, count: number): Promise<Team | Absent> {
  const named = { id: "node-redis", title: "node-redis by Sentinel, its defaults" };
  const found = findNodeRedis();
  if (found === undefined) return { ...named, reason: "the package @redis/client is not installed" };
  const where = placeOfSentinels(place);
  const opening = Promise.all(idsOf(named.id, count).map((id) => found.open({ id, ...where })));
  const clients = await orAbsent(named, opening);
  if ("reason" in clients) return clients;
  return { id: named.id, title: `node-redis ${found.version} by Sentinel, its defaults`, clients };
}

/** @param count clients of each team. */
export async function openTeams(
  place: Place,
  count: number,
  signal: AbortSignal,
): Promise<{ readonly teams: readonly Team[]; readonly absent: readonly Absent[] }> {
  const all = [
    throughRouter(place, count),
    await throughHaproxy(place, count, signal),
    byIoredis(place, count),
    await byNodeRedis(place, count),
  ];
  return {
    teams: all.filter((one) => "clients" in one),
    absent: all.filter((one) => "reason" in one),
  };
}
