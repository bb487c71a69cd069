// Every sort of target at once, served by a real cluster: HAProxy, etcd and a name server as real programs,
// the clouds as copies that are held against their vendors' documents. Whatever happens, each ends at the
// agreed primary, and none ever goes back.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { place } from "../../packages/baton/src/targets/bench.fixture.ts";
import { TEST_SECRET } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome, startBaton } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";
import { type FarSide, openFarSides } from "./support/far-sides.ts";

/** Longer than the look at a target that is right, the turns of three agents and a busy machine. */
const FOLLOW_MS = 30_000;
const AWAY_MS = 60_000;

const SECRETS = [
  "BATON_DNS_SECRET",
  "DIGITALOCEAN_TOKEN",
  "ANY",
  "OVH_APPLICATION_KEY",
  "OVH_APPLICATION_SECRET",
  "OVH_CONSUMER_KEY",
];

function clusterWith(sides: readonly FarSide[]): string {
  const targets = sides.map(({ name, kind, settings }) => {
    const on = kind === "haproxy" ? ["app"] : ["h1", "h2", "h3"];
    return `  - ${JSON.stringify({ name, kind, on, ...settings })}\n`;
  });
  return `objectives: { rto: 3s }
hosts:
  - { name: h1, address: 10.77.0.11 }
  - { name: h2, address: 10.77.0.12 }
  - { name: h3, address: 10.77.0.13 }
  - { name: app, address: 10.77.0.20, runs: [router] }
targets:
${targets.join("")}`;
}

let home: string;
let lab: LabHandle;
let sides: readonly FarSide[];
beforeEach(async () => {
  home = await makeHome();
  for (const name of SECRETS) process.env[name] = TEST_SECRET;
  sides = await openFarSides();
  const file = join(home, "cluster.yml");
  await writeFile(file, clusterWith(sides));
  await labUp(home, "--no-wires", "--targets", "--file", file);
  lab = await attachLab("lab", { BATON_HOME: home });
  for (const side of sides) side.begin?.(lab);
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await baton(home, ["lab", "down"]);
  const closing = await Promise.allSettled(sides.map((side) => side.close()));
  await removeHome(home);
  expect(closing.filter(({ status }) => status === "rejected")).toEqual([]);
});

/** The host that a far side leads to: one with a list of droplets knows machines, the others addresses. */
function hostOf(shown: string): string {
  const known = [1, 2, 3].find((host) => place(host) === shown);
  const own = lab.layout.cluster.hosts.find(({ address }) => `${address}:6379` === shown);
  return known === undefined ? (own?.name ?? shown) : `h${known}`;
}

async function untilLed(host: string): Promise<void> {
  const look = async () => {
    const shown = await Promise.all(sides.map(async (side) => [side.name, await side.shown()] as const));
    const astray = shown.filter(([, place]) => place === undefined || hostOf(place) !== host);
    return astray.length === 0 ? seen(undefined) : missing(JSON.stringify(astray));
  };
  await waitFor(`all targets to lead to ${host}`, look, { withinMs: FOLLOW_MS, everyMs: 100 });
}

interface Drilled {
  readonly promises: readonly { readonly promise: string; readonly verdict: string; sentence: string }[];
  readonly targets: readonly {
    readonly name: string;
    readonly followedMs: number | null;
    readonly leadsTo: string;
  }[];
}

/** @returns the host that is primary afterwards, by every target's word. */
function judged(name: string, out: string): string {
  const { promises, targets } = JSON.parse(out) as Drilled;
  const own = promises.find(({ promise }) => promise === "targets");
  expect(own, JSON.stringify(promises)).toMatchObject({ verdict: "held" });
  expect(targets.map((target) => target.name).toSorted()).toEqual(
    sides.map((side) => side.name).toSorted(),
  );
  const hosts = new Set(targets.map(({ leadsTo }) => hostOf(leadsTo)));
  expect(hosts.size).toBe(1);
  const late = targets.filter(({ followedMs }) => followedMs === null);
  expect(late, JSON.stringify(promises)).toEqual([]);
  process.stderr.write(`${name}: ${own?.sentence}\n`);
  return [...hosts][0] ?? "";
}

const drilling = (fault: string) =>
  startBaton(home, ["drill", "run", fault, "--json", "--no-evidence", "--clients", "1"]);

async function drill(fault: string): Promise<string> {
  const { out, err } = await drilling(fault).done;
  if (out === "") throw new Error(err);
  return judged(fault, out);
}

interface Status {
  readonly groups: readonly {
    readonly route: { readonly host?: string };
    readonly targets: readonly { readonly ok: boolean }[];
  }[];
}

async function status(): Promise<Status["groups"][number] | undefined> {
  const { out } = await baton(home, ["status", "--json"]);
  return (JSON.parse(out) as Status).groups[0];
}

const primaryHost = async (): Promise<string> => (await status())?.route.host ?? "none";

/** What the preflight of a switchover goes by. */
async function untilNoted(): Promise<void> {
  const look = async () => {
    const { targets = [] } = (await status()) ?? {};
    const isFine = targets.length > sides.length && targets.every(({ ok }) => ok);
    return isFine ? seen(undefined) : missing(JSON.stringify(targets));
  };
  await waitFor("every agent to find its targets right", look, { withinMs: FOLLOW_MS });
}

/** The agent whose turn is first dies in the same moment as the primary. */
async function crash(): Promise<string> {
  const before = await primaryHost();
  await Promise.all([lab.kill("h1", "agent"), lab.kill(before, "redis")]);
  const look = async () => {
    const host = await primaryHost();
    return host === before || host === "none" ? missing(`the route is at ${host}`) : seen(host);
  };
  const after = await waitFor("another primary", look, { withinMs: FOLLOW_MS });
  await untilLed(after);
  await lab.start("h1", "agent");
  await lab.start(before, "redis");
  return after;
}

/** All far sides fall silent with the primary, and stay so for a minute. */
async function withoutApis(): Promise<string> {
  for (const side of sides) await side.down();
  const backAtMs = performance.now() + AWAY_MS;
  const drill = drilling("kill-primary");
  await waitFor(
    "the minute to be over",
    () => (performance.now() > backAtMs ? seen(undefined) : missing("not yet")),
    { withinMs: 2 * AWAY_MS, everyMs: 250 },
  );
  for (const side of sides) await side.up();
  const { out, err } = await drill.done;
  if (out === "") throw new Error(err);
  return judged("kill-primary without APIs", out);
}

test("five targets follow a kill, a switchover, an agent's death and a minute without APIs", async () => {
  await untilLed("h1");
  const led = ["h1", await drill("kill-primary")];
  await untilNoted();
  led.push(await drill("switchover"));
  led.push(await crash(), await withoutApis());
  await untilLed(led.at(-1) ?? "");
  expect(led.filter((host, index) => host === led[index - 1])).toEqual([]);
  for (const side of sides) {
    const history = await side.history();
    if (history === undefined) continue;
    // A list of droplets has both for a moment, as it must never be empty.
    const single = history.filter((shown) => !shown.includes("+")).map(hostOf);
    const moves = single.filter((host, index) => host !== single[index - 1]);
    expect(moves, side.name).toEqual(led);
  }
}, 600_000);
