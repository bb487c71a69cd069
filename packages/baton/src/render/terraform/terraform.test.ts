// What Terraform is given. Whether it takes it is test/scenario/terraform.test.ts.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layoutOf } from "../../cluster/layout.ts";
import { anyCluster, clusterFrom, PASSWORDS } from "../../deploy/cluster.fixture.ts";
import { PROVISIONED } from "../../deploy/provision.fixture.ts";
import type { Cluster } from "../../cluster/types.ts";
import { hostSite } from "../host/places.ts";
import { terraform } from "./index.ts";

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

function textOf(cluster: Cluster): string | undefined {
  const layout = layoutOf(cluster);
  const [file] = terraform.files({ layout, secrets: PASSWORDS, site: hostSite(layout) });
  return file?.text;
}

function resourcesOf(text: string): Resources {
  const { resource } = JSON.parse(textOf(clusterFrom(text)) ?? "") as { resource: Resources };
  return resource;
}

const droplets = PROVISIONED.digitalocean;
const instances = PROVISIONED.ovh;
const withoutBalancer = (text: string): string =>
  text.replace("endpoint: load-balancer", "endpoint: none");
const withoutRouters = (text: string): string =>
  withoutBalancer(text).replace(/^ {2}- \{ name: app.*\n/gm, "");
const lifecycles = (resources: Resources, type: string) =>
  Object.values(resources[type] ?? {}).map(({ lifecycle }) => lifecycle);

describe("main.tf.json", () => {
  test.each(["digitalocean", "ovh"] as const)(
    "is that of testdata/render/terraform for %s",
    async (cloud) => {
      const text = textOf(clusterFrom(PROVISIONED[cloud]));
      const place = new URL(
        `../../../../../testdata/render/terraform/${cloud}/main.tf.json`,
        import.meta.url,
      );
      const golden = fileURLToPath(place);
      if (process.env["UPDATE"] === "1") {
        await mkdir(dirname(golden), { recursive: true });
        await writeFile(golden, text ?? "");
      }
      expect(text).toBe(await readFile(golden, "utf8"));
    },
  );

  test("is there only with the section provision", () => {
    const [hosts = ""] = droplets.split("provision:");
    expect(textOf(clusterFrom(hosts))).toBeUndefined();
  });

  test("leaves to the agents whatever moves with the primary, and names no other part of it", () => {
    const moved = resourcesOf(withoutBalancer(droplets));
    expect(lifecycles(moved, "digitalocean_record")).toEqual([{ ignore_changes: ["value"] }]);
    expect(lifecycles(resourcesOf(withoutRouters(instances)), "ovh_domain_zone_record")).toEqual([
      { ignore_changes: ["target"] },
      { ignore_changes: ["target"] },
    ]);
    const reserved = droplets
      .replace("endpoint: load-balancer", "endpoint: reserved-ip")
      .concat("tls: { authority: a.pem, certificate: h.pem, key: h.key }\n");
    const addresses = resourcesOf(reserved);
    expect(lifecycles(addresses, "digitalocean_reserved_ip")).toEqual([
      { ignore_changes: ["droplet_id"], prevent_destroy: true },
    ]);
    expect(Object.keys(addresses)).not.toContain("digitalocean_reserved_ip_assignment");
    const members = lifecycles(resourcesOf(instances), "openstack_lb_member_v2");
    expect(members).toHaveLength(4);
    for (const lifecycle of members)
      expect(lifecycle).toEqual({ ignore_changes: ["admin_state_up", "backup", "weight"] });
  });

  test("has a record for each router that leads on by itself, which is Terraform's own", () => {
    const records = resourcesOf(withoutBalancer(instances))["ovh_domain_zone_record"] ?? {};
    expect(Object.keys(records)).toHaveLength(4);
    expect(
      Object.values(records).map(({ subdomain, target, lifecycle }) => [subdomain, target, lifecycle]),
    ).toEqual([
      ["queue-main", "10.20.0.9", undefined],
      ["queue-main", "10.20.0.10", undefined],
      ["queue-cache", "10.20.0.9", undefined],
      ["queue-cache", "10.20.0.10", undefined],
    ]);
  });

  test("never destroys a machine with data or votes, and may destroy a router", () => {
    const machines = resourcesOf(instances)["openstack_compute_instance_v2"] ?? {};
    const kept = Object.entries(machines).map(([label, { lifecycle }]) => {
      return [label, (lifecycle as Record<string, unknown>)["prevent_destroy"]];
    });
    expect(Object.fromEntries(kept)).toEqual({
      host_h1: true,
      host_h2: true,
      host_h3: true,
      host_app1: undefined,
      host_app2: undefined,
    });
  });

  test("makes no other machine of a host that is taken out of service", () => {
    const idle = instances
      .replace(
        "{ name: h3, address: 10.20.0.4, zone: c }",
        "{ name: h3, address: 10.20.0.4, zone: c, runs: [agent] }",
      )
      .replaceAll(/hosts: \[h.*?\]/g, "hosts: [h1, h2]")
      .replace("zone: a, runs: [router]", "zone: c, runs: [sentinel, router]");
    const { host_h3: machine } =
      resourcesOf(`${idle}objectives: { rpo: none }\n`)["openstack_compute_instance_v2"] ?? {};
    const { scheduler_hints: apart, lifecycle } = machine ?? {};
    expect([apart, lifecycle]).toEqual([
      undefined,
      { ignore_changes: ["image_name", "key_pair", "scheduler_hints", "user_data"] },
    ]);
  });

  test("lets strangers in nowhere but by SSH, and nobody from everywhere", () => {
    const rules = Object.values(resourcesOf(instances)["openstack_networking_secgroup_rule_v2"] ?? {});
    const inward = rules.filter(({ direction }) => direction === "ingress");
    expect(inward.length).toBeGreaterThan(10);
    for (const rule of inward) {
      expect(rule["remote_group_id"] ?? rule["remote_ip_prefix"]).toEqual(expect.any(String));
      expect(String(rule["remote_ip_prefix"])).not.toMatch(/\/0$/);
      expect(rule["remote_group_id"] === undefined || rule["remote_ip_prefix"] === undefined).toBe(true);
    }
    const [firewall] = Object.values(resourcesOf(droplets)["digitalocean_firewall"] ?? {});
    const inbound = (firewall ?? {})["inbound_rule"] as Record<string, readonly string[]>[];
    expect(inbound.length).toBeGreaterThan(4);
    for (const rule of inbound) expect(rule["source_addresses"] ?? []).not.toContain("0.0.0.0/0");
  });
});

test("of any cluster it is the same each time, and holds no password and no template of somebody's", () => {
  let count = 0;
  fc.assert(
    fc.property(anyCluster, (cluster) => {
      const text = textOf(cluster);
      if (text === undefined) return;
      count += 1;
      expect(textOf(cluster)).toBe(text);
      expect(`${JSON.stringify(JSON.parse(text), undefined, 2)}\n`).toBe(text);
      for (const secret of Object.values(PASSWORDS)) expect(text).not.toContain(secret);
      for (const [, inner] of text.matchAll(/[$%]\{([^}]*)\}/g)) expect(inner).toMatch(/^[\w.-]+$/);
    }),
    { numRuns: 200 },
  );
  expect(count).toBeGreaterThan(20);
});
