// Every query of the dashboard and every series of the rules, on a real Prometheus that asks real agents
// beside a real redis_exporter: none is an error, and those without data are known by name.
import { readFile } from "node:fs/promises";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { recordings } from "../../packages/baton/src/alerts/recordings.ts";
import { rulesOf } from "../../packages/baton/src/alerts/rules.ts";
import { ALERTS } from "../../packages/baton/src/alerts/table.ts";
import type { LabHandle } from "../../packages/baton/src/lab/index.ts";
import { METRICS } from "../../packages/baton/src/metrics/table.ts";
import { dashboardQueries } from "../../packages/baton/src/render/observability/dashboard/dashboard.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { edgeLab } from "./support/edge-lab.ts";
import { keepEvidence } from "./support/evidence.ts";
import { type Haproxy, startHaproxy } from "./support/haproxy.ts";
import { startWatch, type Watch } from "./support/watch.ts";

const READ_PORT = 6381;

let home: string;
let lab: LabHandle;
let proxy: Haproxy;
let watch: Watch;
let application: readonly Redis[] = [];

const SECTIONS = `name: shop
objectives: { rto: 5s, rpo: 5s }
redis: { settings: { maxmemory: 256mb } }
router:
  durability: replicated
  readPort: ${READ_PORT}
  reads: { maxLag: 4194304, fallback: refuse }
`;

beforeAll(async () => {
  home = await makeHome();
  proxy = await startHaproxy();
  lab = await edgeLab(home, proxy, SECTIONS);
  watch = await startWatch(lab, {});
  application = await startApplication();
});
afterEach((context) => keepEvidence(context, home));
afterAll(async () => {
  for (const redis of application) redis.disconnect();
  await watch?.close();
  await proxy?.close();
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

/** An application that never stops: writes at the router, reads at its port for reads, ten times a second. */
async function startApplication(): Promise<readonly Redis[]> {
  const { router } = await lab.status();
  if (router === null) throw new Error("the lab has no router");
  const { address: host, port } = router;
  const open = (at: number, work: (redis: Redis) => Promise<unknown>): Redis => {
    const { application: password } = lab.secrets;
    const redis = new Redis({ host, port: at, password, maxRetriesPerRequest: null });
    redis.on("error", () => undefined);
    const again = (): void => {
      work(redis).then(
        () => setTimeout(again, 100).unref(),
        () => undefined,
      );
    };
    again();
    return redis;
  };
  return [
    open(port, async (redis) => await redis.set("written", String(Date.now()))),
    open(READ_PORT, async (redis) => await redis.get("written")),
  ];
}

/** What has no data here, and why. */
const WITHOUT_DATA: Readonly<Record<string, string>> = {
  baton_certificate_expiry_timestamp_seconds: "nothing in this cluster speaks TLS",
  baton_drill_last_held: "the lab has not been drilled",
  baton_drill_last_rto_seconds: "the lab has not been drilled",
  baton_drill_last_timestamp_seconds: "the lab has not been drilled",
  baton_notices_total: "the cluster file names no channel",
  baton_problem: "nothing is amiss",
  baton_quiet: "there is no drill, no switchover and no maintenance",
  'alertstate="firing"': "nothing fires",
};

const RECORDED_WITHOUT_DATA = recordings
  .map(({ record, expr }) => ({ record, expr: expr((seconds) => `${seconds}s`) }))
  .filter(({ expr }) => Object.keys(WITHOUT_DATA).some((metric) => expr.includes(metric)))
  .map(({ record }) => record);

const isWithoutData = (expr: string): boolean =>
  [...Object.keys(WITHOUT_DATA), ...RECORDED_WITHOUT_DATA].some((name) => expr.includes(name));

const replaced = (expr: string): string =>
  expr.replaceAll("$__rate_interval", "30s").replaceAll("$cluster", ".*").replaceAll("$group", ".*");

test("no query of the dashboard is an error, and each that can has data", async () => {
  const queries = dashboardQueries();
  expect(queries.length).toBeGreaterThan(50);
  const look = async () => {
    const found = await Promise.all(
      queries.map(async ({ panel, expr }) => {
        const samples = await watch.query(replaced(expr));
        return samples.length > 0 || isWithoutData(expr) ? [] : [`${panel}: ${expr}`];
      }),
    );
    const empty = found.flat();
    return empty.length === 0 ? seen(undefined) : missing(empty.join("\n"));
  };
  await waitFor("data for every query", look, { withinMs: 90_000, everyMs: 1_000 });
});

test("every rule is well, and every series that one stands on has data", async () => {
  const rules = await watch.rules();
  expect(rules.length).toBe(recordings.length + ALERTS.length);
  const ill = rules.filter(({ health, lastError }) => health !== "ok" || (lastError ?? "") !== "");
  expect(ill).toEqual([]);
  const text = rulesOf()
    .groups[0].rules.map(({ expr }) => expr)
    .join("\n");
  const names = new Set(
    [...text.matchAll(/\b(?:(?:agent|group):[\w:]+|baton_\w+)/g)].map(([name]) => name),
  );
  const raw = [...names].filter((name) => name.startsWith("baton_"));
  expect(raw.filter((name) => !(name in METRICS) && !isWithoutData(name))).toEqual([]);
  const asked = [...names].map(async (name) => {
    const samples = await watch.query(name);
    return samples.length > 0 || isWithoutData(name) ? [] : [name];
  });
  expect((await Promise.all(asked)).flat()).toEqual([]);
});

test("what has no data really has none: the list is no longer than it must be", async () => {
  const asked = Object.keys(WITHOUT_DATA).map(async (name) => {
    const samples = await watch.query(/^\w+$/.test(name) ? name : `{${name}}`);
    return samples.length === 0 ? [] : [name];
  });
  expect((await Promise.all(asked)).flat()).toEqual([]);
});

test("redis_exporter and the agents agree on who is who, by the labels of the rendered job", async () => {
  const primary = 'max by (cluster, group, node) (baton_node_role{role="primary"})';
  const joined = `on (cluster, group, node) group_left () ${primary}`;
  const clients = await watch.query(`redis_connected_clients * ${joined}`);
  expect(clients.map(({ metric }) => metric["node"])).toEqual(["h1"]);
  expect(clients[0]?.metric).toMatchObject({ cluster: "shop", group: "main", host: "h1" });
  const roles = await watch.query('redis_instance_info{role="master"}');
  expect(roles.map(({ metric }) => metric["node"])).toEqual(["h1"]);
});

/** From Markdown: what stands there in the language. */
async function examplesOf(page: string, language: string): Promise<readonly string[]> {
  const text = await readFile(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(
    ([, example]) => example ?? "",
  );
}

test("the queries of the guide have data", async () => {
  const examples = await examplesOf("observe.md", "promql");
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples)
    expect(
      (await watch.query(example)).map(({ metric }) => metric["node"]),
      example,
    ).toEqual(["h1"]);
});
