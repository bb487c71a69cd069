// Terraform for DigitalOcean: droplets in a VPC behind a firewall, and what clients connect to.
import type { Layout, ProvisionPlan } from "../../cluster/types.ts";
import type { RenderedFile } from "../renderer.ts";
import {
  bareKeys,
  byName,
  cloudInit,
  documentOf,
  type Door,
  doorsOf,
  type Fields,
  from,
  type Front,
  frontOf,
  isMoved,
  type Json,
  labelOf,
  lifecycleOf,
  ofGroups,
  ofHosts,
  recordOf,
  type Resources,
  spelled,
} from "./shared.ts";

type Plan = Extract<ProvisionPlan, { readonly cloud: "digitalocean" }>;

/** The one whose schema the tests hold this against. */
const PROVIDER = { source: "digitalocean/digitalocean", version: "2.71.0" };
const EVERYWHERE = ["0.0.0.0/0", "::/0"];
const RECORD_SECONDS = 30;

const tagOf = (label: string): string => from("digitalocean_tag", label, "name");
const keyLabels = (plan: Plan): readonly string[] => plan.ssh.keys.map((_key, index) => `key_${index}`);

function tags({ cluster }: Layout, fronts: readonly Front[]): Resources {
  const own = { cluster: { name: `baton-${cluster.name}` } };
  const members = byName(fronts, ({ group }) => [
    labelOf("group", group),
    { name: `baton-${cluster.name}-${group}` },
  ]);
  return { ...own, ...members };
}

function droplets({ cluster }: Layout, plan: Plan, fronts: readonly Front[]): Resources {
  return byName(cluster.hosts, (host) => {
    const members = fronts.filter(({ hosts }) => hosts.includes(host.name));
    const body = {
      name: `${cluster.name}-${host.name}`,
      region: plan.region,
      size: plan.size,
      image: plan.image,
      vpc_uuid: from("digitalocean_vpc", "private", "id"),
      ssh_keys: keyLabels(plan).map((label) => from("digitalocean_ssh_key", label, "id")),
      tags: [tagOf("cluster"), ...members.map(({ group }) => tagOf(labelOf("group", group)))],
      user_data: cloudInit([], true),
      lifecycle: lifecycleOf(host, ["image", "ssh_keys", "user_data"]),
    };
    return [labelOf("host", host.name), body];
  });
}

function inboundRules(layout: Layout, plan: Plan, fronts: readonly Front[]): readonly Json[] {
  const balancers = fronts.map(({ group }) =>
    from("digitalocean_loadbalancer", labelOf("group", group), "id"),
  );
  const isAsked = ({ what, port }: Door): boolean =>
    what === "agent" || fronts.some((front) => front.port === port);
  return [
    { protocol: "tcp", port_range: "22", source_addresses: spelled(plan.ssh.from) },
    { protocol: "icmp", source_tags: [tagOf("cluster")] },
    ...doorsOf(layout, plan).map((door) => ({
      protocol: "tcp",
      port_range: String(door.port),
      source_tags: [tagOf("cluster")],
      source_addresses: door.others,
      ...(balancers.length > 0 && isAsked(door) && { source_load_balancer_uids: balancers }),
    })),
  ];
}

/** Nothing else comes in. What goes out has to be named, too: without a rule nothing would. */
function firewall(layout: Layout, plan: Plan, fronts: readonly Front[]): Resources {
  const outbound = [
    { protocol: "tcp", port_range: "1-65535", destination_addresses: EVERYWHERE },
    { protocol: "udp", port_range: "1-65535", destination_addresses: EVERYWHERE },
    { protocol: "icmp", destination_addresses: EVERYWHERE },
  ];
  const body = {
    name: layout.cluster.name,
    tags: [tagOf("cluster")],
    inbound_rule: inboundRules(layout, plan, fronts),
    outbound_rule: outbound,
  };
  return { cluster: body };
}

/** It follows the droplets' tag, and among these the answers of the agents: no failover needs an API. */
function balancers({ cluster }: Layout, plan: Plan, fronts: readonly Front[]): Resources {
  return byName(fronts, ({ group, port, checkPath }) => {
    const body = {
      name: `${cluster.name}-${group}`,
      region: plan.region,
      network: "INTERNAL",
      vpc_uuid: from("digitalocean_vpc", "private", "id"),
      droplet_tag: tagOf(labelOf("group", group)),
      // The longest that it takes.
      http_idle_timeout_seconds: 600,
      forwarding_rule: [
        { entry_protocol: "tcp", entry_port: port, target_protocol: "tcp", target_port: port },
      ],
      healthcheck: {
        protocol: "http",
        port: cluster.agentPort,
        path: checkPath,
        check_interval_seconds: 3,
        response_timeout_seconds: 3,
        unhealthy_threshold: 2,
        healthy_threshold: 2,
      },
    };
    return [labelOf("group", group), body];
  });
}

