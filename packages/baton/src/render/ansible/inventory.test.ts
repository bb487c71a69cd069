import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { layoutOf } from "../../cluster/layout.ts";
import { clusterFrom } from "../../deploy/cluster.fixture.ts";
import { inventoryText, type PlacedFile } from "./inventory.ts";

interface Variables extends Readonly<Record<string, unknown>> {
  readonly baton_packages: readonly string[];
  readonly baton_folders: readonly { readonly path: string; readonly access: string }[];
  readonly baton_files: readonly Readonly<Record<string, string>>[];
}
interface Inventory {
  readonly baton_hosts: {
    readonly vars: Readonly<Record<string, unknown>>;
    readonly hosts: Readonly<Record<string, Variables>>;
  };
}

/** Ansible reads the older YAML, in which more words are no text. */
function inventoryOf(text: string, files: readonly PlacedFile[] = []): Inventory["baton_hosts"] {
  const written = inventoryText(layoutOf(clusterFrom(text)), files);
  return (parse(written, { version: "1.1" }) as Inventory).baton_hosts;
}

const threeHosts = (...more: readonly string[]): string =>
  [
    "hosts:",
    ...[1, 2, 3].map((index) => {
      const ssh = more[index - 1] === undefined ? "" : `, ssh: "${more[index - 1]}"`;
      return `  - { name: h${index}, address: 10.0.0.${index}, zone: z${index}${ssh} }`;
    }),
    "  - { name: app, address: 10.0.0.9, zone: z1, runs: [router] }",
    "",
  ].join("\n");

const file = (host: string, path: string, mode: number, text: string): PlacedFile => {
  return { file: `hosts/${host}${path}`, host, path, owner: "root", group: "redis", mode, text };
};

test("a host is reached by its address, or the way that the cluster file gives", () => {
  const { hosts } = inventoryOf(
    threeHosts("admin@gate.example.com:2222", "[fd00::7]:22", "root@10.9.0.3"),
  );
  const ways = Object.entries(hosts).map(([name, variables]) => [
    name,
    Object.fromEntries(Object.entries(variables).filter(([key]) => key.startsWith("ansible_"))),
  ]);
  expect(Object.fromEntries(ways)).toEqual({
    h1: {
      ansible_host: "gate.example.com",
      ansible_port: 2222,
      ansible_user: "admin",
      ansible_become: true,
    },
    h2: { ansible_host: "fd00::7", ansible_port: 22 },
    h3: { ansible_host: "10.9.0.3", ansible_user: "root" },
    app: { ansible_host: "10.0.0.9" },
  });
});

test("hosts and groups keep their names, also where YAML has another meaning for them", () => {
  const names = ["on", "2026-01-01", "1e3"];
  const hosts = names.map(
    (name, index) => `  - { name: "${name}", address: 10.0.0.${index + 1}, zone: z${index} }`,
  );
  const inventory = inventoryOf(
    ["hosts:", ...hosts, 'groups: [{ name: "no", hosts: ["on", "2026-01-01", "1e3"] }]', ""].join("\n"),
  );
  expect(Object.keys(inventory.hosts)).toEqual(names);
  expect(inventory.vars).toEqual({ baton_groups: ["no"], baton_judge: "on" });
});

test("a file is known by what it holds and who may read it, as the host's own tools say it", () => {
  const secret = file("h1", "/etc/baton/secrets/agent", 0o640, "secret\n");
  const other = file("h2", "/etc/baton/cluster.yml", 0o644, "name: x\n");
  const { hosts } = inventoryOf(threeHosts(), [secret, other]);
  const sha256 = createHash("sha256").update("secret\n").digest("hex");
  expect(hosts["h1"]?.baton_files).toEqual([
    {
      source: "hosts/h1/etc/baton/secrets/agent",
      path: "/etc/baton/secrets/agent",
      owner: "root",
      group: "redis",
      mode: "0640",
      hash: `hash ${sha256}  /etc/baton/secrets/agent`,
      access: "access /etc/baton/secrets/agent root redis 0640",
    },
  ]);
  expect(hosts["h2"]?.baton_files).toHaveLength(1);
  expect(hosts["h3"]?.baton_files).toEqual([]);
});

test("a host gets the packages and folders of what it runs, and no others", () => {
  const { hosts } = inventoryOf(threeHosts(), [
    file("h1", "/etc/baton/firewall.nft", 0o644, "x\n"),
    file("h1", "/etc/systemd/system/redis-server@main.service.d/baton.conf", 0o644, "x\n"),
    file("h1", "/etc/systemd/system/baton-agent.service", 0o644, "x\n"),
  ]);
  expect(hosts["h1"]).toMatchObject({
    baton_redis: true,
    baton_firewall: true,
    baton_packages: ["redis-server", "redis-sentinel", "nftables"],
  });
  expect(hosts["app"]).toMatchObject({
    baton_redis: false,
    baton_firewall: false,
    baton_packages: [],
  });
  const pathsOf = (host: string) => hosts[host]?.baton_folders.map(({ access }) => access) ?? [];
  expect(pathsOf("h1")).toEqual(
    expect.arrayContaining([
      "access /var/lib/redis/main redis redis 0750",
      "access /var/lib/redis-sentinel redis redis 0750",
      "access /etc/systemd/system/redis-server@main.service.d root root 0755",
      "access /var/lib/baton baton baton 0750",
    ]),
  );
  expect(pathsOf("h1")).not.toContain("access /etc/systemd/system root root 0755");
  expect(pathsOf("app").filter((access) => /redis redis/.test(access))).toEqual([]);
});
