// Promises of the live page: what it says about routes, problems, processes and its own age.
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { App } from "./app.tsx";
import { beginning, heardJournal, heardStatus, type Live, missedJournal } from "./live.ts";
import { readJournal, readStatus, type Status } from "./status.ts";
import { journalAnswer, statusAnswer } from "./status.fixture.ts";

const status = readStatus(statusAnswer);
const live = heardJournal(heardStatus(beginning, status, 1000), readJournal(journalAnswer));
const page = (shown: Live, nowMs = 1000): string => renderToString(<App live={shown} nowMs={nowMs} />);
const textOf = (html: string): string => html.replace(/<[^>]*>/gu, " ").replace(/\s+/gu, " ");

function routed(
  route: Status["groups"][number]["route"],
  problems: Status["groups"][number]["problems"] = [],
): string {
  const groups = status.groups.map((group) => ({ ...group, route, problems }));
  return textOf(page(heardStatus(beginning, { ...status, groups }, 1000)));
}

test("says where writes go, in which epoch, and who confirmed it", () => {
  const text = textOf(page(live));
  expect(text).toContain(
    "Writes go to h3 127.41.0.13:6379 epoch 7, confirmed by a majority of the Sentinels",
  );
  expect(text).toContain("as seen by h1 at 09:26:53 UTC");
});

test("says that an early route waits for its majority", () => {
  const route = {
    kind: "primary",
    host: "h3",
    address: "::1",
    port: 6379,
    epoch: 8,
    confirmed: false,
  } as const;
  expect(routed(route)).toContain(
    "Writes go to h3 [::1]:6379 epoch 8, early: a majority has yet to confirm it",
  );
});

test("says why there is no route, and never beside it that there is no problem", () => {
  const text = routed({ kind: "none", reason: "1 of 3 Sentinels answered; 2 are needed" });
  expect(text).toContain("No route. 1 of 3 Sentinels answered; 2 are needed");
  expect(text).not.toContain("No problem found");
});

test("writes the severity of a problem as a word, so that it does not hang on colour", () => {
  expect(textOf(page(live))).toContain("✕ error h1 does not answer: connection refused replica-down");
});

test("shows who is down, who lags, who names another primary, and who is in TILT", () => {
  const text = textOf(page(live));
  expect(text).toContain("h1 127.41.0.11:6379 a unknown: connection refused");
  expect(text).toContain("h2 127.41.0.12:6379 b replica connected to 127.41.0.13:6379 1.2 kB");
  expect(text).toContain("h1 127.41.0.11:26379 heard 127.41.0.11:6379 (not the route) 6 s_down, TILT");
  expect(text).toContain("h3 127.41.0.13:26379 silent: no answer within 500 ms");
});

test("shows the newest sentence of the agent first, and escapes it", () => {
  const html = page(live);
  expect(html).toContain("routed to &lt;h3");
  expect(html.indexOf("routed to")).toBeLessThan(html.indexOf("h2 said +sdown"));
  expect(textOf(page(missedJournal(live, "journal answered 500")))).toContain(
    "could not be read: journal answered 500.",
  );
});

test("greys what is older than three seconds, and says how old it is", () => {
  expect(page(live, 3999)).toContain('<div class="fresh">');
  const stale = page(live, 9000);
  expect(stale).toContain('<div class="stale">');
  expect(textOf(stale)).toContain("This is 8 s old;");
});

test("shows no old tables before the first answer", () => {
  expect(page(beginning)).not.toContain("<table");
  expect(textOf(page(beginning))).toContain("Waiting for the first answer of the agent.");
});
