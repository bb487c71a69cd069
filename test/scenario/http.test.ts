// The agent's HTTP on real processes: what a load balancer is told when Redis, the Sentinels, the network
// or the agent itself are in trouble.
import { get } from "node:http";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SeenIncident } from "../../packages/baton/src/journal/history.ts";
import { listen } from "../../packages/baton/src/http/live-listener.fixture.ts";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import type { RoleAnswer } from "../../packages/baton/src/status/role-check.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome, startBaton } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";

let home: string;
let lab: LabHandle;

beforeEach(async () => {
  home = await makeHome();
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

async function up(...flags: readonly string[]): Promise<void> {
  await labUp(home, ...flags);
  lab = await attachLab("lab", { BATON_HOME: home });
  for (const host of ["h1", "h2", "h3"]) await untilAnswer(host, "/primary", host === "h1" ? 200 : 503);
}

/** From the host's own loopback: in a lab with wires that is where the agent really listens. */
async function urlOf(host: string, path: string): Promise<string> {
  const agent = (await lab.status()).hosts.find(({ name }) => name === host)?.agent;
  if (agent == null) throw new Error(`host ${host} runs no agent`);
  return `${agent.url}${path}`;
}

interface Answer {
  readonly status: number;
  readonly body: RoleAnswer;
  readonly tookMs: number;
}

async function ask(url: string): Promise<Answer> {
  const began = performance.now();
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  const body = (await response.json()) as RoleAnswer;
  return { status: response.status, body, tookMs: performance.now() - began };
}

async function untilAnswer(
  host: string,
  path: string,
  status: number,
  withinMs = 10_000,
): Promise<RoleAnswer> {
  const url = await urlOf(host, path);
  const look = async () => {
    const answer = await ask(url);
    return answer.status === status ? seen(answer.body) : missing(JSON.stringify(answer.body));
  };
  return await waitFor(`${status} for ${path} on ${host}`, look, { withinMs, everyMs: 20 });
}

/** Hosts whose agents say that their node is the primary. */
async function primaries(among = ["h1", "h2", "h3"]): Promise<readonly string[]> {
  const answers = among.map(async (host) => {
    const { status } = await ask(await urlOf(host, "/primary"));
    return status === 200 ? [host] : [];
  });
  return (await Promise.all(answers)).flat();
}

async function untilPrimary(among: string[]): Promise<string> {
  const look = async () => {
    const [found, ...more] = await primaries(among);
    return found !== undefined && more.length === 0 ? seen(found) : missing("one primary");
  };
  const what = `one primary among ${among.join(", ")}`;
  return await waitFor(what, look, { withinMs: 20_000, everyMs: 20 });
}

test("/primary follows a failover, /replica the others, history and events tell of it", async () => {
  await up("--no-wires");
  expect(await primaries()).toEqual(["h1"]);
  expect((await untilAnswer("h2", "/replica?max-lag=1000000", 200)).lagBytes).toBeLessThan(1_000_000);
  expect((await ask(await urlOf("h1", "/replica"))).body.reason).toBe("h1 is the primary in epoch 0");
  let events = "";
  get(await urlOf("h2", "/api/events"), (message) => {
    message.setEncoding("utf8").on("data", (text: string) => {
      events += text;
    });
    // It ends with the lab.
    message.on("error", () => undefined);
  });
  await lab.kill("h1", "redis");
  await untilAnswer("h1", "/primary", 503, 2_000);
  const next = await untilPrimary(["h2", "h3"]);
  expect(await primaries()).toEqual([next]);
  expect(events).toMatch(/^id: \d+\nevent: event\ndata: .*\+sdown master main/m);
  // This agent decides for itself, and may be the last to do so.
  const confirmed = /event: decision\n.*"confirmed":true/;
  const look = () => (confirmed.test(events) ? seen(true) : missing(events.slice(-200)));
  await waitFor("the confirmed route in the events of h2", look, { withinMs: 5_000, everyMs: 20 });
  const ids = [...events.matchAll(/^id: (\d+)\n/gm)].map(([, id]) => Number(id));
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));

  const told = await baton(home, ["history", "--json", "--since", "10m"]);
  const { incidents, unheard } = JSON.parse(told.out) as {
    readonly incidents: readonly SeenIncident[];
    readonly unheard: readonly unknown[];
  };
  expect([told.code, incidents.length, unheard]).toEqual([0, 1, []]);
  expect(incidents[0]).toMatchObject({ kind: "failover", from: "h1", to: next, outcome: "done" });
  const names = incidents[0]?.steps.map(({ name }) => name) ?? [];
  expect(names).toEqual(expect.arrayContaining(["sdown", "odown", "elected", "confirmed"]));
  expect(names.indexOf("elected")).toBeLessThan(names.indexOf("confirmed"));
  const offline = await baton(home, ["history", "--state", `${lab.directory}/${next}/agent`]);
  expect(offline.out).toMatch(new RegExp(`main: failover from h1 to ${next}, epoch \\d+, took \\d+ ms`));

  const metrics = await (await fetch(await urlOf(next, "/metrics"))).text();
  expect(metrics).toMatch(/^baton_failovers_total\{group="main"\} 1$/m);
  expect(metrics).toContain(`baton_route_info{group="main",node="${next}",confirmed="true"} 1`);
});

