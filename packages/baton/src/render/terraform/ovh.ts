// Terraform for OVHcloud: instances over availability zones in a private network, behind a security group of
// their own, and what clients connect to. OpenStack's provider makes it all but the names.
import { hostNamed } from "../../cluster/layout.ts";
import { addressAt, halfOfCloud } from "../../cluster/networks.ts";
import type { Host, Layout, ProvisionPlan } from "../../cluster/types.ts";
import type { RenderedFile } from "../renderer.ts";
import { ovhBalancers } from "./ovh-balancers.ts";
import {
  bareKeys,
  byName,
  cloudInit,
  documentOf,
  doorsOf,
  type Fields,
  from,
  type Front,
  frontOf,
  hasState,
  isMoved,
  labelOf,
  lifecycleOf,
  ofGroups,
  ofHosts,
  recordOf,
  type Resources,
  spelled,
} from "./shared.ts";

type Plan = Extract<ProvisionPlan, { readonly cloud: "ovh" }>;

/** Those whose schemas the tests hold this against. */
const OPENSTACK = { source: "terraform-provider-openstack/openstack", version: "1.54.1" };
const OVH = { source: "ovh/ovh", version: "2.19.0" };
/** The least that OVH takes. */
const RECORD_SECONDS = 60;
/** The network that gives each instance its public address. */
const PUBLIC_NETWORK = "Ext-Net";

const securityGroup = from("openstack_networking_secgroup_v2", "cluster", "id");
const network = from("openstack_networking_network_v2", "private", "id");
const subnet = from("openstack_networking_subnet_v2", "private", "id");

/** No gateway: the way out is the public address, and a second default route would break it. */
function subnetOf({ cluster }: Layout, plan: Plan): Fields {
  const { first, last } = halfOfCloud(plan.network);
  return {
    name: cluster.name,
    network_id: network,
    cidr: plan.network,
    ip_version: 4,
    enable_dhcp: true,
    no_gateway: true,
    allocation_pool: [{ start: addressAt(first), end: addressAt(last) }],
  };
}

/** Part of a label that is another one for every address and network. */
const sourceLabel = (source: string): string =>
  source.replaceAll("/", "--").replaceAll(".", "-").replaceAll(":", "_");

/** OVH's own group lets in everything from everywhere, so this one starts without any rule. */
function rules(layout: Layout, plan: Plan): Resources {
  const ingress = { direction: "ingress", security_group_id: securityGroup };
  const hosts = { ethertype: "IPv4", remote_group_id: securityGroup };
  const sourceOf = (network: string): Fields => {
    return { ethertype: network.includes(":") ? "IPv6" : "IPv4", remote_ip_prefix: network };
  };
  const opened = (port: number, source: Fields): Fields => {
    return { ...ingress, ...source, protocol: "tcp", port_range_min: port, port_range_max: port };
  };
  const doors = doorsOf(layout, plan).flatMap(({ what, port, others }) => {
    const door = `${what}_${port}`;
    return [
      { label: `${door}_from_hosts`, body: opened(port, hosts) },
      ...others.map((network) => {
        return { label: `${door}_from_${sourceLabel(network)}`, body: opened(port, sourceOf(network)) };
      }),
    ];
  });
  const leaving = (ethertype: string): Fields => {
    return { direction: "egress", ethertype, security_group_id: securityGroup };
  };
  return {
    leaving_ipv4: leaving("IPv4"),
    leaving_ipv6: leaving("IPv6"),
    icmp_from_hosts: { ...ingress, ...hosts, protocol: "icmp" },
    ...byName(spelled(plan.ssh.from), (source) => [
      `ssh_from_${sourceLabel(source)}`,
      opened(22, sourceOf(source)),
    ]),
    ...byName(doors, ({ label, body }) => [label, body]),
  };
}

/** The address of the cluster file, whatever becomes of the instance. */
function portOf({ cluster }: Layout, { name, address }: Host): Fields {
  return {
    name: `${cluster.name}-${name}`,
    network_id: network,
    admin_state_up: true,
    security_group_ids: [securityGroup],
    fixed_ip: [{ subnet_id: subnet, ip_address: address }],
  };
}

