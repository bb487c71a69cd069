// The live page on a live cluster, in a real Chromium: whatever happens to real processes, the page of an
// agent shows what `baton status --json` says of them, within a second.
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import type { GroupStatus, Status } from "../../packages/baton/src/status/status.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome, type Running, startBaton } from "../scenario/support/baton.ts";
import { keepEvidence } from "../scenario/support/evidence.ts";
import { labUp } from "../scenario/support/lab.ts";
import { type Facts, factsOf, factsShown } from "./dashboard-facts.ts";
import { keepPicture, openPages, type Pages, untilShown, violations } from "./pages.ts";

/** The promise: the page is not further behind the world than this. */
const BEHIND_MS = 1_000;

let home: string;
let lab: LabHandle;
let watching: Running;
let pages: Pages;
let opened: Awaited<ReturnType<Pages["open"]>>;

beforeAll(async () => {
  home = await makeHome();
  await labUp(home);
  lab = await attachLab("lab", { BATON_HOME: home });
  watching = startBaton(home, ["status", "--watch", "--json"]);
  pages = await openPages();
}, 120_000);
afterAll(async () => {
  await pages?.close();
  watching?.child.kill("SIGINT");
  await watching?.done;
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

async function agentUrl(host: string): Promise<string> {
  const agent = (await lab.status()).hosts.find(({ name }) => name === host)?.agent;
  if (agent == null) throw new Error(`host ${host} runs no agent`);
  return agent.url;
}

/** What the command said last: it looks once a second, by itself and past all agents. */
function said(): GroupStatus {
  // What follows the last line feed is a line that is still being written.
  const last = watching.out().split("\n").at(-2);
  const [group] = (JSON.parse(last ?? "{}") as Status).groups;
  if (group === undefined) throw new Error("the command has not said anything yet");
  return group;
}

/** What it says of a look that it began after this was asked. */
async function saidAfresh(): Promise<GroupStatus> {
  const lines = () => watching.out().split("\n").length;
  const before = lines();
  const look = () => (lines() >= before + 2 ? seen(said()) : missing("two more looks"));
  return await waitFor("the command to look again", look, { withinMs: 15_000, everyMs: 10 });
}

async function untilSaid(what: string, is: (group: GroupStatus) => boolean): Promise<GroupStatus> {
  const look = () => (is(said()) ? seen(said()) : missing(JSON.stringify(factsOf(said()))));
  return await waitFor(`the command to say ${what}`, look, { withinMs: 30_000, everyMs: 10 });
}

const primaryOf = ({ route }: GroupStatus) => (route.kind === "primary" ? route.host : undefined);
const isWhole = (group: GroupStatus) =>
  primaryOf(group) !== undefined && group.problems.length === 0 && group.targets.every(({ ok }) => ok);

/**
 * The page shows what the source says, within a second of its saying so. A world that changes meanwhile is no
 * fault of the page: then what is said now counts, and the second begins anew.
 */
async function untilSame(
  begin: GroupStatus = said(),
  afresh: () => Promise<GroupStatus> = saidAfresh,
): Promise<Facts> {
  let wanted = factsOf(begin);
  for (let attempt = 0; ; attempt += 1) {
    const text = JSON.stringify(wanted);
    const look = async () => {
      const shown = await factsShown(opened.page);
      return JSON.stringify(shown) === text
        ? seen(shown)
        : missing(`${text}, shown ${JSON.stringify(shown)}`);
    };
    const began = performance.now();
    try {
      const facts = await waitFor("the page to show it", look, { withinMs: BEHIND_MS, everyMs: 10 });
      process.stdout.write(`the page showed it after ${Math.round(performance.now() - began)} ms\n`);
      return facts;
    } catch (error) {
      const now = factsOf(await afresh());
      if (JSON.stringify(now) === text || attempt === 10) throw error;
      wanted = now;
    }
  }
}

async function ownStatus(host: string): Promise<GroupStatus> {
  const url = `${await agentUrl(host)}/status`;
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  const [group] = ((await response.json()) as Status).groups;
  if (group === undefined) throw new Error("the agent has no group");
  return group;
}

/** A host that has nothing to do with what happens to the primary. */
const HOST = "h3";

beforeEach(async () => {
  await untilSaid("that all is well", isWhole);
  opened = await pages.open(await agentUrl(HOST));
  await untilShown(opened.page, "Topology");
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await lab.heal();
  const { hosts } = await lab.status();
  for (const { name, redis, agent } of hosts) {
    if (redis !== null && redis.pid === null) await lab.start(name);
    if (agent !== null && agent.pid === null) await lab.start(name, "agent");
  }
  const { elsewhere, complaints } = opened;
  await opened.close();
  expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
}, 60_000);

/** Hands the writes to another host than the one whose page is looked at, so that it may lose its primary. */
async function away(): Promise<string> {
  const primary = primaryOf(said());
  if (primary !== HOST && primary !== undefined) return primary;
  await baton(home, ["switchover", "--to", "h1"]);
  await untilSaid(
    "that h1 is primary and all is well",
    (group) => isWhole(group) && primaryOf(group) === "h1",
  );
  return "h1";
}

test("a healthy cluster is shown as it is", async () => {
  await untilSame();
  expect(await violations(opened.page)).toEqual([]);
  await keepPicture(opened.page, "lab-healthy-light-1280");
});

test("a killed primary: the page shows the failover, its timeline and its history", async () => {
  const killed = await away();
  await lab.kill(killed);
  await untilSaid(
    "that there is another primary",
    (group) => ![undefined, killed].includes(primaryOf(group)),
  );
  await untilSame();
  await keepPicture(opened.page, "lab-killed-light-1280");
  const text = await opened.page.locator(".timeline").innerText();
  expect(text).toMatch(/\+switch-master|\+sdown/);
  await untilShown(
    opened.page,
    new RegExp(`failover\\s+from ${killed} to \\w+, epoch \\d+, done in`),
    5_000,
  );
  expect(await violations(opened.page)).toEqual([]);
  await lab.start(killed);
  await untilSaid("that all is well", isWhole);
  await untilSame();
});

test("a frozen primary: the page shows the failover, and the fence when it thaws", async () => {
  const frozen = await away();
  await lab.stop(frozen);
  await untilSaid(
    "that there is another primary",
    (group) => ![undefined, frozen].includes(primaryOf(group)),
  );
  await untilSame();
  await keepPicture(opened.page, "lab-frozen-light-1280");
  await lab.cont(frozen);
  await untilSaid("that all is well", isWhole);
  await untilSame();
});

test("a partition: the page shows what its side sees, and the command's route", async () => {
  const cut = await away();
  const others = ["h1", "h2", "h3"].filter((host) => host !== cut);
  for (const other of others) await lab.cut(cut, other);
  await untilSaid(
    "that there is another primary",
    (group) => ![undefined, cut].includes(primaryOf(group)),
  );
  const shown = await untilSame(await ownStatus(HOST), () => ownStatus(HOST));
  expect(shown.route).toBe(factsOf(said()).route);
  expect(shown.nodes.find((node) => node.startsWith(cut))).toBe(`${cut} unknown`);
  await keepPicture(opened.page, "lab-partition-light-1280");
  await lab.heal();
  await untilSaid("that all is well", isWhole);
  await untilSame();
});

test("a switchover by hand: token, dry run, the group's name, and the new primary in the page", async () => {
  const from = await away();
  const to = ["h1", "h2"].find((host) => host !== from) ?? "h2";
  const reference = lab.cluster.secrets.token;
  if (reference?.kind !== "file") throw new Error("a lab has its token in a file");
  const token = (await readFile(reference.path, "utf8")).trim();
  const { page } = opened;
  const { name } = said();
  await page.getByRole("button", { name: "Switch over…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: new RegExp(`^${to}`) }).check();
  await dialog.getByLabel(/token/).fill("not-the-token");
  await dialog.getByRole("button", { name: "Dry run" }).click();
  await untilShown(page, /UNAUTHORIZED\s+the token is missing or wrong/);
  await dialog.getByLabel(/token/).fill(token);
  await dialog.getByRole("button", { name: "Dry run" }).click();
  await untilShown(page, `would hand over from ${from} to ${to}`);
  expect(primaryOf(said()), "a dry run touches nothing").toBe(from);
  await keepPicture(page, "lab-switchover-light-1280");
  await dialog.getByLabel(new RegExp(`Type ${name} to confirm`)).fill(name);
  await dialog.getByRole("button", { name: `Switch over to ${to}` }).click();
  await untilShown(page, "Switchover done", 20_000);
  await untilSaid("that it is the primary", (group) => primaryOf(group) === to && isWhole(group));
  await untilSame();
  await dialog.getByRole("button", { name: "Close" }).click();
  await untilShown(page, new RegExp(`switchover\\s+from ${from} to ${to}`), 5_000);
  expect(await page.content()).not.toContain(token);
});

test("pause and resume by hand: every agent's page says so", async () => {
  const reference = lab.cluster.secrets.token;
  if (reference?.kind !== "file") throw new Error("a lab has its token in a file");
  const token = (await readFile(reference.path, "utf8")).trim();
  const { page } = opened;
  const other = await pages.open(await agentUrl("h2"), "dark", 390);
  await page.getByRole("button", { name: "Pause…" }).click();
  await page.getByLabel(/token/).fill(token);
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  for (const one of [page, other.page]) await untilShown(one, /Paused until .*by agent h3/, 5_000);
  await keepPicture(other.page, "lab-paused-dark-390");
  await page.getByRole("button", { name: "Resume…" }).click();
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await page.locator(".banner").waitFor({ state: "detached", timeout: 5_000 });
  await other.close();
});

test("an agent that is killed and started again: the page says so, and is live again by itself", async () => {
  const { page } = opened;
  await lab.kill(HOST, "agent");
  await untilShown(page, "The connection to the agent is gone", BEHIND_MS);
  expect(await page.locator(".page.stale").count()).toBe(1);
  await lab.start(HOST, "agent");
  const look = async () =>
    (await ownStatus(HOST)).route.kind === "primary" ? seen(true) : missing("a route");
  await waitFor("the agent to have looked", look, { withinMs: 10_000, everyMs: 20 });
  await page.locator(".page:not(.stale)").waitFor({ timeout: 2 * BEHIND_MS });
  await untilSame();
});

test("an agent that is frozen: what the page shows is greyed, with its age, until it thaws", async () => {
  const { page } = opened;
  await lab.stop(HOST, "agent");
  await untilShown(page, /\d s old\s+The agent is silent/, 6_000);
  await keepPicture(page, "lab-agent-frozen-light-1280");
  await lab.cont(HOST, "agent");
  await page.locator(".page:not(.stale)").waitFor({ timeout: 5_000 });
  await untilSame();
});
