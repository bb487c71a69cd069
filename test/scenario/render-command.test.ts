// `baton render` as people run it: twice, with a diff to show around, and with what it must refuse.
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { baton, type Ran } from "./support/baton.ts";
import { filesIn } from "./support/leftovers.ts";

const NAMES = ["APPLICATION", "REPLICATION", "SENTINEL", "PEER", "AGENT"] as const;
const passwords = Object.fromEntries(
  NAMES.map((name) => [`BATON_${name}_PASSWORD`, `${name.toLowerCase()}-of-the-test`]),
);
const cluster = (rto: string, more = ""): string =>
  [
    `objectives: { rto: ${rto} }`,
    "hosts:",
    ...[1, 2, 3].map((n) => `  - { name: h${n}, address: 10.77.0.${n}, zone: z${n} }`),
    more,
    "",
  ].join("\n");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-render-"));
  Object.assign(process.env, passwords);
});
afterAll(async () => {
  for (const name of Object.keys(passwords)) delete process.env[name];
  await rm(folder, { recursive: true, force: true });
});

const out = (): string => join(folder, "rendered");

async function render(text: string, ...flags: readonly string[]): Promise<Ran> {
  const file = join(folder, "cluster.yml");
  await writeFile(file, text);
  return await baton(folder, ["render", "--file", file, "--out", out(), ...flags]);
}

test("writes everything once, says what, and changes nothing the second time", async () => {
  const first = await render(cluster("5s"));
  expect([first.code, first.err]).toEqual([
    0,
    expect.stringMatching(/^\d+ files written, 0 files as before\n$/),
  ]);
  expect(first.out).toContain("  new      hosts/h1/etc/baton/redis/main.conf\n");
  const again = await render(cluster("5s"), "--json");
  expect(again.code).toBe(0);
  const { written, files, obstacles } = JSON.parse(again.out) as {
    written: boolean;
    files: { change: string }[];
    obstacles: string[];
  };
  expect([written, new Set(files.map(({ change }) => change)), obstacles]).toEqual([
    true,
    new Set(["same"]),
    [],
  ]);
});

test("whoever else uses this machine reads no password in the folder", async () => {
  for (const file of await filesIn(out())) {
    const path = join(out(), file);
    const stats = await stat(path);
    if (!stats.isFile() || (stats.mode & 0o077) === 0) continue;
    const text = await readFile(path, "utf8");
    for (const password of Object.values(passwords)) {
      expect(text, file).not.toContain(password);
      expect(text, file).not.toContain(createHash("sha256").update(password).digest("hex"));
    }
  }
});

test("a diff shows what would change and no password, and writes nothing", async () => {
  const before = await readFile(join(out(), "hosts/h1/etc/baton/sentinel.conf"), "utf8");
  process.env["BATON_PEER_PASSWORD"] = "another-of-the-test";
  const diff = await render(cluster("9s"), "--diff");
  process.env["BATON_PEER_PASSWORD"] = "peer-of-the-test";
  expect([diff.code, diff.err]).toEqual([0, expect.stringContaining("would change")]);
  expect(diff.out).toContain("    -sentinel down-after-milliseconds main 3800\n");
  expect(diff.out).toContain("    +sentinel sentinel-pass ***\n");
  expect(diff.out).not.toMatch(/of-the-test|[0-9a-f]{64}/);
  expect(await readFile(join(out(), "hosts/h1/etc/baton/sentinel.conf"), "utf8")).toBe(before);
});

test("an edited file is named and kept, with all others", async () => {
  const path = join(out(), "hosts/h2/etc/sysctl.d/60-baton.conf");
  await writeFile(path, "vm.swappiness = 1\n");
  const refused = await render(cluster("9s"));
  expect([refused.code, refused.err]).toEqual([
    3,
    expect.stringContaining("hosts/h2/etc/sysctl.d/60-baton.conf has been edited since it was rendered"),
  ]);
  expect(await readFile(path, "utf8")).toBe("vm.swappiness = 1\n");
  expect(await readFile(join(out(), "hosts/h1/etc/baton/cluster.yml"), "utf8")).toContain("rto: 5s");
  await rm(path);
  expect((await render(cluster("9s"))).code).toBe(0);
});

test("passwords that are weak, the same or missing are refused before anything is written", async () => {
  const refusal = async (name: string, value: string): Promise<Ran> => {
    const before = process.env[name];
    process.env[name] = value;
    const ran = await render(cluster("5s"));
    process.env[name] = before;
    return ran;
  };
  expect((await refusal("BATON_PEER_PASSWORD", "short")).err).toContain(
    "the password peer (environment variable BATON_PEER_PASSWORD): 5 characters, expected 12 or more",
  );
  expect((await refusal("BATON_PEER_PASSWORD", "changeme-1234")).err).toContain("well-known words");
  expect((await refusal("BATON_PEER_PASSWORD", "two words of it")).err).toContain("a blank in it");
  expect((await refusal("BATON_PEER_PASSWORD", "agent-of-the-test")).err).toContain(
    "the passwords peer and agent are the same",
  );
  const missing = await refusal("BATON_PEER_PASSWORD", "");
  expect([missing.code, missing.err]).toEqual([
    3,
    expect.stringContaining("BATON_PEER_PASSWORD is not set"),
  ]);
  expect(await readFile(join(out(), "hosts/h1/etc/baton/cluster.yml"), "utf8")).toContain("rto: 9s");
});

test("one kind alone is rendered alone, and an unknown one is refused with those there are", async () => {
  const firewall = "firewall: { applications: [10.0.1.0/24] }";
  const only = await render(cluster("20s", firewall), "--only", "firewall");
  expect([only.code, only.err]).toEqual([0, expect.stringMatching(/^6 files written/)]);
  expect(await readFile(join(out(), "hosts/h1/etc/baton/cluster.yml"), "utf8")).toContain("rto: 9s");
  const unknown = await render(cluster("5s"), "--only", "firewalls");
  expect([unknown.code, unknown.err]).toEqual([
    2,
    expect.stringContaining("agent-unit, alertmanager, ansible, clients, firewall, grafana"),
  ]);
  const wrong = await render(cluster("5s", "firewall: { applications: [10.0.1.0/33] }"));
  expect([wrong.code, wrong.err]).toEqual([
    2,
    expect.stringContaining("Expected an address or a network"),
  ]);
});
