// The buttons of the live page in a real Chromium, told by a server of the tests' own: what they ask the
// agent for, and what the page says of the answer.
import { describe, expect, test } from "vitest";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { groupAnswer, helloAnswer } from "../../packages/dashboard/src/wire/events.fixture.ts";
import { keepPicture, type Pages, untilShown, violations, widths } from "./pages.ts";
import { tellUsual, type ToldAgent, useToldPages } from "./told-agent.ts";

let pages: Pages;
let agent: ToldAgent;
useToldPages((opened) => {
  ({ pages, agent } = opened);
});

const dryRun = {
  outcome: "dry-run",
  reason: "would hand over from h3 to h2",
  from: "h3",
  to: "h2",
  epoch: 7,
  checks: [
    { id: "agreement", ok: true, sentence: "3 of 3 Sentinels name 127.41.0.13:6379" },
    { id: "quorum", ok: true, sentence: "CKQUORUM is fine on 3 of 3 Sentinels" },
  ],
  steps: [],
  pauseMs: null,
};
const done = {
  ...dryRun,
  outcome: "done",
  reason: "h2 is primary, h3 follows it",
  steps: [{ step: "hold", state: "done", atMs: 12, sentence: "clients wait" }],
  pauseMs: 231,
};

const pause = { until: new Date(Date.now() + 1_800_000).toISOString(), by: "agent h1" };

describe("a switchover from the page", () => {
  test("shows a refusal with code and hint, then the dry run, and goes on by the group's name", async () => {
    tellUsual(agent);
    agent.answer(({ authorization, body }) => {
      const error = { code: "UNAUTHORIZED", message: "the token is missing or wrong", hint: "send it" };
      if (authorization !== "Bearer right") return { status: 401, body: { error } };
      const isDryRun = (body as { readonly isDryRun?: boolean }).isDryRun === true;
      return { status: 200, body: { result: isDryRun ? dryRun : done } };
    });
    const { page, complaints, close } = await pages.open(agent.url);
    await page.getByRole("button", { name: "Switch over…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /^h2/ }).check();
    await dialog.getByLabel(/token/).fill("wrong");
    await dialog.getByRole("button", { name: "Dry run" }).click();
    await untilShown(page, /UNAUTHORIZED\s+the token is missing or wrong\s*send it/);
    expect(await violations(page)).toEqual([]);
    await dialog.getByLabel(/token/).fill("right");
    await dialog.getByRole("button", { name: "Dry run" }).click();
    await untilShown(page, "CKQUORUM is fine on 3 of 3 Sentinels");
    const go = dialog.getByRole("button", { name: "Switch over to h2" });
    expect(await go.isDisabled(), "before the name is typed").toBe(true);
    await dialog.getByLabel(/Type orders to confirm/).fill("order");
    expect(await go.isDisabled(), "while it is not the name").toBe(true);
    await dialog.getByLabel(/Type orders to confirm/).fill("orders");
    await keepPicture(page, "switchover-light-1280");
    await go.click();
    await untilShown(page, "Switchover done");
    expect(agent.asked.map(({ body }) => body)).toEqual([
      { group: "orders", to: "h2", isDryRun: true },
      { group: "orders", to: "h2", isDryRun: true },
      { group: "orders", to: "h2" },
    ]);
    expect(complaints).toEqual([]);
    const kept = await page.evaluate(() => [
      localStorage.length,
      sessionStorage.length,
      document.cookie,
    ]);
    expect(kept, "the token is kept nowhere").toEqual([0, 0, ""]);
    await close();
  });

  test.each(widths)(
    "has a dialog without anything for axe to find, dark and %i px wide",
    async (widthPx) => {
      tellUsual(agent);
      const checks = [...dryRun.checks, { id: "target", ok: false, sentence: "h2 is 12 MB behind" }];
      const refusedRun = {
        ...dryRun,
        outcome: "refused",
        reason: "h2 is 12 MB behind",
        to: null,
        checks,
      };
      agent.answer(() => ({ status: 200, body: { result: refusedRun } }));
      const { page, close } = await pages.open(agent.url, "dark", widthPx);
      await page.getByRole("button", { name: "Switch over…" }).click();
      await page.getByLabel(/token/).fill("right");
      await page.keyboard.press("Enter");
      await untilShown(page, "Not possible at present.");
      expect(await violations(page)).toEqual([]);
      await keepPicture(page, `switchover-refused-dark-${widthPx}`);
      await page.keyboard.press("Escape");
      expect(await page.getByRole("dialog").count()).toBe(0);
      const focused = await page.evaluate(() => document.activeElement?.textContent);
      expect(focused, "the focus is back at the button").toBe("Switch over…");
      await close();
    },
  );

  test("pause and resume ask for this group alone, and the token is still known", async () => {
    tellUsual(agent);
    const { page, close } = await pages.open(agent.url);
    await page.getByRole("button", { name: "Pause…" }).click();
    await page.getByLabel(/token/).fill("right");
    await page.getByLabel("For at most").selectOption("5");
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached", timeout: 3_000 });
    agent.tell("group", { ...groupAnswer, pause });
    await untilShown(page, "Paused until");
    await page.getByRole("button", { name: "Resume…" }).click();
    await page.getByRole("button", { name: "Resume", exact: true }).click();
    const both = () => (agent.asked.length === 2 ? seen(true) : missing(`${agent.asked.length} of 2`));
    await waitFor("both requests", both, { withinMs: 3_000 });
    expect(agent.asked).toMatchObject([
      { path: "/api/pause", authorization: "Bearer right", body: { group: "orders", forMs: 300_000 } },
      { path: "/api/resume", authorization: "Bearer right", body: { group: "orders" } },
    ]);
    await close();
  });

  test("an agent without a token has no buttons", async () => {
    tellUsual(agent);
    agent.tell("hello", { ...helloAnswer, canChange: false });
    const { page, close } = await pages.open(agent.url);
    await untilShown(page, "Read-only");
    expect(await page.getByRole("button").count()).toBe(0);
    await close();
  });
});