/** Whoever moves them assigns them: Terraform would bring them back to where they were. */
function reservedAddresses({ groups }: Layout, { region }: Plan): Resources {
  const lifecycle = { ignore_changes: ["droplet_id"], prevent_destroy: true };
  return byName(groups, ({ name }) => [labelOf("group", name), { region, lifecycle }]);
}

function addressOf(endpoint: Plan["endpoint"], group: string): string {
  const label = labelOf("group", group);
  return endpoint === "reserved-ip"
    ? from("digitalocean_reserved_ip", label, "ip_address")
    : from("digitalocean_loadbalancer", label, "ip");
}

function records(layout: Layout, plan: Plan, fronts: readonly Front[]): Resources {
  const { dns, endpoint } = plan;
  if (dns === undefined) return {};
  const entries = fronts.flatMap((front) => {
    const label = labelOf("group", front.group);
    const name = recordOf(layout, dns.record, front.group);
    const record = { domain: dns.zone, type: "A", name, ttl: RECORD_SECONDS };
    if (endpoint === "load-balancer")
      return [{ label, body: { ...record, value: from("digitalocean_loadbalancer", label, "ip") } }];
    if (endpoint === "reserved-ip")
      return [
        { label, body: { ...record, value: from("digitalocean_reserved_ip", label, "ip_address") } },
      ];
    const valueOf = (host: string) =>
      from("digitalocean_droplet", labelOf("host", host), "ipv4_address_private");
    if (isMoved(layout)) {
      const value = valueOf(front.hosts[0] ?? "");
      return [{ label, body: { ...record, value, lifecycle: { ignore_changes: ["value"] } } }];
    }
    return front.hosts.map((host) => {
      return { label: `${label}_${labelOf("host", host)}`, body: { ...record, value: valueOf(host) } };
    });
  });
  return byName(entries, ({ label, body }) => [label, body]);
}

/** What goes into the cluster file afterwards: DigitalOcean chooses the addresses in a VPC. */
function outputs(layout: Layout, { endpoint }: Plan, fronts: readonly Front[]): Fields {
  const droplet = (host: string, attribute: string) =>
    from("digitalocean_droplet", labelOf("host", host), attribute);
  return {
    address: ofHosts(layout, (host) => droplet(host, "ipv4_address_private")),
    ssh: ofHosts(layout, (host) => `root@${droplet(host, "ipv4_address")}`),
    ...(endpoint !== "none" && { endpoint: ofGroups(fronts, (group) => addressOf(endpoint, group)) }),
  };
}

export function digitaloceanFile(layout: Layout, plan: Plan): RenderedFile {
  const { cluster, groups } = layout;
  const fronts = groups.map((group) => frontOf(layout, group));
  const balanced = plan.endpoint === "load-balancer" ? fronts : [];
  const vpc = { name: cluster.name, region: plan.region, ip_range: plan.network };
  const keys = bareKeys(plan).map((key, index) => ({ key, index }));
  const all: Readonly<Record<string, Resources>> = {
    digitalocean_vpc: { private: vpc },
    digitalocean_ssh_key: byName(keys, ({ key, index }) => [
      `key_${index}`,
      { name: `${cluster.name}-${index}`, public_key: key },
    ]),
    digitalocean_tag: tags(layout, balanced),
    digitalocean_droplet: droplets(layout, plan, balanced),
    digitalocean_firewall: firewall(layout, plan, balanced),
    digitalocean_loadbalancer: balancers(layout, plan, balanced),
    digitalocean_reserved_ip: plan.endpoint === "reserved-ip" ? reservedAddresses(layout, plan) : {},
    digitalocean_record: records(layout, plan, fronts),
  };
  return documentOf({
    terraform: { required_version: ">= 1.5", required_providers: { digitalocean: PROVIDER } },
    provider: { digitalocean: {} },
    resource: Object.fromEntries(Object.entries(all).filter(([, some]) => Object.keys(some).length > 0)),
    output: outputs(layout, plan, fronts),
  });
}
