// Real trouble in a real cluster, watched by Debian's Prometheus with the rendered rules: Alertmanager gets
// the alerts that are meant, no others, and they go when the trouble does.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { LabHandle } from "../../packages/baton/src/lab/index.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { edgeLab } from "./support/edge-lab.ts";
import { keepEvidence } from "./support/evidence.ts";
import { type Haproxy, startHaproxy } from "./support/haproxy.ts";
import { type Message, startWatch, type Watch } from "./support/watch.ts";

/** A minute of the rules is 15 s here: longer than a failover, and still to be waited for. */
const PACE = 0.25;
/** Five minutes of the rules, and what it takes besides. */
const CALM_MS = 150_000;
const ALARM_MS = 90_000;

const ALL_ASKED = 'sum(up{job="baton"}) == 4 and on () group:baton_primary_known:ratio == 1';
const DOWN_FOR_LONG =
  "min_over_time(group:baton_node_up:max[20s]) == 0 and max_over_time(group:baton_node_up:max[20s]) == 0";
const WHOLE = "count(group:baton_node_up:max == 1) == 3 and on () group:baton_candidates:max == 2";

let home: string;
let lab: LabHandle;
let proxy: Haproxy;
let watch: Watch;

/** An RTO that no failover here comes near: whether writes flow again in time is not the question. */
const SECTIONS = `name: shop
objectives: { rto: 30s }
sentinel: { downAfter: 2s, failoverTimeout: 10s }
`;

