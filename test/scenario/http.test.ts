// The agent's HTTP on real processes: what a load balancer is told when Redis, the Sentinels, the network
// or the agent itself are in trouble.
import { get } from "node:http";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SeenIncident } from "../../packages/baton/src/journal/history.ts";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import type { RoleAnswer } from "../../packages/baton/src/status/role-check.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
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

test("a request that would change something needs the token, and a sound body", async () => {
  await up("--no-wires");
  const reference = lab.cluster.secrets.token;
  if (reference?.kind !== "file") throw new Error("a lab keeps its token in a file");
  const token = (await readFile(reference.path, "utf8")).trim();
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
