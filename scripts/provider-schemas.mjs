// Writes testdata/terraform/schemas: the arguments of each Terraform resource that Baton renders, as its
// provider's package on npm declares them. Names, types, and what is required; no sentence of anybody's.
//     node scripts/provider-schemas.mjs
// The packages are fetched into a folder that goes again, and never installed or run. Resources that are
// rendered and not listed here are refused by test/scenario/terraform.test.ts: add them, and run it again.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCdktf } from "./provider-schemas-cdktf.mjs";
import { readPulumi } from "./provider-schemas-pulumi.mjs";

const FOLDER = fileURLToPath(new URL("../testdata/terraform/schemas", import.meta.url));

/** Each with the part of its package that holds it. */
const SOURCES = [
  {
    file: "digitalocean.json",
    source: "digitalocean/digitalocean",
    package: "@cdktf/provider-digitalocean",
    version: "13.14.1",
    providerVersion: "2.71.0",
    read: readCdktf,
    provider: "provider",
    resources: {
      digitalocean_droplet: "droplet",
      digitalocean_firewall: "firewall",
      digitalocean_loadbalancer: "loadbalancer",
      digitalocean_record: "record",
      digitalocean_reserved_ip: "reserved-ip",
      digitalocean_ssh_key: "ssh-key",
      digitalocean_tag: "tag",
      digitalocean_vpc: "vpc",
    },
  },
  {
    file: "openstack.json",
    source: "terraform-provider-openstack/openstack",
    package: "@pulumi/openstack",
    version: "3.15.2",
    // That of its go.mod: the package itself does not say it.
    providerVersion: "1.54.1",
    read: readPulumi,
    provider: "provider",
    resources: {
      openstack_compute_instance_v2: "compute/instance",
      openstack_compute_keypair_v2: "compute/keypair",
      openstack_compute_servergroup_v2: "compute/serverGroup",
      openstack_lb_listener_v2: "loadbalancer/listener",
      openstack_lb_loadbalancer_v2: "loadbalancer/loadBalancer",
      openstack_lb_member_v2: "loadbalancer/member",
      openstack_lb_monitor_v2: "loadbalancer/monitor",
      openstack_lb_pool_v2: "loadbalancer/pool",
      openstack_networking_network_v2: "networking/network",
      openstack_networking_port_v2: "networking/port",
      openstack_networking_secgroup_rule_v2: "networking/secGroupRule",
      openstack_networking_secgroup_v2: "networking/secGroup",
      openstack_networking_subnet_v2: "networking/subnet",
    },
  },
  {
    file: "ovh.json",
    source: "ovh/ovh",
    package: "@ovhcloud/pulumi-ovh",
    version: "2.19.1",
    // The numbers of this package follow the provider's, and its last one is its own.
    providerVersion: "2.19.0",
    read: readPulumi,
    provider: "provider",
    resources: { ovh_domain_zone_record: "domain/zoneRecord" },
  },
];

function run(command, args, folder) {
  const done = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  if (done.status === 0) return done.stdout.trim();
  throw new Error(`${[command, ...args].join(" ")}: ${done.error?.message ?? done.stderr}`);
}

function fetched({ package: name, version }, folder) {
  const archive = run("npm", ["pack", "--silent", `${name}@${version}`], folder)
    .split("\n")
    .at(-1);
  run("tar", ["xzf", archive], folder);
  return join(folder, "package");
}

/** By name, all the way down, so that another version shows as what it changes. */
function sorted(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]),
  );
}

mkdirSync(FOLDER, { recursive: true });
for (const from of SOURCES) {
  const folder = mkdtempSync(join(tmpdir(), "baton-schemas-"));
  try {
    const place = fetched(from, folder);
    const text = (path) => readFileSync(join(place, path), "utf8");
    const resources = Object.entries(from.resources).map(([type, path]) => [
      type,
      from.read(text, path),
    ]);
    const schema = {
      package: `${from.package}@${from.version}`,
      source: from.source,
      providerVersion: from.providerVersion,
      provider: sorted(from.read(text, from.provider)),
      resources: sorted(Object.fromEntries(resources)),
    };
    writeFileSync(join(FOLDER, from.file), `${JSON.stringify(schema, undefined, 1)}\n`);
    process.stderr.write(`${from.file}: ${resources.length} resources of ${schema.package}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
