// Changes of a cluster that keep it valid, and its way back into a cluster file: the lab moves a cluster
// to other addresses.
import { Document, isMap, isSeq } from "yaml";
import { formatDuration, formatRpo } from "./duration.ts";
import { writtenMaxLag } from "./lag.ts";
import type { Cluster, SecretReference, SecretReferences, TlsPlan } from "./types.ts";

/**
 * The same cluster with every host at another address. `addressOf` must give each host one of its own.
 * What a cloud was to make goes: its network has other addresses.
 */
export function withAddresses(cluster: Cluster, addressOf: (hostName: string) => string): Cluster {
  return {
    ...withoutProvision(cluster),
    hosts: cluster.hosts.map((host) => ({ ...host, address: addressOf(host.name) })),
  };
}

/**
 * What Sentinel alone does, for comparison: agents only where a router needs one, and these fence nobody.
 * Beside a Sentinel an agent would also make its timers faster than they are by default.
 */
export function withoutFence(cluster: Cluster): Cluster {
  const hosts = cluster.hosts.map((host) => ({
    ...host,
    runs: host.runs.filter((role) => role !== "agent"),
  }));
  return { ...cluster, hosts, agentFence: false };
}

/** The same cluster whose routers acknowledge a write sooner or later. */
export function withDurability(cluster: Cluster, durability: Cluster["router"]["durability"]): Cluster {
  return { ...cluster, router: { ...cluster.router, durability } };
}

/** The same cluster, of which nobody outside is told. */
export function withoutTargets(cluster: Cluster): Cluster {
  return { ...cluster, targets: [] };
}

/** The same cluster, of which no person is told. */
export function withoutNotices({ notify: _told, ...cluster }: Cluster): Cluster {
  return cluster;
}

/** The same cluster on hosts that are there. */
export function withoutProvision({ provision: _made, ...cluster }: Cluster): Cluster {
  return cluster;
}

/** The same cluster with its secrets in other places. */
export function withSecrets(cluster: Cluster, secrets: SecretReferences): Cluster {
  return { ...cluster, secrets };
}

/** The same cluster with its certificates in other places; one without TLS stays without. */
export function withCertificates(
  cluster: Cluster,
  files: Pick<TlsPlan, "authority" | "certificate" | "key">,
): Cluster {
  const { tls } = cluster;
  return tls === undefined ? cluster : { ...cluster, tls: { ...tls, ...files } };
}

function optional<Value>(key: string, value: Value | undefined): Record<string, Value> {
  return value === undefined ? {} : { [key]: value };
}

function durationOf(durationMs: number | undefined): string | undefined {
  return durationMs === undefined ? undefined : formatDuration(durationMs);
}

function writtenSecret(reference: SecretReference): Record<string, string> {
  return reference.kind === "env" ? { env: reference.name } : { file: reference.path };
}

function writtenSecrets(secrets: SecretReferences): Record<string, Record<string, string>> {
  const { token, previousApplication } = secrets;
  return {
    application: writtenSecret(secrets.application),
    replication: writtenSecret(secrets.replication),
    sentinel: writtenSecret(secrets.sentinel),
    peer: writtenSecret(secrets.peer),
    agent: writtenSecret(secrets.agent),
    ...optional("token", token && writtenSecret(token)),
    ...optional("previousApplication", previousApplication && writtenSecret(previousApplication)),
  };
}

function writtenReads({ maxLag, fallback }: NonNullable<Cluster["router"]["reads"]>) {
  return { maxLag: writtenMaxLag(maxLag), fallback };
}

function writtenProvision({ cloud, ...settings }: NonNullable<Cluster["provision"]>) {
  return { [cloud]: settings };
}

function writtenTargets({ targets }: Cluster): readonly Record<string, unknown>[] {
  return targets.map(({ settings, ...target }) => ({ ...target, ...settings }));
}

function writtenChannels(channels: NonNullable<Cluster["notify"]>): readonly Record<string, unknown>[] {
  return channels.map(({ settings, severityMin, settleMs, ...channel }) => {
    const common = { severity: severityMin, settle: formatDuration(settleMs) };
    return { ...channel, ...common, ...settings };
  });
}

/**
 * A cluster file that `loadCluster` turns back into the same cluster, with every value written out.
 * Relative paths of secrets and certificates are written as they are and start at the folder of the new
 * file: where that is another folder, give the cluster absolute ones first (`withSecrets`,
 * `withCertificates`).
 */
export function clusterToYaml(cluster: Cluster): string {
  const { overrides, router, secrets, tls, firewall, provision } = cluster;
  const lagSeconds = overrides.minReplicasMaxLagSeconds;
  const file = {
    name: cluster.name,
    objectives: {
      rto: formatDuration(cluster.objectives.rtoMs),
      rpo: formatRpo(cluster.objectives.rpo),
    },
    hosts: cluster.hosts,
    groups: cluster.groups.map(({ name, firstPrimary, hosts, redisPort, routerPort, readPort }) => {
      const ports = { port: redisPort, routerPort, ...optional("readPort", readPort) };
      return { name, primary: firstPrimary, hosts, ...ports };
    }),
    redis: {
      ...optional("minReplicasToWrite", overrides.minReplicasToWrite),
      ...optional("minReplicasMaxLag", lagSeconds === undefined ? undefined : `${lagSeconds}s`),
      settings: cluster.redisSettings,
    },
    sentinel: {
      port: cluster.sentinelPort,
      ...optional("downAfter", durationOf(overrides.downAfterMs)),
      ...optional("failoverTimeout", durationOf(overrides.failoverTimeoutMs)),
      ...optional("parallelSyncs", overrides.parallelSyncs),
      ...optional("quorum", overrides.quorum),
    },
    agent: { port: cluster.agentPort, listen: cluster.agentListen, fence: cluster.agentFence },
    router: {
      hold: { time: formatDuration(router.holdMs), sessions: router.holdSessions },
      durability: router.durability,
      ...optional("proxyProtocol", router.proxyProtocol),
      ...optional("accessLog", router.accessLog),
      ...optional("reads", router.reads && writtenReads(router.reads)),
    },
    ...optional("targets", cluster.targets.length === 0 ? undefined : writtenTargets(cluster)),
    ...optional("notify", cluster.notify && writtenChannels(cluster.notify)),
    ...optional("tls", tls),
    ...optional("firewall", firewall),
    ...optional("provision", provision && writtenProvision(provision)),
    secrets: writtenSecrets(secrets),
  };
  // Hosts may share one list of roles; the loader refuses the aliases that would be written for it.
  const document = new Document(file, { aliasDuplicateObjects: false });
  // One line a host, a group and a secret, as people write them.
  for (const section of ["hosts", "groups", "secrets"]) {
    const node = document.get(section);
    const entries: readonly unknown[] = isSeq(node)
      ? node.items
      : isMap(node)
        ? node.items.map((pair) => pair.value)
        : [];
    for (const entry of entries) if (isMap(entry)) entry.flow = true;
  }
  return document.toString({ lineWidth: 0 });
}
