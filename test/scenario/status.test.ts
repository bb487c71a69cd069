// baton status as people and scripts meet it: the contract, a dead primary, a wrong password, watching.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Status } from "../../packages/baton/src/status/status.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome, startBaton } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { addressOf, labUp } from "./support/lab.ts";

let home: string;
let lab: Awaited<ReturnType<typeof labUp>>;
beforeEach(async () => {
  home = await makeHome();
  lab = await labUp(home, "--no-wires");
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

test("a healthy cluster: exit 0, the route with its epoch, every node and every Sentinel", async () => {
  const ran = await baton(home, ["status", "--json"]);
  const { groups } = JSON.parse(ran.out) as Status;
  expect([ran.code, groups.length]).toEqual([0, 1]);
  expect(groups[0]).toMatchObject({
    name: lab.group,
    route: {
      kind: "primary",
      host: "h1",
      address: addressOf(lab, "h1"),
      port: 6379,
      epoch: 0,
      confirmed: true,
    },
    problems: [],
    nodes: [
      { id: "h1", role: "primary" },
      { id: "h2", role: "replica", link: "connected", of: `${addressOf(lab, "h1")}:6379` },
      { id: "h3", role: "replica", link: "connected" },
    ],
    sentinels: [{ state: "heard" }, { state: "heard", epoch: 0 }, { state: "heard", tilt: false }],
  });
  const text = await baton(home, ["status"]);
  expect(text.out).toMatch(/^main {2}writes go to h1 127\.0\.\d+\.1:6379, epoch 0$/m);
});

test("a dead primary: exit 1, no route, and the problem by its name", async () => {
  await baton(home, ["lab", "kill", "h1"]);
  const ran = await baton(home, ["status", "--json"]);
  const [group] = (JSON.parse(ran.out) as Status).groups;
  expect(ran.code).toBe(1);
  expect(group?.route).toMatchObject({
    kind: "none",
    reason: expect.stringContaining("h1 does not answer"),
  });
  expect(group?.problems).toContainEqual(
    expect.objectContaining({ code: "primary-down", severity: "error" }),
  );
});

test("a wrong password: one clear error with the next step, and no talk of dead Sentinels", async () => {
  const text = await readFile(join(lab.directory, "cluster.yml"), "utf8");
  const file = join(home, "wrong.yml");
  await writeFile(file, text.replace(/agent: \{ file: [^}]*\}/, "agent: { env: AGENT_PASSWORD }"));
  const ran = await baton(home, ["status", "--file", file], { AGENT_PASSWORD: "not-the-password" });
  expect(ran.code).toBe(3);
  expect(ran.err).toMatch(/^baton: REFUSED refused by Sentinel h1, .*WRONGPASS/);
  expect(ran.err).toContain("check the password reference");
  const unset = await baton(home, ["status", "--file", file]);
  expect(unset.err).toContain(
    "SECRET the password agent: the environment variable AGENT_PASSWORD is not set",
  );
});

test("watching: a line of JSON a second, until it is interrupted", async () => {
  const running = startBaton(home, ["status", "--watch", "--json"]);
  const lines = () => running.out().trim().split("\n");
  await waitFor("three looks", () => (lines().length >= 3 ? seen(true) : missing(running.out())), {
    withinMs: 10_000,
  });
  running.child.kill("SIGINT");
  expect((await running.done).code).toBe(0);
  for (const line of lines()) expect(JSON.parse(line)).toHaveProperty("groups");
});
