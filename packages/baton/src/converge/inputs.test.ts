import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Cluster } from "../cluster/types.ts";
import { layout } from "../decide/world.fixture.ts";
import { inputsOf, recordedInputs, recordInputs } from "./inputs.ts";

let folder: string;
let clusterFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bt-"));
  clusterFile = join(folder, "cluster.yml");
  for (const name of ["cluster.yml", "agent", "token", "other", "a.pem", "h.pem", "h.key"])
    await writeFile(join(folder, name), name);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const file = (path: string) => ({ kind: "file" as const, path });
const cluster: Cluster = {
  ...layout.cluster,
  secrets: { ...layout.cluster.secrets, agent: file("agent"), token: file("token") },
  tls: { authority: "a.pem", certificate: "h.pem", key: "h.key", redis: true, router: false },
};

test("two looks at the same files are the same, and nothing in them is a secret", async () => {
  const inputs = await inputsOf(clusterFile, cluster);
  expect(await inputsOf(clusterFile, cluster)).toBe(inputs);
  await writeFile(join(folder, "agent"), "a password");
  expect(await inputsOf(clusterFile, cluster)).not.toContain("a password");
});

test.each(["agent", "token", "a.pem", "h.pem", "h.key"])(
  "another %s makes a difference",
  async (name) => {
    const before = await inputsOf(clusterFile, cluster);
    await writeFile(join(folder, name), "another");
    expect(await inputsOf(clusterFile, cluster)).not.toBe(before);
    await rm(join(folder, name));
    expect(await inputsOf(clusterFile, cluster)).not.toBe(before);
  },
);

test("a file that it does not read makes none", async () => {
  const before = await inputsOf(clusterFile, cluster);
  await writeFile(join(folder, "other"), "another");
  expect(await inputsOf(clusterFile, cluster)).toBe(before);
});

test("what the cluster file says of Baton makes a difference, and of others none", async () => {
  const inputs = async (change: Partial<Cluster>) =>
    await inputsOf(clusterFile, { ...cluster, ...change });
  const before = await inputs({});
  const settings = { maxmemory: "1gb" };
  expect(await inputs({ redisSettings: settings })).toBe(before);
  expect(await inputs({ firewall: { applications: ["10.0.1.0/24"], monitoring: [] } })).toBe(before);
  const idle = { name: "h9", address: "10.0.0.9", zone: "a", runs: [] };
  expect(await inputs({ hosts: [...cluster.hosts, idle] })).toBe(before);
  // A switchover makes these pings rare for a moment, and gives them back.
  const ping = { "repl-ping-replica-period": "3" };
  expect(await inputs({ redisSettings: ping })).not.toBe(before);
  expect(await inputs({ agentPort: 9_000 })).not.toBe(before);
  expect(await inputs({ objectives: { ...cluster.objectives, rtoMs: 9_000 } })).not.toBe(before);
});

const quiet = (sentence: string): never => {
  throw new Error(`nothing was to be said: ${sentence}`);
};

test("a record is that of one run of the unit, and of no other", async () => {
  await recordInputs(folder, "inputs", { environment: { INVOCATION_ID: "0123" }, say: quiet });
  expect(await recordedInputs(folder, "0123")).toBe("inputs");
  expect(await recordedInputs(folder, "4567")).toBeUndefined();
});

test("who was not started by systemd leaves no record", async () => {
  const before = await readdir(folder);
  await recordInputs(folder, "inputs", { environment: {}, say: quiet });
  expect(await readdir(folder)).toEqual(before);
});

test("a record that cannot be written is said, and keeps nobody from running", async () => {
  const said: string[] = [];
  const how = {
    environment: { INVOCATION_ID: "0123" },
    say: (sentence: string) => void said.push(sentence),
  };
  await recordInputs(join(folder, "agent"), "inputs", how);
  expect(said).toEqual([expect.stringContaining("what it was started with is not written down:")]);
});

test("a record that is cut off, strange or missing is none", async () => {
  expect(await recordedInputs(join(folder, "none"), "0123")).toBeUndefined();
  for (const text of ["{", "[]", '{"invocation":"0123"}']) {
    await writeFile(join(folder, "started.json"), text);
    expect(await recordedInputs(folder, "0123")).toBeUndefined();
  }
  await rm(join(folder, "started.json"));
  await mkdir(join(folder, "started.json"));
  await expect(recordedInputs(folder, "0123")).rejects.toMatchObject({ code: "DISK" });
});
