// Who takes part in the table of speeds: one Redis, and before it Baton's router and HAProxy, twice each.
import { type Absent, type Contestant, type Field, fieldOf, orAbsent } from "./contestant.ts";
import type { FilesLimit } from "./files-limit.ts";
import { PIPES_MAX, startHaproxy } from "./haproxy.ts";
import { directTo, type Place, routerOn } from "./place.ts";
import { type Abilities, routerAbilities, startRouter } from "./routers.ts";

/**
 * One Redis that writes nothing to disk. A second one is there because a cluster file wants a replica; it is
 * killed before anything is measured, and the backlog that was kept for it is freed.
 */
export const SPEED_CLUSTER = `name: bench-speed
objectives: { rto: 60s, rpo: none }
redis:
  minReplicasToWrite: 0
  settings: { appendonly: "no", save: "", maxclients: 12000, repl-backlog-ttl: 1 }
hosts:
  - { name: h1, address: 10.77.0.11, zone: a, runs: [redis, sentinel] }
  - { name: h2, address: 10.77.0.12, zone: b, runs: [redis, sentinel] }
  - { name: h3, address: 10.77.0.13, zone: c, runs: [sentinel] }
  - { name: app1, address: 10.77.0.21, zone: a, runs: [router] }
  - { name: app2, address: 10.77.0.22, zone: a, runs: [router] }
`;

const HAPROXY_PORT = 16_379;

/** Sessions that a proxy can have with so many files: two each, and some for itself. */
export const sessionsWith = ({ files }: FilesLimit): number =>
  Math.min(11_000, Math.floor((files - 300) / 2));

interface Starting {
  readonly place: Place;
  readonly limit: FilesLimit;
  readonly signal: AbortSignal;
}

async function router(
  { place, limit, signal }: Starting,
  abilities: Abilities,
  processes: 1 | 2,
): Promise<Contestant | Absent> {
  const id = `router-${processes}`;
  const words = processes === 1 ? "one process" : "two processes";
  const where = abilities.hasCommand || processes > 1 ? "" : " (within an agent)";
  const title = `Baton's router, ${words}${where}`;
  if (processes > 1 && !abilities.hasProcesses) {
    return { id, title, reason: "this Baton has no `baton router --processes`" };
  }
  const { own, clusterFile, password } = place;
  const plan = routerOn(place, `app${processes}`);
  const options = { id, plan, clusterFile, password, processes, abilities, prefix: limit.command };
  const started = await orAbsent({ id, title }, startRouter(own, options, signal));
  if ("reason" in started) return started;
  return { id, title, address: plan.address, port: plan.port, pid: started.identity.pid };
}

async function haproxy(
  { place, limit, signal }: Starting,
  splice: boolean,
): Promise<Contestant | Absent> {
  const id = splice ? "haproxy-splice" : "haproxy";
  const title = splice ? "HAProxy, splice-auto" : "HAProxy";
  const listen = { address: place.address, port: HAPROXY_PORT + (splice ? 1 : 0) };
  const servers = [place.group.firstPrimary];
  const sessionsMax = sessionsWith(limit) - (splice ? PIPES_MAX : 0);
  const options = { id, listen, servers, splice, sessionsMax };
  const started = await orAbsent({ id, title }, startHaproxy(place.own, options, signal));
  if ("reason" in started) return started;
  return { id, title, ...listen, pid: started.identity.pid };
}

/** @throws BatonError as the lab, when the replica cannot be killed. */
export async function openSpeedField(starting: Starting): Promise<Field> {
  const { place } = starting;
  await place.lab.kill("h2", "redis");
  const abilities = routerAbilities();
  return fieldOf([
    directTo(place),
    await router(starting, abilities, 1),
    await router(starting, abilities, 2),
    await haproxy(starting, false),
    await haproxy(starting, true),
  ]);
}
