// What the loss of a zone takes with it: a plan in which that is the majority of Sentinels is refused.
import type { Problem } from "./issues.ts";
import { counted } from "./text.ts";
import type { Host } from "./types.ts";

const runsAny = ({ runs }: Host, ...roles: readonly Host["runs"][number][]): boolean =>
  roles.some((role) => runs.includes(role));

/**
 * With one zone for all nodes and Sentinels nothing is left for a failover when it is lost: people who have
 * one site only accept that, and `baton explain` says so. Whoever names several means to survive the loss of
 * one.
 */
export function zoneProblems(hosts: readonly Host[]): Problem[] {
  const zones = new Set(
    hosts.filter((host) => runsAny(host, "redis", "sentinel")).map(({ zone }) => zone),
  );
  const voters = [...hosts.entries()].filter(([, host]) => runsAny(host, "sentinel"));
  const needed = Math.floor(voters.length / 2) + 1;
  const losable = voters.length - needed;
  if (zones.size < 2 || losable < 1) return [];
  for (const zone of zones) {
    const within = voters.filter(([, host]) => host.zone === zone);
    // The first that is one too many.
    const [index] = within[losable] ?? [];
    if (index === undefined) continue;
    const found = `Zone ${zone} holds ${within.length} of ${voters.length} Sentinels`;
    const loss = `without it ${voters.length - within.length} can vote, and every failover takes ${needed}`;
    const advice =
      `put at most ${counted(losable, "Sentinel")} into each zone, which takes three zones or more; ` +
      "where one site is all there is, give all hosts the same zone";
    return [{ path: ["hosts", index, "zone"], message: `${found}: ${loss}; ${advice}` }];
  }
  return [];
}

/** A loopback address is every host's own: at it the others would find themselves. */
export function loopbackProblems(hosts: readonly Host[]): Problem[] {
  const isLoopback = ({ address }: Host): boolean => address.startsWith("127.") || address === "::1";
  const elsewhere = hosts.find((host) => !isLoopback(host));
  if (elsewhere === undefined) return [];
  return [...hosts.entries()].flatMap(([index, host]) => {
    const message =
      `${host.address} is an address of each machine itself, and ${elsewhere.name} is another machine ` +
      `(${elsewhere.address}); expected the address at which others reach ${host.name}`;
    return isLoopback(host) ? [{ path: ["hosts", index, "address"], message }] : [];
  });
}
