// The live page in a real Chromium, told by a server of the tests' own: how it looks, what it does with keys,
// and what it says when its agent is slow, silent, gone, or of another version.
import { describe, expect, test } from "vitest";
import { drillAnswer, groupAnswer } from "../../packages/dashboard/src/wire/events.fixture.ts";
import { isWithin, keepPicture, looks, type Pages, untilShown, violations, widths } from "./pages.ts";
import { tellUsual, type ToldAgent, useToldPages } from "./told-agent.ts";

let pages: Pages;
let agent: ToldAgent;
useToldPages((opened) => {
  ({ pages, agent } = opened);
});

const soon = (ms: number) => new Date(Date.now() + ms).toISOString();
const quiet = {
  ...groupAnswer,
  pause: { until: soon(1_800_000), by: "agent h1" },
  drill: { fault: "kill-primary", by: "laptop", since: soon(-20_000), until: soon(300_000) },
  doubts: ["this process stood still for 812 ms"],
  drills: [{ ...drillAnswer, verdict: "broken", at: soon(-86_400_000) }],
};
const noRoute = { ...groupAnswer, route: { kind: "none", reason: "1 of 3 Sentinels answer" } };
const stories = [
  ["a group in trouble", groupAnswer, "#/"],
  ["a group in maintenance, with a drill and doubts", quiet, "#/"],
  ["a group without a route", noRoute, "#/"],
  ["the history", groupAnswer, "#/group/orders/history"],
] as const;

describe.each(stories)("%s", (story, group, hash) => {
  const cases = looks.flatMap((look) => widths.map((widthPx) => [look, widthPx] as const));
  test.each(cases)("has nothing for axe to find, %s and %i px wide", async (look, widthPx) => {
    tellUsual(agent, group);
    const { page, elsewhere, complaints, close } = await pages.open(
      `${agent.url}${hash}`,
      look,
      widthPx,
    );
    await untilShown(page, hash === "#/" ? "Topology" : "Failovers, switchovers, fences");
    await page.evaluate(() => {
      for (const folded of Array.from(document.querySelectorAll("details"))) folded.open = true;
    });
    expect(await violations(page)).toEqual([]);
    expect(await isWithin(page), "it must not be wider than the window").toBe(true);
    expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
    await keepPicture(page, `${story.replaceAll(/\W+/g, "-")}-${look}-${widthPx}`);
    await close();
  });
});

describe("when the agent says nothing", () => {
  test("it greys what it shows with its age, tells so in a live region, and is fresh again", async () => {
    tellUsual(agent);
    const { page, close } = await pages.open(agent.url);
    await untilShown(page, "Writes go to");
    await page.locator("header .pulse.fresh").waitFor({ timeout: 3_000 });
    expect(await page.locator(".page.stale").count()).toBe(0);
    agent.beat(false);
    await page.locator(".page.stale").waitFor({ timeout: 6_000 });
    const status = page.locator(".notice[role=status]");
    expect(await status.innerText()).toMatch(/\d s old\s+The agent is silent/);
    await keepPicture(page, "silent-light-1280");
    expect(await violations(page)).toEqual([]);
    agent.beat(true);
    await page.locator(".page:not(.stale)").waitFor({ timeout: 3_000 });
    expect(await status.innerText()).toBe("");
    await close();
  });

  test("and when its loop stands still, it says that instead", async () => {
    tellUsual(agent);
    agent.beat(true, 9_000);
    const { page, close } = await pages.open(agent.url);
    await untilShown(page, /9 s old\s+The agent answers, but has not looked at the cluster since/);
    await close();
  });
});

test("a connection that is gone is told at once, and opened again when the agent is back", async () => {
  tellUsual(agent);
  const { page, complaints, close } = await pages.open(agent.url, "dark");
  await untilShown(page, "Writes go to");
  await agent.listen(false);
  await untilShown(page, "The connection to the agent is gone", 1_000);
  expect(await page.locator(".route").innerText()).toContain("h3");
  await keepPicture(page, "gone-dark-1280");
  agent.forget();
  const { route } = groupAnswer;
  tellUsual(agent, { ...groupAnswer, route: { ...route, epoch: 8 } });
  await agent.listen(true);
  await untilShown(page, /epoch 8/, 2_000);
  await page.locator(".page:not(.stale)").waitFor({ timeout: 2_000 });
  expect(complaints).toEqual([]);
  await close();
});

test("its script takes over what stands there before it runs", async () => {
  agent.beat(false);
  const { page, complaints, close } = await pages.open(agent.url);
  await untilShown(page, "Waiting for the agent's first word.");
  const parts = ["header", "main", "footer", ".notice[role=status]"];
  const counts = () => Promise.all(parts.map((part) => page.locator(part).count()));
  expect(await counts()).toEqual([1, 1, 1, 1]);
  tellUsual(agent);
  agent.beat(true);
  await untilShown(page, "Writes go to");
  expect(await counts()).toEqual([1, 1, 1, 1]);
  expect(await page.locator("main .waiting").count(), "nothing stays of it").toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

test("a word that it cannot read does not blank it", async () => {
  tellUsual(agent);
  const { page, complaints, close } = await pages.open(agent.url);
  await untilShown(page, "Writes go to");
  agent.tell("group", { ...groupAnswer, nodes: "many" });
  await untilShown(
    page,
    "could not be read, and the one before it is still shown: group.nodes is not a list",
  );
  agent.tell("group", "{ no JSON");
  await untilShown(page, "group is no JSON");
  expect(await page.locator(".route").innerText()).toContain("h3");
  expect(complaints).toEqual([]);
  await close();
});

test("text from outside runs nothing and asks for nothing", async () => {
  const bad = `</style><script>alert(1)</script><img src=x onerror=alert(2)>`;
  tellUsual(agent, {
    ...groupAnswer,
    problems: [{ code: bad, severity: bad, message: bad }],
    decision: { kind: bad, reason: bad, at: bad },
    doubts: [bad],
    nodes: groupAnswer.nodes.map((node) => ({
      ...node,
      id: `${bad}${node.id}`,
      zone: bad,
      reason: bad,
    })),
  });
  const { page, elsewhere, complaints, close } = await pages.open(agent.url);
  await untilShown(page, "<script>alert(1)</script>");
  expect(await page.locator("main script, main img").count()).toBe(0);
  expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
  await close();
});

test("a failover is seen as it happens: the nodes stay where they are, and the route moves", async () => {
  tellUsual(agent);
  const { page, close } = await pages.open(agent.url);
  await untilShown(page, "Topology");
  const places = () =>
    page.locator(".process").evaluateAll((all) => all.map((one) => one.getAttribute("transform")));
  const before = await places();
  const [h1, h2, h3] = groupAnswer.nodes;
  agent.tell("group", {
    ...groupAnswer,
    route: { ...groupAnswer.route, host: "h2", address: "127.41.0.12", epoch: 8, confirmed: false },
    nodes: [h1, { ...h2, role: "primary", link: null, of: null }, { ...h3, role: "unknown" }],
  });
  await untilShown(page, /h2\s+127\.41\.0\.12:6379/, 1_000);
  expect(await places()).toEqual(before);
  expect(await page.locator(".process.primary").textContent()).toContain("takes writes, early");
  await close();
});