beforeAll(async () => {
  home = await makeHome();
  proxy = await startHaproxy();
  lab = await edgeLab(home, proxy, SECTIONS);
  watch = await startWatch(lab, { pace: PACE });
  await untilAsked();
  await untilCalm();
});
afterEach(async (context) => {
  keepEvidence(context, home);
  if (context.task.result?.state === "fail") process.stderr.write(`${await watch.logs()}\n`);
});
afterAll(async () => {
  await watch?.close();
  await proxy?.close();
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

/** Every agent has been asked, and says that all is well. */
async function untilAsked(): Promise<void> {
  const look = async () => {
    const asked = await watch.query(ALL_ASKED);
    return asked.length > 0 ? seen(undefined) : missing("an agent that knows the primary");
  };
  await waitFor("Prometheus to ask all agents", look, { withinMs: 60_000, everyMs: 200 });
}

const named = (messages: readonly Message[], state: Message["status"]["state"]): readonly string[] => {
  const names = messages.filter(({ status }) => status.state === state);
  return [...new Set(names.map(({ labels }) => labels["alertname"] ?? ""))].sort();
};

async function untilCalm(): Promise<void> {
  const look = async () => {
    const messages = await watch.messages();
    return messages.length === 0 ? seen(undefined) : missing(named(messages, "active").join(", "));
  };
  await waitFor("all alerts to go", look, { withinMs: CALM_MS, everyMs: 200 });
}

interface Expected {
  readonly active: readonly string[];
  /** Held back, because a critical one tells of the same group. */
  readonly suppressed?: readonly string[];
}

/**
 * Breaks something, waits for the alerts, cures it and waits until they are gone.
 * @returns the messages as they were when all of them were there.
 */
async function episode(
  trouble: () => Promise<unknown>,
  cure: () => Promise<unknown>,
  { active, suppressed = [] }: Expected,
): Promise<readonly Message[]> {
  const everSeen = new Set<string>();
  const hear = async (): Promise<readonly Message[]> => {
    const messages = await watch.messages();
    for (const { labels } of messages) everSeen.add(labels["alertname"] ?? "");
    return messages;
  };
  await trouble();
  const look = async () => {
    const messages = await hear();
    const now = { active: named(messages, "active"), suppressed: named(messages, "suppressed") };
    const isThere =
      now.active.join() === [...active].sort().join() &&
      now.suppressed.join() === [...suppressed].sort().join();
    return isThere ? seen(messages) : missing(JSON.stringify(now));
  };
  const messages = await waitFor("the alerts", look, { withinMs: ALARM_MS, everyMs: 200 });
  await cure();
  const gone = async () =>
    (await hear()).length === 0 ? seen(undefined) : missing([...everSeen].join());
  await waitFor("the alerts to go", gone, { withinMs: CALM_MS, everyMs: 200 });
  expect([...everSeen].sort()).toEqual([...active, ...suppressed].sort());
  return messages;
}

async function primary(): Promise<string> {
  const found = await watch.query('max by (node) (baton_route_info{confirmed="true"})');
  const [first, ...more] = found.map(({ metric }) => metric["node"] ?? "");
  if (first === undefined || more.length > 0) throw new Error(`${found.length} nodes are primary`);
  return first;
}

test("a killed primary: a failover, a node that is down, and no replica to spare", async () => {
  const first = await primary();
  const messages = await episode(
    async () => await lab.kill(first, "redis"),
    async () => await lab.start(first, "redis"),
    { active: ["BatonFailover", "BatonNodeDown", "BatonTooFewReplicas"] },
  );
  expect(messages.find(({ labels }) => labels["alertname"] === "BatonNodeDown")).toMatchObject({
    labels: { cluster: "shop", group: "main", node: first, severity: "warning" },
    annotations: {
      summary: `${first} of main of shop does not answer`,
      runbook_url: "docs/runbooks/BatonNodeDown.md",
    },
  });
  expect(await primary()).not.toBe(first);
}, 300_000);

test("a minority of the Sentinels that is lost: one is silent, and the next one counts", async () => {
  await episode(
    async () => await lab.kill("h2", "sentinel"),
    async () => await lab.start("h2", "sentinel"),
    { active: ["BatonQuorumAtRisk", "BatonSentinelSilent"] },
  );
}, 300_000);

/** It names a replica, in the same epoch as the others: nothing that it hears tells it better. */
async function misled(sentinel: string, replica: string): Promise<() => Promise<void>> {
  const path = join(lab.directory, sentinel, "sentinel.conf");
  await lab.kill(sentinel, "sentinel");
  const before = await readFile(path, "utf8");
  const address = lab.layout.cluster.hosts.find(({ name }) => name === replica)?.address;
  const lines = before.split("\n").filter((line) => !line.startsWith("sentinel known-replica "));
  const wrong = lines.map((line) => line.replace(/^(sentinel monitor main) \S+/, `$1 ${address}`));
  await writeFile(path, wrong.join("\n"));
  await lab.start(sentinel, "sentinel");
  return async () => {
    await lab.kill(sentinel, "sentinel");
    await writeFile(path, before);
    await lab.start(sentinel, "sentinel");
  };
}

test("a Sentinel that names another primary: they disagree, and nothing else", async () => {
  const now = await primary();
  const [sentinel, replica] = ["h1", "h2", "h3"].filter((host) => host !== now) as [string, string];
  let cure: (() => Promise<void>) | undefined;
  await episode(
    async () => {
      cure = await misled(sentinel, replica);
    },
    async () => await cure?.(),
    { active: ["BatonSentinelsDisagree"] },
  );
  expect(await primary()).toBe(now);
}, 300_000);

test("a stuck target and a switchover: it leads elsewhere, and nobody calls that a failover", async () => {
  const before = await primary();
  await episode(
    async () => {
      await proxy.refuse();
      const { code, err } = await baton(home, ["switchover", "--despite-targets"]);
      expect(`${code} ${err}`).toMatch(/^0 /);
    },
    async () => await proxy.recover(),
    { active: ["BatonTargetElsewhere"], suppressed: ["BatonTargetFailing"] },
  );
  expect(await primary()).not.toBe(before);
}, 300_000);

test("in a maintenance a killed primary raises nothing", async () => {
  const first = await primary();
  await baton(home, ["pause", "--for", "10m"]);
  const paused = async () => {
    const quiet = await watch.query("group:baton_quiet:max == 1");
    return quiet.length > 0 ? seen(undefined) : missing("an agent that knows of the pause");
  };
  await waitFor("Prometheus to know of the pause", paused, { withinMs: 20_000, everyMs: 200 });
  await lab.kill(first, "redis");
  const down = async () => {
    const found = await watch.query(DOWN_FOR_LONG);
    return found.length > 0 ? seen(undefined) : missing("a node that is down for long");
  };
  await waitFor("the node to be down", down, { withinMs: 60_000, everyMs: 200 });
  const alerts = await watch.query('max_over_time(ALERTS{alertstate="firing"}[20s])');
  expect(alerts.map(({ metric }) => metric["alertname"])).toEqual([]);
  await lab.start(first, "redis");
  const whole = async () => {
    const found = await watch.query(WHOLE);
    return found.length > 0 ? seen(undefined) : missing("three nodes, and two that could take over");
  };
  await waitFor("the node to be back", whole, { withinMs: 60_000, everyMs: 200 });
  expect((await baton(home, ["resume"])).code).toBe(0);
}, 300_000);
