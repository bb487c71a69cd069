// Several groups under one agent, which has one connection to each Sentinel for all of them: what a Sentinel
// that hangs costs each of them, and that the failover of one leaves the others alone.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import type { GroupStatus, Status } from "../../packages/baton/src/status/status.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";

const CLUSTER = `
objectives: { rto: 3s }
hosts:
  - { name: h1, address: 10.77.0.11, zone: a }
  - { name: h2, address: 10.77.0.12, zone: b }
  - { name: h3, address: 10.77.0.13, zone: c }
groups:
  - { name: orders, primary: h1, port: 6379, routerPort: 6380 }
  - { name: carts, primary: h2, port: 6479, routerPort: 6480 }
  - { name: stock, primary: h2, port: 6579, routerPort: 6580 }
`;

let home: string;
let lab: LabHandle;

beforeEach(async () => {
  home = await makeHome();
  const file = join(home, "cluster.yml");
  await writeFile(file, CLUSTER);
  await labUp(home, "--no-wires", "--file", file);
  lab = await attachLab("lab", { BATON_HOME: home });
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

type Wanted = (group: GroupStatus) => boolean;

/** Until every group that the agent on h2 shows is as wanted. */
async function untilEach(what: string, wanted: Wanted, withinMs = 15_000): Promise<void> {
  const plan = lab.layout.agents.find(({ id }) => id === "h2");
  const look = async () => {
    const response = await fetch(`http://${plan?.address}:${plan?.port}/status`, {
      signal: AbortSignal.timeout(2_000),
    });
    const { groups } = (await response.json()) as Status;
    const not = groups.filter((group) => !wanted(group));
    return groups.length === 3 && not.length === 0
      ? seen(true)
      : missing(JSON.stringify(not.map(({ name, route }) => ({ name, route }))));
  };
  await waitFor(what, look, { withinMs, everyMs: 50 });
}

const leadsTo =
  (...hosts: readonly string[]): Wanted =>
  ({ name, route }) =>
    route.kind === "primary" &&
    route.confirmed &&
    route.host === hosts[["orders", "carts", "stock"].indexOf(name)];
const hears =
  (count: number): Wanted =>
  ({ sentinels }) =>
    sentinels.filter(({ state }) => state === "heard").length === count;

test("a Sentinel that hangs costs every group one voice, and none of them its failover", async () => {
  await untilEach("every group to have its route", leadsTo("h1", "h2", "h2"), 30_000);
  await lab.stop("h3", "sentinel");
  await untilEach("every group to miss one Sentinel", hears(2));
  await untilEach("every route to stay", leadsTo("h1", "h2", "h2"));
  await lab.kill("h1");
  const moved: Wanted = ({ name, route }) =>
    name !== "orders" || (route.kind === "primary" && route.confirmed && route.host !== "h1");
  await untilEach("the group that lost its primary to have another", moved, 30_000);
  await untilEach(
    "the others to stay where they were",
    (group) => group.name === "orders" || leadsTo("", "h2", "h2")(group),
  );
  await lab.cont("h3", "sentinel");
  await untilEach("every group to hear all three again", hears(3));
  expect((await lab.status()).hosts.map(({ name }) => name)).toEqual(["h1", "h2", "h3"]);
});