/** A second is the promise; the machine that runs the tests may be busy with others. */
const TOLD_MS = 2_000;

test("a failover is told to the page at once: the overview, then the group, and the incident", async () => {
  await up("--no-wires");
  const told = await listen(await urlOf("h2", "/api/live"));
  const { data: hello } = await told.until("hello");
  expect(hello).toMatchObject({ observedBy: "h2", groups: 1, canChange: true });
  await told.until("overview", ({ isWhole, rows }) => isWhole && rows[0]?.host === "h1");
  const { data: before } = await told.until("group", ({ route }) => route.kind === "primary");
  expect(Date.parse(before.routeSince ?? "")).toBeLessThan(Date.now());
  await told.until("incidents", ({ incidents }) => incidents.length === 0);
  await told.until("pulse", ({ oldestTurnMs }) => oldestTurnMs !== null && oldestTurnMs < 5_000);

  await lab.kill("h1", "redis");
  const next = await untilPrimary(["h2", "h3"]);
  const decision = new RegExp(`"node":"${next}".*"confirmed":true`);
  const confirmed = await told.until("journal", (entry) => decision.test(JSON.stringify(entry)));
  const row = await told.until("overview", ({ rows }) => rows[0]?.host === next && rows[0].confirmed);
  const group = await told.until(
    "group",
    ({ route }) => route.kind === "primary" && route.host === next && route.confirmed,
  );
  const done = await told.until("incidents", ({ incidents }) => incidents.at(-1)?.outcome === "done");
  expect(group.data).toMatchObject({ drill: null, pause: null, decision: { kind: expect.any(String) } });
  expect(Date.parse(group.data.routeSince ?? "")).toBeGreaterThan(Date.parse(before.routeSince ?? ""));
  expect(done.data.incidents.at(-1)).toMatchObject({ kind: "failover", from: "h1", to: next });
  const decidedMs = Date.parse(confirmed.data.at);
  for (const { atMs } of [row, group, done]) expect(atMs - decidedMs).toBeLessThan(TOLD_MS);
  expect(row.atMs).toBeLessThanOrEqual(group.atMs);
});

test("a drill in the lab is known to every agent while it runs, and how it ended after it", async () => {
  await up("--no-wires");
  const told = await listen(await urlOf("h3", "/api/live"));
  await told.until("group");
  const words = ["drill", "run", "kill-primary", "--name", "lab", "--no-evidence", "--clients", "1"];
  const running = startBaton(home, words);
  const { data } = await told.until("group", ({ drill }) => drill !== null, 20_000);
  expect(data.drill).toMatchObject({ fault: "kill-primary", by: expect.any(String) });
  await told.until("overview", ({ rows }) => rows[0]?.isQuiet === true);
  const ran = await running.done;
  const ended = await told.until("group", ({ drills }) => drills.length === 1);
  expect(ended.data.drills[0]).toMatchObject({ fault: "kill-primary", place: "lab", lost: 0 });
  expect(ran.out).toContain(`verdict: ${ended.data.drills[0]?.verdict}`);
  expect(ended.data.drills[0]?.lanes.map(({ label, count }) => [label, count])).toEqual([
    ["through the router", 1],
    ["ioredis with Sentinel", 1],
  ]);
  const over = () => {
    const [last] = told.all("group").slice(-1);
    return last?.drill === null ? seen(last) : missing("the end of the drill");
  };
  await waitFor("the drill to be over for the agent", over, { withinMs: 10_000 });
  const status = await baton(home, ["status", "--json"]);
  expect(JSON.parse(status.out)).toMatchObject({ groups: [{ drill: null, drills: ended.data.drills }] });
  // It counts for nothing in a lab: the next one may begin at once.
  const again = await baton(home, [...words.slice(0, 2), "switchover", ...words.slice(3)]);
  expect(again.out).toContain("verdict: held");
});

test("an agent frozen while its node loses its role does not say primary when it thaws", async () => {
  await up("--no-wires");
  const url = await urlOf("h1", "/primary");
  await lab.stop("h1", "agent");
  await lab.kill("h1", "redis");
  await untilPrimary(["h2", "h3"]);
  // Asked while it is frozen: it is the very first thing that the thawed agent answers.
  const first = ask(url);
  await lab.cont("h1", "agent");
  const { status, body } = await first;
  expect([status, body.reason]).toEqual([503, expect.stringMatching(/looked \d+ ms ago|stalled/)]);
  await untilAnswer("h1", "/readyz", 200);
  expect((await ask(url)).status).toBe(503);
});

