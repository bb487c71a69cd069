// The text of `baton status` as a person reads it, of a command's look and of an agent's.
import { describe, expect, test } from "vitest";
import {
  AT,
  ago,
  dead,
  drillNote,
  group,
  node,
  ofAgent,
  quiet,
  sentinel,
  status,
} from "./screen/look.fixture.ts";
import { expectScreen } from "./screen/golden.fixture.ts";
import type { ShownGroup } from "./shown.ts";
import { statusLines } from "./text.ts";

const linesOf = (...groups: readonly ShownGroup[]) => statusLines(status(...groups), { colour: false });
const lineWith = (word: string, ...groups: readonly ShownGroup[]) =>
  linesOf(...groups).find((line) => line.includes(word));

describe("the status of a group", () => {
  test("has no word of what only an agent knows, when a command looked by itself", () => {
    expectScreen("status-command.txt", linesOf(group("main")), 100);
  });

  test("of an agent: since when, what it decided, how the last drill went", () => {
    expectScreen("status-agent.txt", linesOf(ofAgent("main"), dead("sessions"), quiet("cart")), 100);
  });

  test("has colours by what they mean", () => {
    const [head] = statusLines(status(ofAgent("main")), { colour: true });
    expect(head).toBe(
      "\u001b[1mmain\u001b[22m  writes go to \u001b[32mh1\u001b[39m 10.0.0.11:6379, epoch 7, for 3 h 12 min",
    );
  });
});

describe("words that could be misread", () => {
  test("a lag that nobody knows is not a lag of some bytes", () => {
    const nodes = [node(1), node(2, { lagBytes: null })];
    expect(lineWith("h2  ", group("main", { nodes }))).toMatch(/lag unknown$/);
  });

  test("the link of a replica that has yet to connect does not read as connected", () => {
    const nodes = [node(1), node(2, { link: "connect" }), node(3, { link: "sync" })];
    const lines = linesOf(group("main", { nodes }));
    expect(lines[3]).toBe(
      "  h2  10.0.0.12:6379  zone b  replica  of 10.0.0.11:6379, not connected        lag 240 B",
    );
    expect(lines[4]).toContain("of 10.0.0.11:6379, full copy under way  lag 360 B");
    expect(linesOf(group("main"))[3]).toContain("of 10.0.0.11:6379  lag 240 B");
  });

  test("what a Sentinel says of the primary does not read as if the Sentinel itself were down", () => {
    const sentinels = [sentinel(2, { flags: ["master", "s_down", "o_down"] })];
    expect(lineWith("26379", group("main", { sentinels }))).toMatch(
      / names 10\.0\.0\.11:6379 +epoch 7 +calls it s_down, o_down$/,
    );
  });

  test("the end of a pause is said as a time to wait, once", () => {
    const lines = linesOf(quiet("cart")).filter((line) => line.includes("paused"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("; ends in 18 min, at 11:20:07 UTC  [maintenance]");
    const alone = group("cart", { pause: { until: ago(-1_080_000), by: "ops-7" } });
    expect(lineWith("paused", alone)).toBe("  paused   by ops-7, ends in 18 min, at 11:20:07 UTC");
  });

  test("a drill's verdict has its place and age; without one there is no line", () => {
    expect(lineWith("drilled", ofAgent("main"))).toBe(
      "  drilled  kill-primary on the hosts, 3 days ago: held; " +
        "writes were away for 2252 ms, the objective is 3000 ms",
    );
    const inLab = ofAgent("main", { drills: [{ ...drillNote, place: "lab", at: ago(60_000) }] });
    expect(lineWith("drilled", inLab)).toContain("kill-primary in a lab, 1 min ago: held");
    expect(lineWith("drill", ofAgent("main", { drills: [] }))).toBeUndefined();
  });
});

test("a second primary stands out, the one that writes go to does not", () => {
  const nodes = [node(1), node(2, { role: "primary", link: null, of: null, lagBytes: null })];
  const lines = statusLines(status(group("main", { nodes })), { colour: true });
  expect(lines[2]).not.toContain("\u001b");
  expect(lines[3]).toContain("\u001b[31mprimary\u001b[39m");
});

test("no name or sentence can drive the terminal", () => {
  const evil = "x\u001b[2J\u001b]0;owned\u0007\r\n\u009b31m\u202ey";
  const hostile = ofAgent(evil, {
    route: { kind: "none", reason: evil },
    problems: [{ code: evil, severity: "error", message: evil }],
    doubts: [evil],
    decision: { kind: evil, reason: evil, at: AT },
    pause: { until: AT, by: evil },
    drill: { fault: evil, by: evil, since: AT, until: AT },
    drills: [{ ...drillNote, fault: evil, sentence: evil }],
    nodes: [node(1, { id: evil, zone: evil, reason: evil }), node(2, { of: evil, link: evil })],
    sentinels: [sentinel(1, { id: evil, flags: [evil], state: "silent", epoch: null, reason: evil })],
    targets: [{ name: evil, host: evil, reach: "host", ok: false, sentence: evil }],
    confirmations: { kind: "asked", names: [evil] },
  });
  const text = statusLines(status(hostile), { colour: false }).join("");
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
