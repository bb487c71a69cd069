// A lab's status for people.
import type { LabStatus } from "../lab/status.ts";
import { columnsOf } from "../status/columns.ts";

const process = (one: { readonly pid: number | null } | null): string => {
  if (one === null) return "-";
  return one.pid === null ? "not running" : `pid ${one.pid}`;
};

/** What redis-cli needs, and for which of the ports. */
function tlsText({ authority, redis, router }: NonNullable<LabStatus["tls"]>): string {
  const ports = [...(redis ? ["Redis", "Sentinel"] : []), ...(router ? ["the router"] : [])];
  if (ports.length === 0) return "none";
  return `redis-cli --tls --cacert ${authority} (${ports.join(", ")})`;
}

/** Lines for people; `disturbances` are sentences on what is stopped, cut or delayed at the moment. */
export function labStatusLines(status: LabStatus, disturbances: readonly string[]): readonly string[] {
  const { name, directory, group, hosts, router, password, tls, wires, engine, clusterFile } = status;
  const rows = hosts.map((host) => [
    `  ${host.name}`,
    host.address,
    `zone ${host.zone}`,
    host.redis === null ? "-" : `redis :${host.redis.port} ${process(host.redis)}`,
    host.sentinel === null ? "-" : `sentinel :${host.sentinel.port} ${process(host.sentinel)}`,
    host.agent === null ? "-" : `agent ${host.agent.url} ${process(host.agent)}`,
  ]);
  return [
    `lab ${name}, group ${group}, ${engine}, ${wires ? "with" : "without"} wires`,
    ...columnsOf(rows),
    ...(router === null ? [] : [`  router ${router.address}:${router.port} ${process(router)}`]),
    ...disturbances.map((sentence) => `  ${sentence}`),
    ...columnsOf([
      ["  folder", directory],
      ["  cluster file", clusterFile],
      ["  password", password.file],
      ...(tls === undefined ? [] : [["  tls", tlsText(tls)]]),
    ]),
  ];
}