test("with a minority of Sentinels nobody says primary or replica, and nobody is ready", async () => {
  await up("--no-wires");
  await lab.kill("h2", "sentinel");
  await lab.kill("h3", "sentinel");
  for (const host of ["h1", "h2", "h3"]) {
    const { reason } = await untilAnswer(host, "/primary", 503, 3_000);
    await untilAnswer(host, "/replica", 503, 3_000);
    await untilAnswer(host, "/readyz", 503, 3_000);
    if (host === "h1") expect(reason).toBe("1 of 3 Sentinels answer, and 2 are needed");
  }
  expect((await fetch(await urlOf("h1", "/healthz"))).status).toBe(200);
});

test("an agent cut off from the others does not say primary, though its own node does", async () => {
  await up();
  for (const other of ["h2", "h3"]) await lab.cut("h1", other);
  const { reason, role } = await untilAnswer("h1", "/primary", 503, 5_000);
  expect([role, reason]).toEqual(["primary", "1 of 3 Sentinels answer, and 2 are needed"]);
  await lab.heal();
});

test("with a frozen Redis the answer is no, and is there at once", async () => {
  await up("--no-wires");
  await lab.stop("h1", "redis");
  const { reason } = await untilAnswer("h1", "/primary", 503, 3_000);
  expect(reason).toMatch(/^h1 is the agreed primary, but it does not answer|^(h2|h3) is/);
  const url = await urlOf("h1", "/primary");
  const took: number[] = [];
  for (let round = 0; round < 5; round += 1) took.push((await ask(url)).tookMs);
  // 50 ms is the promise; the machine that runs the tests may be busy with others.
  expect(Math.min(...took)).toBeLessThan(500);
  await lab.cont("h1", "redis");
});

async function tokenOfLab(): Promise<string> {
  const reference = lab.cluster.secrets.token;
  if (reference?.kind !== "file") throw new Error("a lab keeps its token in a file");
  return (await readFile(reference.path, "utf8")).trim();
}

test("a dry run only says what would happen; a pause of one group is told, and so is its end", async () => {
  await up("--no-wires");
  const headers = { authorization: `Bearer ${await tokenOfLab()}` };
  const post = async (path: string, body: object) => {
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    return (await (await fetch(await urlOf("h2", path), init)).json()) as unknown;
  };
  const dry = await post("/api/switchover", { group: "main", to: "h3", isDryRun: true });
  const reason = "would hand over from h1 to h3";
  expect(dry).toMatchObject({ result: { outcome: "dry-run", reason, from: "h1", to: "h3", steps: [] } });
  expect(await primaries()).toEqual(["h1"]);

  const told = await listen(await urlOf("h3", "/api/live"));
  expect(await post("/api/pause", { group: "main", forMs: 60_000 })).toEqual({
    result: { paused: [{ group: "main", until: expect.stringMatching(/^20/) }] },
  });
  const { data } = await told.until("group", ({ pause }) => pause !== null);
  expect(data.pause?.by).toBe("agent h2");
  await told.until("overview", ({ rows }) => rows[0]?.isQuiet === true);
  expect(await post("/api/pause", { group: "other" })).toMatchObject({ error: { code: "USAGE" } });
  expect(await post("/api/resume", { group: "main" })).toEqual({
    result: { resumed: [{ group: "main", wasPaused: true }] },
  });
  const over = () =>
    told.all("group").at(-1)?.pause === null ? seen(true) : missing("the end of the pause");
  await waitFor("the agents to go on", over, { withinMs: 5_000 });
});

test("a request that would change something needs the token, and a sound body", async () => {
  await up("--no-wires");
  const token = await tokenOfLab();
  const url = await urlOf("h1", "/api/pause");
  const post = async (authorization: string, body: string) =>
    (await fetch(url, { method: "POST", body, headers: { authorization } })).status;
  expect(await post("Bearer wrong", '{"forMs":60000}')).toBe(401);
  expect(await post(token, "x".repeat(20_000))).toBe(401);
  expect(await post(`Bearer ${token}`, "x".repeat(20_000))).toBe(413);
  expect(await post(`Bearer ${token}`, "{")).toBe(400);
  expect(await post(`Bearer ${token}`, '{"forMs":-1}')).toBe(400);
  const entries = (await (await fetch(await urlOf("h1", "/journal?limit=2000"))).json()) as {
    readonly entries: readonly { readonly sentence: string }[];
  };
  expect(entries.entries.filter(({ sentence }) => /paus/i.test(sentence))).toEqual([]);
  expect(await primaries()).toEqual(["h1"]);
});
