// OVH's load balancer, one a group: it asks the agents, and cuts nobody who is only silent.
import { hostNamed } from "../../cluster/layout.ts";
import type { Layout, ProvisionPlan } from "../../cluster/types.ts";
import { byName, type Fields, from, type Front, labelOf, type Resources, spelled } from "./shared.ts";

/** Octavia closes what is silent for 50 s if it is not told otherwise; clients may be silent for hours. */
const SILENCE_MS = 24 * 3_600_000;

const subnet = from("openstack_networking_subnet_v2", "private", "id");

function listenerOf({ cluster }: Layout, plan: ProvisionPlan, { group, port }: Front): Fields {
  const applications = cluster.firewall?.applications ?? [];
  return {
    name: `${cluster.name}-${group}`,
    loadbalancer_id: from("openstack_lb_loadbalancer_v2", labelOf("group", group), "id"),
    protocol: "TCP",
    protocol_port: port,
    timeout_client_data: SILENCE_MS,
    timeout_member_data: SILENCE_MS,
    // Its address is an IPv4 one, and it takes no other kind here.
    allowed_cidrs: spelled([plan.network, ...applications.filter((source) => !source.includes(":"))]),
  };
}

function poolOf({ cluster, routers }: Layout, { group }: Front): Fields {
  const isAnnounced = routers.length > 0 && cluster.router.proxyProtocol === true;
  return {
    name: `${cluster.name}-${group}`,
    listener_id: from("openstack_lb_listener_v2", labelOf("group", group), "id"),
    protocol: isAnnounced ? "PROXYV2" : "TCP",
    lb_method: "LEAST_CONNECTIONS",
  };
}

function monitorOf({ cluster }: Layout, { group, checkPath }: Front): Fields {
  return {
    name: `${cluster.name}-${group}`,
    pool_id: from("openstack_lb_pool_v2", labelOf("group", group), "id"),
    type: "HTTP",
    http_method: "GET",
    url_path: checkPath,
    expected_codes: "200",
    delay: 3,
    timeout: 2,
    max_retries: 1,
    max_retries_down: 1,
  };
}

/** Who is a member is Terraform's; who of them takes clients is for the agents and whoever drains one. */
function members({ cluster }: Layout, fronts: readonly Front[]): Resources {
  const entries = fronts.flatMap(({ group, hosts, port }) => {
    return hosts.map((host) => ({ group, host: hostNamed(cluster, host), port }));
  });
  return byName(entries, ({ group, host, port }) => {
    const body = {
      name: `${cluster.name}-${host.name}`,
      pool_id: from("openstack_lb_pool_v2", labelOf("group", group), "id"),
      address: host.address,
      protocol_port: port,
      monitor_port: cluster.agentPort,
      subnet_id: subnet,
      lifecycle: { ignore_changes: ["admin_state_up", "backup", "weight"] },
    };
    return [`${labelOf("group", group)}_${labelOf("host", host.name)}`, body];
  });
}

export function ovhBalancers(
  layout: Layout,
  plan: ProvisionPlan,
  fronts: readonly Front[],
): Readonly<Record<string, Resources>> {
  const { name } = layout.cluster;
  const each = (bodyOf: (front: Front) => Fields): Resources =>
    byName(fronts, (front) => [labelOf("group", front.group), bodyOf(front)]);
  return {
    openstack_lb_loadbalancer_v2: each(({ group }) => {
      return { name: `${name}-${group}`, vip_subnet_id: subnet };
    }),
    openstack_lb_listener_v2: each((front) => listenerOf(layout, plan, front)),
    openstack_lb_pool_v2: each((front) => poolOf(layout, front)),
    openstack_lb_monitor_v2: each((front) => monitorOf(layout, front)),
    openstack_lb_member_v2: members(layout, fronts),
  };
}
