// The screen of `baton top`: goldens at several sizes, keys, a thousand groups, names that mean harm.
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { Key } from "../../sys/keys.ts";
import { clean, widthOf } from "../cells.ts";
import type { ShownGroup } from "../shown.ts";
import { expectScreen } from "./golden.fixture.ts";
import { ago, dead, group, node, ofAgent, quiet, sentinel, status } from "./look.fixture.ts";
import { topBegin, type TopState } from "./top-state.ts";
import { topView } from "./top-view.ts";
import type { Moment, ViewEvent } from "./view.ts";

const view = topView({ colour: false, hasKeys: true });
const SIZES = [
  [79, 24],
  [119, 40],
  [39, 15],
] as const;
const moment = (columns = 79, rows = 24, nowMs = 0): Moment => ({ nowMs, columns, rows });

const lagging = ofAgent("shop-search", {
  problems: [
    {
      code: "replica-not-in-sync",
      severity: "warning",
      message: "the replica h3 follows 10.0.0.12:6379, link sync",
    },
    {
      code: "sentinel-tilt",
      severity: "warning",
      message: "the Sentinel on h2 is in TILT: it watches, and does nothing",
    },
  ],
  nodes: [node(1), node(2, { lagBytes: 48_200_000 }), node(3, { link: "sync", lagBytes: null })],
  sentinels: [sentinel(1), sentinel(2, { tilt: true }), sentinel(3)],
});
const moving = ofAgent("queue-10", {
  problems: [{ code: "switchover-running", severity: "info", message: "h1 hands over to h2" }],
  route: { kind: "primary", host: "h2", address: "10.0.0.12", port: 6379, epoch: 8, confirmed: false },
  routeSince: ago(200),
});
const world = [
  ofAgent("queue-9"),
  ofAgent("火鍋"),
  group("evil\u001b[2J\u001b]0;x\u0007\r\n\u202e", { targets: [] }),
  moving,
  quiet("cart"),
  lagging,
  dead("sessions"),
  ofAgent("a-name-as-long-as-any-that-a-cluster-file-takes"),
];

const seen = (groups: readonly ShownGroup[]): ViewEvent => ({ kind: "seen", status: status(...groups) });
const text = (one: string): ViewEvent => ({ kind: "key", key: { kind: "text", text: one } });
const named = (name: Extract<Key, { kind: "named" }>["name"]): ViewEvent => ({
  kind: "key",
  key: { kind: "named", name },
});
const play = (size: Moment, ...events: readonly ViewEvent[]): TopState =>
  events.reduce((state, event) => view.reduce(state, event, size), topBegin);
const typed = (word: string) => Array.from(word, (one) => text(one));
const many = Array.from({ length: 1_000 }, (_, index) =>
  index === 777 ? dead(`group-${index}`) : ofAgent(`group-${index}`),
);
/** The name in a row: the word after the severity. */
const namesIn = (lines: readonly string[]) =>
  lines
    .slice(3, -1)
    .map((line) => stripVTControlCharacters(line).trim().split(/\s+/)[line.includes(">") ? 2 : 1]);

describe("the table", () => {
  test.each(SIZES)("fits into %i x %i, the worst group first", (columns, rows) => {
    const size = moment(columns, rows);
    const lines = view.lines(play(size, seen(world)), size);
    expectScreen(`top-${columns + 1}x${rows}.txt`, lines, columns);
  });

  test("shows every column where there is room for all", () => {
    const size = moment(159, 12);
    const short = world.filter(({ name }) => /^[a-z0-9-]{1,20}$/.test(name));
    expectScreen("top-wide-160x12.txt", view.lines(play(size, seen(short)), size), 159);
  });

  test.each([...SIZES, [8, 3], [1, 1], [200, 60]] as const)(
    "never writes past %i x %i",
    (columns, rows) => {
      const size = moment(columns, rows);
      for (const groups of [world, [], many]) {
        const lines = view.lines(play(size, seen(groups)), size);
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) {
          const bare = stripVTControlCharacters(line);
          expect(bare).toBe(clean(bare));
          expect(widthOf(bare)).toBeLessThanOrEqual(columns);
        }
      }
    },
  );

  test("is by name within a severity, numbers by their value", () => {
    const groups = ["b10", "b9", "a1"].map((name) => ofAgent(name));
    expect(namesIn(view.lines(play(moment(), seen(groups)), moment()))).toEqual(["a1", "b9", "b10"]);
  });

  test("leaves out columns that say nothing: what only agents know, targets where there are none", () => {
    const [, , head] = view.lines(play(moment(), seen([group("main")])), moment(119));
    expect(head?.trim()).toBe("group  writes to  address         epoch  heard  repl  lag");
  });

  test("a group without a route is an error even when no problem is named", () => {
    const lost = group("main", {
      route: { kind: "none", reason: "the agent has not looked yet" },
      nodes: [],
      sentinels: [],
    });
    const [, , , line] = view.lines(play(moment(), seen([ofAgent("a"), lost])), moment());
    expect(stripVTControlCharacters(line ?? "")).toMatch(
      /^> error {4}main {3}no route.* the agent has not looked yet/,
    );
  });

  test("what has changed is in reverse; in a row that is chosen the whole row is", () => {
    const moved = ofAgent("b", {
      route: {
        kind: "primary",
        host: "h2",
        address: "10.0.0.12",
        port: 6379,
        epoch: 8,
        confirmed: true,
      },
    });
    const begun = play(moment(), seen([ofAgent("a"), ofAgent("b")]));
    const next = view.reduce(begun, seen([ofAgent("a"), moved]), moment(79, 24, 1_000));
    const [, , , chosen, changed] = view.lines(next, moment(79, 24, 1_000));
    expect(chosen?.startsWith("\u001b[7m> fine ")).toBe(true);
    expect(chosen?.endsWith("\u001b[27m")).toBe(true);
    expect(changed).toContain("\u001b[7mh2\u001b[27m");
    expect(view.lines(next, moment(79, 24, 6_001))[4]).not.toContain("\u001b");
  });
});

