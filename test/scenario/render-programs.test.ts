// Every rendered file is shown to the program that reads it: for the example, for a cluster with all that
// there is, and for 200 random ones.
import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../../packages/baton/src/cluster/types.ts";
import { anyCluster, clusterFrom, PASSWORDS } from "../../packages/baton/src/deploy/cluster.fixture.ts";
import { type HostFile, hostFiles } from "../../packages/baton/src/deploy/host-files.ts";
import { makeCertificates } from "../../packages/baton/src/lab/certificates.ts";
import { complaintsOf, lookAtInventories, writeAnsible } from "./support/ansible.ts";
import { examples } from "./support/examples.ts";

const CLUSTERS = 200;
/** Of all programs for all of them; a minute and a half on two cores that have nothing else to do. */
const CLUSTERS_MS = 480_000;
/** Of a server that says nothing. */
const START_MS = 20_000;

let folder: string;
let certificates: { readonly authority: string; readonly certificate: string; readonly key: string };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-programs-"));
  certificates = await makeCertificates(join(folder, "tls"), ["127.0.0.1"]);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** What has been accepted needs no second look: clusters share many texts. */
const accepted = new Set<string>();

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

function run(program: string, args: readonly string[], environment: Record<string, string> = {}): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: START_MS,
    env: { ...process.env, ...environment },
  });
  expect({ program, status, said: status === 0 ? "" : `${error ?? ""}${stdout}${stderr}` }).toEqual({
    program,
    status: 0,
    said: "",
  });
}

async function unit({ path, text }: HostFile): Promise<void> {
  const units = join(folder, "units");
  await rm(units, { recursive: true, force: true });
  // Baton itself is not installed here, and a unit whose program is missing is refused.
  const here = text.replaceAll("/usr/local/bin/baton", "/usr/bin/true");
  await write(join("units", path.replace("/etc/systemd/system/", "")), here);
  const name =
    basename(path) === "baton.conf" ? basename(dirname(path)).replace(/\.d$/, "") : basename(path);
  // The colon at the end stands for Debian's own folders.
  run("systemd-analyze", ["verify", "--man=no", name], { SYSTEMD_UNIT_PATH: `${units}:` });
}

/** Starts it at its own address, which only a network of its own has, and waits until it is ready. */
async function server(
  program: string,
  address: string,
  { text }: HostFile,
  ready: RegExp,
): Promise<void> {
  const data = await mkdtemp(join(folder, "data-"));
  const here = text
    .replaceAll("/etc/baton/tls/a.pem", certificates.authority)
    .replaceAll("/etc/ssl/h.pem", certificates.certificate)
    .replaceAll("/etc/ssl/h.key", certificates.key)
    .replace(/^dir .*$/m, `dir ${data}`);
  const config = join(data, "file.conf");
  await writeFile(config, here, { mode: 0o600 });
  const script = 'ip addr add "$1" dev lo nodad 2>&1 && ip link set lo up && shift && exec "$@"';
  const mask = address.includes(":") ? 128 : 32;
  const child = spawn(
    "unshare",
    ["-n", "sh", "-c", script, "sh", `${address}/${mask}`, program, config],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let said = "";
  let deadline: NodeJS.Timeout | undefined;
  const outcome = await new Promise<string>((resolve) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      if (ready.test(said)) resolve("ready");
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => resolve(`exit ${String(code)}: ${said}`));
    deadline = setTimeout(() => resolve(`silent: ${said}`), START_MS);
  });
  clearTimeout(deadline);
  if (child.exitCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }
  await rm(data, { recursive: true, force: true });
  expect(outcome).toBe("ready");
}