function instanceOf({ cluster }: Layout, plan: Plan, host: Host): Fields {
  const apart = from("openstack_compute_servergroup_v2", "apart", "id");
  return {
    name: `${cluster.name}-${host.name}`,
    flavor_name: plan.flavor,
    image_name: plan.image,
    key_pair: from("openstack_compute_keypair_v2", "first", "name"),
    availability_zone: plan.zones[host.zone] ?? "",
    // For the public network; the private port brings its own.
    security_groups: [from("openstack_networking_secgroup_v2", "cluster", "name")],
    network: [
      { name: PUBLIC_NETWORK, access_network: true },
      { port: from("openstack_networking_port_v2", labelOf("host", host.name), "id") },
    ],
    ...(hasState(host) && { scheduler_hints: [{ group: apart }] }),
    user_data: cloudInit(bareKeys(plan), false),
    lifecycle: lifecycleOf(host, ["image_name", "key_pair", "scheduler_hints", "user_data"]),
  };
}

const balancerAddress = (group: string): string =>
  from("openstack_lb_loadbalancer_v2", labelOf("group", group), "vip_address");

function records(layout: Layout, plan: Plan, fronts: readonly Front[]): Resources {
  const { dns, endpoint } = plan;
  if (dns === undefined) return {};
  const entries = fronts.flatMap((front) => {
    const label = labelOf("group", front.group);
    const subdomain = recordOf(layout, dns.record, front.group);
    const record = { zone: dns.zone, subdomain, fieldtype: "A", ttl: RECORD_SECONDS };
    if (endpoint === "load-balancer")
      return [{ label, body: { ...record, target: balancerAddress(front.group) } }];
    const targetOf = (host: string) => hostNamed(layout.cluster, host).address;
    if (isMoved(layout)) {
      const target = targetOf(front.hosts[0] ?? "");
      return [{ label, body: { ...record, target, lifecycle: { ignore_changes: ["target"] } } }];
    }
    return front.hosts.map((host) => {
      return { label: `${label}_${labelOf("host", host)}`, body: { ...record, target: targetOf(host) } };
    });
  });
  return byName(entries, ({ label, body }) => [label, body]);
}

/** The user is that of OVH's images; `ssh` is what the cluster file calls the way to a host. */
function outputs(layout: Layout, { endpoint }: Plan, fronts: readonly Front[]): Fields {
  const instance = (host: string) =>
    from("openstack_compute_instance_v2", labelOf("host", host), "access_ip_v4");
  return {
    ssh: ofHosts(layout, (host) => `debian@${instance(host)}`),
    ...(endpoint !== "none" && { endpoint: ofGroups(fronts, balancerAddress) }),
  };
}

export function ovhFile(layout: Layout, plan: Plan): RenderedFile {
  const { cluster, groups } = layout;
  const { name, hosts } = cluster;
  const fronts = groups.map((group) => frontOf(layout, group));
  const named = plan.dns === undefined ? {} : { ovh: OVH };
  const [firstKey = ""] = bareKeys(plan);
  const all: Readonly<Record<string, Resources>> = {
    openstack_networking_network_v2: { private: { name, admin_state_up: true } },
    openstack_networking_subnet_v2: { private: subnetOf(layout, plan) },
    openstack_networking_secgroup_v2: {
      cluster: { name, description: `Of the cluster ${name}`, delete_default_rules: true },
    },
    openstack_networking_secgroup_rule_v2: rules(layout, plan),
    openstack_compute_keypair_v2: { first: { name, public_key: firstKey } },
    openstack_compute_servergroup_v2: { apart: { name, policies: ["anti-affinity"] } },
    openstack_networking_port_v2: byName(hosts, (host) => {
      return [labelOf("host", host.name), portOf(layout, host)];
    }),
    openstack_compute_instance_v2: byName(hosts, (host) => {
      return [labelOf("host", host.name), instanceOf(layout, plan, host)];
    }),
    ...(plan.endpoint === "load-balancer" ? ovhBalancers(layout, plan, fronts) : {}),
    ovh_domain_zone_record: records(layout, plan, fronts),
  };
  return documentOf({
    terraform: { required_version: ">= 1.5", required_providers: { openstack: OPENSTACK, ...named } },
    provider: {
      openstack: { region: plan.region, tenant_id: plan.project, use_octavia: true },
      ...(plan.dns === undefined ? {} : { ovh: {} }),
    },
    resource: Object.fromEntries(Object.entries(all).filter(([, some]) => Object.keys(some).length > 0)),
    output: outputs(layout, plan, fronts),
  });
}
