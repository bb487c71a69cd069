import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { addressAt, asNetwork, halfOfCloud, numberOf, rangeOf } from "./networks.ts";
import { clusterOrThrow, formatProblem, loadCluster } from "./load.ts";
import { clusterToYaml, withAddresses } from "./write.ts";

const KEY = `ssh-ed25519 ${"A".repeat(68)} anna@laptop`;
const HOSTS = ["a", "b", "c"]
  .map((zone, index) => `  - { name: h${index + 1}, address: 10.0.0.${index + 2}, zone: ${zone} }`)
  .join("\n");
const COMMON = [`ssh: { keys: ["${KEY}"], from: [203.0.113.7] }`, "network: 10.0.0.0/24"];
const ZONES = "zones: { a: eu-west-par-a, b: eu-west-par-b, c: eu-west-par-c }";
const PROJECT = `project: ${"0123456789abcdef".repeat(2)}`;

interface Written {
  readonly cloud?: string;
  readonly lines?: readonly string[];
  readonly hosts?: string;
  readonly rest?: string;
}

const ovhLines = (...more: readonly string[]) => [...COMMON, "region: EU-WEST-PAR", PROJECT, ...more];
const dropletLines = (...more: readonly string[]) => [...COMMON, "region: fra1", ...more];

function textOf({ cloud = "ovh", lines = ovhLines(ZONES), hosts = HOSTS, rest = "" }: Written): string {
  const settings = lines.map((line) => `    ${line}`).join("\n");
  return `hosts:\n${hosts}\nprovision:\n  ${cloud}:\n${settings}\n${rest}\n`;
}

function problemsOf(written: Written): readonly string[] {
  const loaded = loadCluster(textOf(written), "x.yml");
  return loaded.kind === "ok" ? [] : loaded.problems.map(formatProblem);
}

describe("the section provision", () => {
  test("needs little for either cloud, and is written back as it was meant", () => {
    for (const written of [{}, { cloud: "digitalocean", lines: dropletLines() }]) {
      const cluster = clusterOrThrow(textOf(written), "x.yml");
      expect(cluster.provision).toMatchObject({ endpoint: "none", network: "10.0.0.0/24" });
      expect(clusterOrThrow(clusterToYaml(cluster), "x.yml")).toEqual(cluster);
    }
  });

  test("names one cloud", () => {
    const rest = ["  digitalocean:", ...dropletLines().map((line) => `    ${line}`)].join("\n");
    expect(problemsOf({ rest })).toEqual([
      "x.yml:6:3 provision Expected one cloud, digitalocean or ovh, found both: a cluster is in one region",
    ]);
    expect(problemsOf({ cloud: "gcp" })).toEqual([
      'x.yml:6:3 provision.gcp Unknown key "gcp"; known here: digitalocean and ovh',
      expect.stringContaining("Expected one cloud, digitalocean or ovh, found none"),
    ]);
  });

  test("gives the place of an unknown key, and the one that was meant", () => {
    expect(problemsOf({ lines: ovhLines(ZONES, "flavour: b3-8") })).toEqual([
      'x.yml:12:5 provision.ovh.flavour Unknown key "flavour"; did you mean "flavor"?',
    ]);
  });

  test("needs an availability zone for each zone, another one for each, and none besides", () => {
    const withZones = (zones: string) => problemsOf({ lines: ovhLines(zones) });
    expect(withZones("zones: { a: eu-west-par-a }")).toEqual([
      "x.yml:11:12 provision.ovh.zones No availability zone is named for b and c",
    ]);
    expect(withZones("zones: { a: x1, b: x2, c: x2 }")).toEqual([
      "x.yml:11:31 provision.ovh.zones.c Zones b and c are both x2: what fails together is one zone",
    ]);
    expect(withZones("zones: { a: x1, b: x2, c: x3, d: x4 }")).toEqual([
      expect.stringContaining('x.yml:11:35 provision.ovh.zones.d No host is in a zone "d"'),
    ]);
  });

  test("takes hosts only at addresses of its private network that the cloud leaves to them", () => {
    const at = (address: string, cloud: Written = {}) =>
      problemsOf({ ...cloud, hosts: HOSTS.replace("10.0.0.3", address) });
    const droplets = { cloud: "digitalocean", lines: dropletLines() };
    expect(at("10.0.1.3")).toEqual([
      "x.yml:3:26 hosts.1.address Expected an address from 10.0.0.2 to 10.0.0.127, for hosts in the " +
        "private network 10.0.0.0/24; 10.0.0.128 to 10.0.0.254 are what the cloud gives out itself; " +
        "found 10.0.1.3",
    ]);
    expect(at("10.0.0.128")).toHaveLength(1);
    expect(at("fd00::3")).toHaveLength(1);
    expect(at("10.0.0.128", droplets)).toEqual([]);
    for (const address of ["10.0.0.0", "10.0.0.1", "10.0.0.255"])
      expect(at(address, droplets), address).toHaveLength(1);
  });

  test("takes no public network, none of DigitalOcean's own, and none of another size", () => {
    const with_ = (network: string) =>
      problemsOf({
        cloud: "digitalocean",
        lines: dropletLines().map((line) => line.replace("10.0.0.0/24", network)),
        hosts: HOSTS.replaceAll("10.0.0.", "10.244.3."),
      });
    expect(with_("203.0.113.0/24")).toEqual([expect.stringContaining("is in none of 10.0.0.0/8")]);
    expect(with_("10.0.0.0/8")).toEqual([expect.stringContaining("from /16 to /24, found /8")]);
    expect(with_("10.244.3.1/24")).toEqual([
      expect.stringContaining("10.244.3.0/24, found 10.244.3.1/24"),
    ]);
    expect(with_("10.244.3.0/24")).toEqual([
      "x.yml:8:14 provision.digitalocean.network 10.244.3.0/24 overlaps with 10.244.0.0/16, which " +
        "DigitalOcean uses itself",
    ]);
  });

  test("never shows what stands where a public key belongs", () => {
    const lines = ovhLines(ZONES).map((line) => line.replace(KEY, "-----BEGIN OPENSSH PRIVATE KEY"));
    expect(problemsOf({ lines })).toEqual([expect.stringContaining("Expected a public key")]);
    expect(problemsOf({ lines }).join()).not.toContain("BEGIN");
  });

  test("has a load balancer only where agents can tell it who is primary", () => {
    const balanced = (rest: string, hosts = HOSTS) =>
      problemsOf({ lines: ovhLines(ZONES, "endpoint: load-balancer"), rest, hosts });
    expect(balanced("")).toEqual([expect.stringContaining("it needs agent: { listen: host }")]);
    expect(balanced("agent: { listen: host }")).toEqual([]);
    const firewall = (networks: string) => `agent: { listen: host }\nfirewall: ${networks}`;
    expect(balanced(firewall("{ applications: [10.0.0.0/8], monitoring: [10.0.0.7] }"))).toEqual([
      expect.stringContaining("keep the load balancer out: add 10.0.0.128/25 to firewall.monitoring"),
    ]);
    const named = "{ applications: [10.0.0.128/25], monitoring: [10.0.0.7, fd00::/64, 10.0.0.0/24] }";
    expect(balanced(firewall(named))).toEqual([]);
    const deaf = HOSTS.replace("zone: a", "zone: a, runs: [redis, sentinel]");
    expect(balanced("agent: { listen: host }", deaf)).toEqual([
      expect.stringContaining("asks the agent of each node, and none runs on h1"),
    ]);
    const groups =
      "agent: { listen: host }\ngroups: [{ name: one }, { name: two, port: 6400, routerPort: 6401 }]";
    expect(balanced(groups)).toEqual([expect.stringContaining("names no group")]);
    const routed = `${HOSTS}\n  - { name: app, address: 10.0.0.9, zone: a, runs: [router] }`;
    expect(balanced(groups, routed)).toEqual([]);
    const lines = dropletLines("endpoint: load-balancer");
    const proxied = "agent: { listen: host }\nrouter: { proxyProtocol: true }";
    expect(problemsOf({ cloud: "digitalocean", lines, hosts: routed, rest: proxied })).toEqual([
      expect.stringContaining("PROXY headers of version 1"),
    ]);
  });

  test("has a public address only with TLS and a firewall", () => {
    const lines = dropletLines("endpoint: reserved-ip");
    expect(problemsOf({ cloud: "digitalocean", lines })).toEqual([
      expect.stringContaining("it needs the section tls and the section firewall with applications"),
    ]);
    const rest =
      "tls: { authority: a.pem, certificate: h.pem, key: h.key }\nfirewall: { applications: [203.0.113.9] }";
    expect(problemsOf({ cloud: "digitalocean", lines, rest })).toEqual([]);
  });

  test("takes only names that machines can have", () => {
    const hosts = HOSTS.replace("name: h1", "name: h1-");
    expect(problemsOf({ hosts })).toEqual([
      expect.stringContaining("hosts.0.name It would be called baton-h1-: "),
    ]);
  });

  test("goes when the cluster moves to other addresses, as into the lab", () => {
    const cluster = clusterOrThrow(textOf({}), "x.yml");
    const moved = withAddresses(cluster, (host) => `127.0.0.${host.slice(1)}`);
    expect("provision" in moved).toBe(false);
    expect(clusterOrThrow(clusterToYaml(moved), "x.yml")).toEqual(moved);
  });
});

