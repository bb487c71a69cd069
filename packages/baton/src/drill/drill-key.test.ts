// How long the word of a drill lives, and where it is written.
import { expect, test } from "vitest";
import { runningDrillShape } from "../cluster/drill-note.ts";
import type { Door } from "../redis/door.ts";
import { systemClock } from "../sys/clock.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { type DrillKeyInput, drillText, keepDrillKey } from "./drill-key.ts";

const SINCE = "2026-03-14T09:26:53.000Z";

/** A node that has this role, and this in the key. */
function node(role: "master" | "slave", held: string | null) {
  const sent: string[] = [];
  const call = ([name, ...words]: readonly string[]) => {
    if (name === "ROLE") {
      const replica = ["slave", "10.0.0.1", 6379, "connected", 100];
      return Promise.resolve(role === "master" ? ["master", 100, []] : replica);
    }
    if (name === "GET") return Promise.resolve(held);
    sent.push([name, ...words].join(" "));
    return Promise.resolve("OK");
  };
  return { sent, door: { call } as unknown as Door };
}

function inputFor(nodes: Readonly<Record<string, { readonly door: Door }>>): DrillKeyInput {
  const wallMs = () => Date.parse("2026-03-14T09:27:00.000Z");
  // A renewal every five seconds, at once.
  const sleep = async () => await new Promise<void>((resolve) => void setImmediate(resolve));
  return {
    doors: { nodes: new Map(Object.entries(nodes).map(([host, { door }]) => [host, door])) },
    group: { name: "main" },
    token: "of-this-drill",
    about: { fault: "kill-primary", by: "laptop" },
    place: "lab",
    lifeMs: 60_000,
    clock: { ...systemClock, wallMs, sleep },
  };
}

test("it says what agents want to know, and when it ends by itself", () => {
  const text = drillText(inputFor({}), SINCE);
  expect(runningDrillShape.parse(JSON.parse(text))).toEqual({
    fault: "kill-primary",
    by: "laptop",
    since: SINCE,
    until: "2026-03-14T09:28:00.000Z",
  });
  expect(JSON.parse(text)).toMatchObject({ token: "of-this-drill", place: "lab" });
});

test("it is renewed, and taken back, where a primary has it: nowhere else, and no other's", async () => {
  const holder = node("master", '{"token":"of-this-drill"}');
  const replica = node("slave", '{"token":"of-this-drill"}');
  const empty = node("master", null);
  const other = node("master", '{"token":"of-another"}');
  const kept = keepDrillKey(inputFor({ holder, replica, empty, other }), SINCE);
  const look = () => (holder.sent.length >= 2 ? seen(true) : missing("two renewals"));
  await waitFor("renewals", look, { withinMs: 5_000, everyMs: 1 });
  await kept.end((door) => door.call(["SET", "last", "word"]));
  expect(holder.sent[0]).toMatch(/^SET baton:main:drill \{.*"until":"[^"]+"\} XX PX 60000$/);
  expect(holder.sent.slice(-2)).toEqual(["SET last word", "DEL baton:main:drill"]);
  expect([replica.sent, empty.sent, other.sent]).toEqual([[], [], []]);
});