async function judge(cluster: Cluster, file: HostFile): Promise<void> {
  const address = cluster.hosts.find(({ name }) => name === file.host)?.address ?? "";
  const { kind, path, text } = file;
  if (path.endsWith(".service") || path.endsWith("/baton.conf")) await unit(file);
  else if (kind === "redis-conf")
    await server("redis-server", address, file, /Ready to accept connections/);
  else if (kind === "sentinel-conf")
    await server("redis-sentinel", address, file, /\+monitor master \S+/);
  else if (path.endsWith(".nft"))
    run("unshare", ["-n", "nft", "-c", "-f", await write("rules.nft", text)]);
  else if (kind === "haproxy") run("haproxy", ["-c", "-q", "-f", await write("haproxy.cfg", text)]);
  else if (path.endsWith(".rules.yml"))
    run("promtool", ["check", "rules", await write("baton.rules.yml", text)]);
  else if (kind === "prometheus")
    // It names the file with the rules, which must be there; what is in it is another matter.
    run("promtool", ["check", "config", "--syntax-only", await write("prometheus.yml", text)]);
  else if (path.endsWith("alertmanager.yml"))
    run("amtool", ["check-config", await write("alertmanager.yml", text)]);
  else if (kind === "kernel")
    for (const line of text.split("\n")) expect(line).toMatch(/^(#.*|[\w.]+ = \d+|)$/);
  else if (kind === "clients") run("sh", ["-n", await write("clients.env", text)]);
  // Its queries are asked in a test of their own.
  else if (kind === "grafana") expect(JSON.parse(text)).toMatchObject({ title: "Baton" });
  // All of it together: see `playbook`.
  else if (kind === "ansible") expect(path).toMatch(/^ansible\//);
  // Its own test shows it to the program.
  else if (kind === "terraform") expect(path).toBe("terraform/main.tf.json");
  else expect([kind, clusterOrSecret(file)]).toEqual(["own-files", true]);
}

/** Read by Baton alone; that a cluster file means the same on its hosts is a unit test. */
const clusterOrSecret = ({ path }: HostFile): boolean =>
  path === "/etc/baton/cluster.yml" || path.startsWith("/etc/baton/secrets/");

interface Inventory {
  readonly folder: string;
  readonly cluster: Cluster;
  readonly files: readonly HostFile[];
}
/** Read all at once at the end. */
const inventories: Inventory[] = [];

/** Only the inventory differs from cluster to cluster: what has been accepted once is so with any. */
async function playbook(
  cluster: Cluster,
  files: readonly HostFile[],
  isExample: boolean,
): Promise<void> {
  const root = join(folder, "ansible", String(inventories.length));
  const place = await writeAnsible(files, root);
  inventories.push({ folder: place, cluster, files });
  const constant = files.filter(({ kind, path }) => kind === "ansible" && !/inventory/.test(path));
  const key = constant.map(({ path, text }) => `${path}\n${text}`).join("\n");
  if (accepted.has(key) && !isExample) return;
  expect(constant.length).toBeGreaterThan(5);
  expect(await complaintsOf(place)).toEqual([]);
  accepted.add(key);
}

/** What tasks get is what was rendered, to the letter: no name has become a truth or a date. */
async function inventoriesAreRead(): Promise<void> {
  const seen = await lookAtInventories(inventories.map((one) => one.folder));
  expect(seen.length).toBe(inventories.length);
  for (const [index, { cluster, files }] of inventories.entries()) {
    const { hosts, problems } = seen[index] ?? { hosts: {}, problems: ["nobody has read it"] };
    expect(problems).toEqual([]);
    expect(Object.keys(hosts)).toEqual(cluster.hosts.map(({ name }) => name));
    for (const { name, address } of cluster.hosts) {
      const own = files.filter(({ host }) => host === name);
      const { baton_files: placed = [], ...others } = hosts[name] ?? {};
      const groups = cluster.groups.map((group) => group.name);
      expect(others).toMatchObject({ ansible_host: address, baton_groups: groups });
      const got = placed.map(({ source, path, owner, mode }) => [source, path, owner, mode].join(" "));
      const sent = own.map(({ file, path, owner, mode }) => {
        return `${file} ${path} ${owner} 0${mode.toString(8)}`;
      });
      expect(got.toSorted()).toEqual(sent.toSorted());
      expect(placed.every(({ mode }) => typeof mode === "string")).toBe(true);
    }
  }
}

/** Of files that differ in their host only, those of the last host. */
async function judgeAll(cluster: Cluster, isEvery: boolean): Promise<void> {
  const files = hostFiles({ cluster, secrets: PASSWORDS });
  await playbook(cluster, files, isEvery);
  const last = new Map(files.map((file) => [`${file.kind} ${file.path}`, file]));
  for (const file of isEvery ? files : last.values()) {
    const key = `${file.path}\n${file.text}`;
    if (accepted.has(key)) continue;
    await judge(cluster, file);
    accepted.add(key);
  }
}

describe("the program that reads it takes every rendered file", () => {
  test("of examples/smallest.yml", async () => {
    const path = fileURLToPath(new URL("../../examples/smallest.yml", import.meta.url));
    await judgeAll(clusterFrom(await readFile(path, "utf8")), true);
  });

  test.each(examples())("of the example $name", async ({ text }) => {
    await judgeAll(clusterFrom(text), true);
  });

  test("of a cluster with everything that there is", async () => {
    const hosts = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map(
      (address, index) => `  - { name: h${index + 1}, address: ${address}, zone: z${index} }`,
    );
    const text = [
      "hosts:",
      ...hosts,
      "  - { name: app, address: 10.0.0.9, zone: z0, runs: [router] }",
      "agent: { listen: host }",
      "firewall: { applications: [10.0.1.0/24, 10.0.1.7, 0.0.0.0/0], monitoring: [10.0.2.7] }",
      "targets: [{ name: note, kind: file, on: [h1], path: /srv/primary/current.json }]",
      "tls: { authority: tls/a.pem, certificate: /etc/ssl/h.pem, key: /etc/ssl/h.key }",
      "",
    ].join("\n");
    await judgeAll(clusterFrom(text), true);
  });

  test(
    `of ${CLUSTERS} random clusters`,
    async () => {
      await fc.assert(
        fc.asyncProperty(anyCluster, async (cluster) => await judgeAll(cluster, false)),
        { numRuns: CLUSTERS, endOnFailure: true },
      );
    },
    CLUSTERS_MS,
  );

  test("of a cluster whose hosts and groups are called as YAML calls other things", async () => {
    const names = ["on", "2026-01-01", "1e3"].map(
      (name, index) => `  - { name: "${name}", address: 10.0.0.${index + 1}, zone: z${index} }`,
    );
    const groups = ['  - { name: "no", hosts: ["on", "2026-01-01", "1e3"] }'];
    const text = ["hosts:", ...names, "groups:", ...groups, ""].join("\n");
    await judgeAll(clusterFrom(text), true);
  });

  test("and Ansible reads every inventory as it was meant, and every expression of the role", async () => {
    expect(inventories.length).toBeGreaterThan(CLUSTERS);
    await inventoriesAreRead();
  });
});