test("the cloud's half of a network is its upper one, without the last address", () => {
  const { first, last, network } = halfOfCloud("192.168.0.0/16");
  expect([addressAt(first), addressAt(last)]).toEqual(["192.168.128.0", "192.168.255.254"]);
  expect(network).toBe("192.168.128.0/17");
  expect(rangeOf("10.0.0.9/30")).toEqual({ first: numberOf("10.0.0.8"), last: numberOf("10.0.0.11") });
  expect([numberOf("255.255.255.255"), numberOf("fd00::1")]).toEqual([2 ** 32 - 1, undefined]);
});

test("addresses and networks are spelled as clouds write them back", () => {
  const written = ["10.0.0.7", "10.0.0.9/29", "FD00:0::1", "fd00::/64", "::/0"];
  expect(written.map(asNetwork)).toEqual([
    "10.0.0.7/32",
    "10.0.0.8/29",
    "fd00::1/128",
    "fd00::/64",
    "::/0",
  ]);
});

test("the examples of docs/provision.md are accepted as they stand there, but for the shortened key", () => {
  const page = readFileSync(new URL("../../../../docs/provision.md", import.meta.url), "utf8");
  const examples = [...page.matchAll(/^ {4}provision:\n(?: {4}.*\n)+/gm)].map(([text]) =>
    text.replaceAll(/^ {4}/gm, "").replace("ssh-ed25519 AAAA... anna", KEY),
  );
  expect(examples).toHaveLength(2);
  for (const example of examples) {
    const hosts = HOSTS.replaceAll("10.0.0.", "10.20.0.");
    const loaded = loadCluster(`agent: { listen: host }\nhosts:\n${hosts}\n${example}`, "x.yml");
    expect(loaded.kind === "ok" ? [] : loaded.problems.map(formatProblem)).toEqual([]);
  }
});