describe("a thousand groups", () => {
  test("the one that is broken stands first, and the rest is counted", () => {
    const lines = view.lines(play(moment(), seen(many)), moment());
    expect(lines[0]).toBe("baton top  1000 groups: 1 error, 999 fine");
    expect(namesIn(lines)[0]).toBe("group-777");
    expect(lines.at(-1)).toContain("rows 1 to 20 of 1000, 980 more");
  });

  test("draws the same lines again when nothing has changed: nothing is to be written", () => {
    const begun = play(moment(), seen(many));
    const again = view.reduce(begun, seen(many), moment(79, 24, 1_000));
    expect(view.lines(again, moment(79, 24, 1_000))).toEqual(view.lines(begun, moment()));
  });
});

describe("keys", () => {
  const size = moment(79, 15);
  const chosen = (state: TopState) => state.shown[state.at]?.name;

  test("a chosen row stays chosen when others come before it", () => {
    const groups = Array.from({ length: 40 }, (_, index) => ofAgent(`g${index}`));
    const down = play(size, seen(groups), text("j"), named("down"), named("pagedown"));
    expect(chosen(down)).toBe("g13");
    const worse = view.reduce(down, seen([...groups, dead("z")]), size);
    expect([chosen(worse), worse.at]).toEqual(["g13", 14]);
    const bare = view.lines(worse, size).map(stripVTControlCharacters);
    expect(bare.some((line) => line.includes("> fine     g13"))).toBe(true);
    expect(chosen(view.reduce(worse, text("G"), size))).toBe("g39");
    expect(chosen(view.reduce(worse, named("home"), size))).toBe("z");
  });

  test("until a key has chosen one, the first row is the worst", () => {
    const calm = play(size, seen([ofAgent("a"), ofAgent("b")]));
    expect(chosen(view.reduce(calm, seen([ofAgent("a"), dead("b")]), size))).toBe("b");
  });

  test("Enter shows one group whole, with news only from then on; Escape goes back to the same row", () => {
    const page = play(size, seen(world), text("j"), named("enter"));
    expectScreen("top-group-80x15.txt", view.lines(page, size), 79);
    const wider = view.reduce(page, seen(world), moment(119, 15, 1_000));
    expect(view.lines(wider, moment(119, 15, 1_000)).join("")).not.toContain("\u001b");
    const back = view.reduce(page, named("escape"), size);
    expect([back.mode.kind, chosen(back)]).toEqual(["table", "cart"]);
    const gone = view.reduce(page, seen([ofAgent("other")]), size);
    expect(view.lines(gone, size)[3]).toBe("nothing is known of group cart any more");
  });

  test("/ filters while it is typed, by every word; Enter keeps it, Escape drops it", () => {
    const typing = play(size, seen(world), text("/"), ...typed("tilt warn"));
    expect(typing.shown.map(({ name }) => name)).toEqual(["shop-search"]);
    expectScreen("top-filter-80x15.txt", view.lines(typing, size), 79);
    const kept = view.reduce(typing, named("enter"), size);
    expect([kept.mode.kind, kept.filter]).toEqual(["table", "tilt warn"]);
    expect(view.reduce(kept, named("escape"), size).shown).toHaveLength(world.length);
    const other = [text("/"), ...typed("zz"), named("escape")].reduce<TopState>(
      (state, event) => view.reduce(state, event, size),
      kept,
    );
    expect(other.filter).toBe("tilt warn");
    const fewer = view.reduce(typing, named("backspace"), size);
    expect(fewer.filter).toBe("tilt war");
  });

  test("a q that is typed into the filter does not end it, Ctrl-C does", () => {
    const typing = play(size, seen(world), text("/"), text("q"));
    expect([view.isOver(typing), typing.filter]).toEqual([false, "q"]);
    expect(view.isOver(view.reduce(typing, named("interrupt"), size))).toBe(true);
  });

  test("a filter has an end, and one that nothing fits is said", () => {
    const typing = play(size, seen(world), text("/"), ...typed("x".repeat(100)));
    expect(typing.filter).toHaveLength(60);
    const none = view.reduce(typing, named("enter"), size);
    expect(view.lines(none, size).at(-1)).toContain("no group has these words");
    expect(view.reduce(none, named("enter"), size).mode.kind).toBe("table");
  });

  test("? explains keys and columns, and fits or scrolls", () => {
    const help = play(size, seen(world), text("?"));
    expectScreen("top-help-80x24.txt", view.lines(help, moment()), 79);
    expect(view.lines(help, size).at(-1)).toMatch(/^lines 1 to 11 of \d+, \d+ more/);
    expect(view.reduce(help, text("?"), size).mode.kind).toBe("table");
    expect(view.isOver(view.reduce(help, text("q"), size))).toBe(true);
  });
});
