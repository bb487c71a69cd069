// Promises of the live page: what it says about routes, decisions, problems, processes and its own age.
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import type { AgentActions } from "./actions/agent-actions.ts";
import { App } from "./app.tsx";
import type { Address } from "./state/address.ts";
import { told, usualLive } from "./state/live.fixture.ts";
import { beginning, complained, type Live, lost, opened } from "./state/live.ts";
import { groupAnswer, helloAnswer, manyRows, NOW, rowAnswer } from "./wire/events.fixture.ts";

const never = () => new Promise<never>(() => undefined);
const actions: AgentActions = { switchover: never, pause: never, resume: never };
const zones = new Map(helloAnswer.hosts.map(({ name, zone }) => [name, zone]));

interface Shown {
  readonly nowMs?: number;
  readonly address?: Address;
  readonly widthPx?: number;
}

function page(live: Live, shown: Shown = {}): string {
  const { nowMs = 1000, address = { kind: "overview" }, widthPx = 1280 } = shown;
  return renderToString(<App {...{ live, nowMs, address, widthPx, zones, actions }} />);
}
const textOf = (html: string): string =>
  html
    .replace(/<title>.*?<\/title>/gsu, " ")
    .replace(/<[^>]*>/gu, " ")
    .replace(/\s+/gu, " ");
const changed = (more: object): Live => usualLive({ ...groupAnswer, ...more });

test("with one group it goes straight to it, and says where writes go, since when, by whose word", () => {
  const text = textOf(page(usualLive()));
  expect(text).toContain(
    "Writes go to h3 127.41.0.13:6379 epoch 7 , for 3 min, confirmed by a majority of the Sentinels",
  );
  expect(text).toContain("as seen by the agent of h1");
  expect(text).toContain("stay 3 of 3 Sentinels name h3 in epoch 7 (1 s ago)");
});

test("says that an early route waits for its majority", () => {
  const route = { ...groupAnswer.route, address: "::1", confirmed: false };
  expect(textOf(page(changed({ route })))).toContain(
    "h3 [::1]:6379 epoch 7 , for 3 min, early: a majority has yet to confirm it",
  );
});

test("says why there is no route, and never beside it that there is no problem", () => {
  const route = { kind: "none", reason: "1 of 3 Sentinels answered; 2 are needed" };
  const text = textOf(page(changed({ route, problems: [] })));
  expect(text).toContain("No route Writes go nowhere 1 of 3 Sentinels answered; 2 are needed");
  expect(text).not.toContain("No problem found");
});

test("names each problem, its severity as a word, what to do, and where more is written", () => {
  const text = textOf(page(usualLive()));
  expect(text).toContain(
    "error h1 does not answer: connection refused replica-down Start it again: until then there is one node",
  );
  expect(text).toContain("More in docs/runbooks/BatonNodeDown.md.");
});

test("has every process in tables, too: who is down, who lags, who names another primary", () => {
  const text = textOf(page(usualLive()));
  expect(text).toContain("h1 127.41.0.11:6379 a unknown: connection refused");
  expect(text).toContain("h2 127.41.0.12:6379 b replica connected to 127.41.0.13:6379 1.2 kB");
  expect(text).toContain("h1 127.41.0.11:26379 heard 127.41.0.11:6379 (not the route) 6 s_down, TILT");
  expect(text).toContain("h3 127.41.0.13:26379 silent: no answer within 500 ms");
  expect(text).toContain("env h1 does not follow file leads to 127.41.0.11:6379");
});

test("tells what happened, newest first, with reasons, and runs nothing of it", () => {
  const html = page(usualLive());
  expect(html).toContain("routed to &lt;h3");
  expect(html.indexOf("routed to")).toBeLessThan(html.indexOf("h2 said +sdown"));
  expect(textOf(html)).toContain("because 2 of 3 Sentinels name h3");
});

test("shows pause, drill, doubts and a broken drill before all else", () => {
  const [drill] = groupAnswer.drills;
  const text = textOf(
    page(
      changed({
        pause: { until: "2026-03-14T09:56:53.589Z", by: "anna" },
        drill: {
          fault: "kill-primary",
          by: "bert",
          since: "2026-03-14T09:25:53.000Z",
          until: "2026-03-14T09:30:00.000Z",
        },
        doubts: ["stalled for 812 ms"],
        drills: [{ ...drill, verdict: "broken" }],
      }),
    ),
  );
  expect(text).toContain("Paused until 09:56:53 UTC, 30 min from now, by anna: agents watch");
  expect(text).toContain("Drill kill-primary is under way, by bert, until 09:30:00 UTC");
  expect(text).toContain("The agent doubts itself : stalled for 812 ms");
  expect(text).toContain("The last drill broke a promise , 23 h ago: kill-primary");
  expect(text).toContain("Resume…");
});

