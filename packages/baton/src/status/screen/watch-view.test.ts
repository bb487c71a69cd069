// The screen of `baton status --watch`, at several sizes and through good and bad looks.
import { describe, expect, test } from "vitest";
import type { Key } from "../../sys/keys.ts";
import type { ShownGroup } from "../shown.ts";
import { dead, group, node, ofAgent, quiet, status } from "./look.fixture.ts";
import { expectScreen } from "./golden.fixture.ts";
import type { Moment, ViewEvent } from "./view.ts";
import { watchBegin, type WatchState, watchView } from "./watch-view.ts";

const view = watchView({ colour: false, hasKeys: true });
const moment = (nowMs: number, columns = 79, rows = 24): Moment => ({ nowMs, columns, rows });

/** Events with their times, in ms. */
function after(events: readonly (readonly [number, ViewEvent])[], size = moment(0)): WatchState {
  return events.reduce(
    (state, [nowMs, event]) => view.reduce(state, event, { ...size, nowMs }),
    watchBegin,
  );
}
const seen = (...groups: readonly ShownGroup[]): ViewEvent => ({
  kind: "seen",
  status: status(...groups),
});
const seenAt = (at: string, ...groups: readonly ShownGroup[]): ViewEvent => ({
  kind: "seen",
  status: { ...status(...groups), at },
});
const pressed = (text: string): ViewEvent => ({ kind: "key", key: { kind: "text", text } });
const named = (name: Extract<Key, { kind: "named" }>["name"]): ViewEvent => ({
  kind: "key",
  key: { kind: "named", name },
});
const top = (state: WatchState, nowMs: number) => view.lines(state, moment(nowMs, 200))[0];

describe("the screen of a watch", () => {
  test.each([
    [79, 24],
    [119, 40],
    [39, 15],
  ])("fits into %i x %i", (columns, rows) => {
    const size = moment(0, columns, rows);
    const lines = view.lines(
      after([[0, seen(ofAgent("main"), dead("sessions"), quiet("cart"))]], size),
      size,
    );
    expect(lines.length).toBeLessThanOrEqual(rows);
    expectScreen(`watch-${columns + 1}x${rows}.txt`, lines, columns);
  });

  test("scrolls by keys to its end and not beyond, and q or Ctrl-C ends it", () => {
    const size = moment(0, 39, 15);
    const begun = after([[0, seen(ofAgent("main"), dead("sessions"))]], size);
    const last = (state: WatchState) => view.lines(state, size).at(-1);
    expect(last(begun)).toMatch(/^lines 1 to \d+ of \d+, \d+ more/);
    const end = view.reduce(begun, pressed("G"), size);
    expect(last(end)).toMatch(/^lines \d+ to (\d+) of \1( |$)/);
    expect(view.reduce(end, named("down"), size).from).toBe(end.from);
    expect(view.reduce(end, named("pageup"), size).from).toBeLessThan(end.from - 3);
    expect(view.reduce(begun, pressed("k"), size).from).toBe(0);
    expect(view.isOver(begun)).toBe(false);
    expect(view.isOver(view.reduce(begun, pressed("q"), size))).toBe(true);
    expect(view.isOver(view.reduce(begun, named("interrupt"), size))).toBe(true);
  });

  test("a window that became smaller shows less, and one of a single row does not fail", () => {
    const state = after([[0, seen(ofAgent("main"))]], moment(0, 79, 40));
    for (const rows of [1, 2, 3, 7]) expect(view.lines(state, moment(0, 20, rows))).toHaveLength(rows);
  });

  test("offers no key where there is none", () => {
    const deaf = watchView({ colour: false, hasKeys: false });
    expect(deaf.lines(after([[0, seen(group("main"))]]), moment(0)).at(-1)).toMatch(/Ctrl-C ends$/);
  });
});

describe("how old what is seen is", () => {
  test("nothing is claimed before the first look is over", () => {
    expect(top(after([[0, { kind: "looking" }]]), 500)).toBe("looking ...");
    expect(top(after([[0, { kind: "looking" }]]), 4_000)).toBe(
      "looking; the present look has taken 4 s so far",
    );
    const failed: ViewEvent = { kind: "failed", reason: "no agent answers" };
    expect(top(after([[100, failed]]), 12_100)).toBe("nothing seen yet, for 12 s: no agent answers");
  });

  test("a fresh look says who looked and when", () => {
    expect(top(after([[0, seen(group("main"))]]), 900)).toBe("seen by the agent on h2 at 11:02:07 UTC");
    const own: ViewEvent = { kind: "seen", status: { ...status(group("main")), observedBy: "command" } };
    expect(top(after([[0, own]]), 900)).toBe("seen by this command at 11:02:07 UTC");
  });

  test("a failed look ends nothing: the old one stays, dim, with its age and the reason", () => {
    const colours = watchView({ colour: true, hasKeys: true });
    const state = after([
      [0, seen(group("main"))],
      [1_000, { kind: "failed", reason: "connect ECONNREFUSED" }],
    ]);
    expect(top(state, 5_000)).toBe(
      "OLD: seen by the agent on h2 at 11:02:07 UTC, 5 s ago; since then: connect ECONNREFUSED",
    );
    expect(colours.lines(state, moment(5_000))[1]?.startsWith("\u001b[2mmain  writes go to h1")).toBe(
      true,
    );
    const cured = view.reduce(state, seenAt("2026-11-22T11:02:13.000Z", group("main")), moment(6_000));
    expect(top(cured, 6_000)).toBe("seen by the agent on h2 at 11:02:13 UTC");
    expect(colours.lines(cured, moment(6_000))[1]?.startsWith("\u001b[1mmain")).toBe(true);
  });

  test("a look that takes long is said while it lasts", () => {
    const state = after([
      [0, seen(group("main"))],
      [1_000, { kind: "looking" }],
    ]);
    expect(top(state, 4_500)).toContain("4 s ago; the present look has taken 3 s so far");
  });

  test("an agent that answers and looks no more grows old, too", () => {
    const same = [0, 1_000, 2_000, 3_000, 4_000].map((ms) => [ms, seen(group("main"))] as const);
    expect(top(after(same), 4_000)).toMatch(/^OLD: .*4 s ago; nothing newer since$/);
  });
});

describe("what has changed", () => {
  const reverse = (text: string) => `\u001b[7m${text}\u001b[27m`;
  const moved = group("main", {
    route: { kind: "primary", host: "h2", address: "10.0.0.12", port: 6379, epoch: 8, confirmed: true },
    nodes: [node(1, { role: "unknown", reason: "connect ECONNREFUSED" }), node(2), node(3)],
  });

  test("is in reverse for five seconds, and what only has another age or lag is not", () => {
    const later = group("main", {
      nodes: [node(1), node(2, { lagBytes: 9 }), node(3, { lagBytes: 9 })],
    });
    const state = after([
      [0, seen(group("main"))],
      [1_000, seenAt("2026-11-22T11:02:08.000Z", later)],
    ]);
    expect(view.lines(state, moment(1_000)).join("\n")).not.toContain("\u001b");
    const next = view.reduce(state, seenAt("2026-11-22T11:02:09.000Z", moved), moment(2_000));
    const lines = view.lines(next, moment(2_000));
    expect(lines[1]).toBe(`main  writes go to ${reverse("h2")} 10.0.0.12:6379, epoch ${reverse("8")}`);
    expect(lines[3]).toContain(reverse("unknown"));
    const calm = view.reduce(next, seenAt("2026-11-22T11:02:16.000Z", moved), moment(7_500));
    expect(view.lines(calm, moment(7_500)).join("\n")).not.toContain("\u001b");
  });
});