test("lists failovers and drills with how they went, and draws the newest of the history", () => {
  const now = textOf(page(usualLive()));
  expect(now).toContain("failover from h1 to h3, epoch 7, done in 2.60 s 2026-03-14 09:23 UTC");
  expect(now).toContain("drill kill-primary on a lab: held, writes away 2.15 s of 3.00 s, 0 of 4182");
  const history = page(usualLive(), { address: { kind: "group", name: "orders", view: "history" } });
  expect(history).toContain('aria-current="page"');
  expect(history).toContain("after the first sign");
  expect(textOf(history)).toContain("+400 ms early the early step");
  expect(history, "no style in the page that its security policy forbids").not.toContain("<style");
});

test("greys what is older than three seconds, and says how old it is", () => {
  expect(page(usualLive(), { nowMs: 3800 })).toContain('<div class="page">');
  const stale = page(usualLive(), { nowMs: 13_000 });
  expect(stale).toContain('<div class="page stale">');
  expect(textOf(stale)).toContain("What is shown is 10 s old or older. 12 s old The agent is silent");
});

test("a connection that is gone says so at once, and goes on showing what was", () => {
  const text = textOf(page(lost(usualLive(), "it was cut")));
  expect(text).toContain("The connection to the agent is gone, and the page tries again by itself");
  expect(text).toContain("Writes go to h3");
  const again = opened(lost(usualLive(), "it was cut"), undefined);
  expect(page(again), "until the new connection tells of the group").toContain("page stale");
});

test("shows no old news before the first word", () => {
  expect(page(beginning)).not.toContain("<table");
  expect(textOf(page(beginning))).toContain("Waiting for the agent's first word.");
});

test("a word that cannot be read is said so, and the one before it stays", () => {
  const text = textOf(
    page(complained(usualLive(), { kind: "group", sentence: "group.nodes is not a list" })),
  );
  expect(text).toContain("could not be read, and the one before it is still shown: group.nodes is not");
  const mended = told(
    complained(usualLive(), { kind: "group", sentence: "it was bad" }),
    "group",
    groupAnswer,
  );
  expect(textOf(page(mended))).not.toContain("could not be read");
  expect(text).toContain("Writes go to h3");
});

test("an agent of another version than the page's says so", () => {
  const live = told(usualLive(), "hello", { ...helloAnswer, version: "0.2.0" });
  expect(textOf(page(live))).toContain("The agent is now 0.2.0: load its page");
});

test("without a token in the cluster file there are no buttons, and it says why", () => {
  const live = told(usualLive(), "hello", { ...helloAnswer, canChange: false });
  expect(textOf(page(live))).toContain("Read-only: the cluster file names no token");
  expect(textOf(page(live))).not.toContain("Switch over…");
});

function large(count: number): Live {
  const live = told(usualLive(), "hello", { ...helloAnswer, groups: count });
  return told(live, "overview", { isWhole: true, at: NOW, rows: manyRows(count) });
}

test("of a thousand groups it has the worst in the page, and not many more than are seen", () => {
  const html = page(large(1000));
  const names = [...html.matchAll(/data-row="([^"]+)"/gu)].map(([, name]) => name);
  expect(names[0]).toBe("group-0013");
  expect(names.length).toBeGreaterThan(10);
  expect(names.length).toBeLessThan(40);
  expect(html).toContain('aria-setsize="1000"');
  expect(textOf(html)).toContain("11 error");
});

test("a group that there is not says so, and leads back", () => {
  const address = { kind: "group", name: "nobody", view: "now" } as const;
  const html = page(large(3), { address });
  expect(textOf(html)).toContain("No group nobody");
  expect(html).toContain('href="#/"');
});

test("a row says early and quiet in words", () => {
  const rows = [
    { ...rowAnswer, name: "a", confirmed: false, isQuiet: true },
    { ...rowAnswer, name: "b", host: null, severity: "strange" },
  ];
  const text = textOf(page(told(usualLive(), "overview", { isWhole: true, at: NOW, rows })));
  expect(text).toContain("error a quiet h1 does not answer: connection refused primary h3 (early)");
  expect(text).toContain("strange b h1 does not answer: connection refused primary no route");
});
