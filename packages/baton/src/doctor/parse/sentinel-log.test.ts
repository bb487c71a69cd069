// Logs of Sentinels as they are, and whatever else a file of that name may hold.
import fc from "fast-check";
import { expect, test } from "vitest";
import { factsFrom } from "../join.ts";
import { kindOf } from "../recognise.ts";
import { parseSentinelLog } from "./sentinel-log.ts";

const LOG = `812:X 21 Nov 2026 17:04:30.001 # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
812:X 21 Nov 2026 17:04:30.004 * Running mode=sentinel, port=26379.
812:X 21 Nov 2026 17:04:30.010 # Sentinel ID is 6efa8fa365a00e2750d8531ecf8decd5cc7bae01
812:X 21 Nov 2026 17:04:30.010 # +monitor master main 10.0.0.1 6379 quorum 2
812:X 21 Nov 2026 17:04:41.123 # +sdown master main 10.0.0.1 6379
812:X 21 Nov 2026 17:04:41.200 # +new-epoch 4
812:X 21 Nov 2026 17:04:42.000 # Next failover delay: I will not start a failover before Sat Nov 21 2026
812:X 21 Nov 2026 17:04:43.302 # +switch-master main 10.0.0.1 6379 10.0.0.2 6379
812:X 21 Nov 2026 17:05:20.000 # +tilt #tilt mode entered
`;

test("takes events with their time and place, and passes over what else is said", () => {
  const { name, isLive, events } = parseSentinelLog({ path: "h1/sentinel.log", text: LOG });
  expect([name, isLive]).toEqual(["h1/sentinel.log", false]);
  expect(events.map((event) => [event.place.line, event.place.column, event.name, event.text])).toEqual([
    [4, 34, "+monitor", "master main 10.0.0.1 6379 quorum 2"],
    [5, 34, "+sdown", "master main 10.0.0.1 6379"],
    [6, 34, "+new-epoch", "4"],
    [8, 34, "+switch-master", "main 10.0.0.1 6379 10.0.0.2 6379"],
    [9, 34, "+tilt", "#tilt mode entered"],
  ]);
  expect(new Date(events[1]?.atMs ?? 0).toISOString()).toBe("2026-11-21T17:04:41.123Z");
});

test("takes what a collector of logs has put its own words before, and lines that end in CR LF", () => {
  const line =
    "1:X 01 Dec 2026 07:04:41.123 * +slave slave 10.0.0.2:6379 10.0.0.2 6379 @ main 10.0.0.1 6379";
  const text = `Dec  1 07:04:41 h1 redis-sentinel[1]: ${line}\r\nsentinel-0  | ${line}`;
  const { events } = parseSentinelLog({ path: "all.log", text });
  const replica = "slave 10.0.0.2:6379 10.0.0.2 6379 @ main 10.0.0.1 6379";
  expect(events.map((event) => [event.place.column, event.text])).toEqual([
    [70, replica],
    [46, replica],
  ]);
});

test.each([
  ["no month", "812:X 21 Foo 2026 17:04:41.123 # +sdown master main 10.0.0.1 6379"],
  ["no day", "812:X 42 Nov 2026 17:04:41.123 # +sdown master main 10.0.0.1 6379"],
  ["no hour", "812:X 21 Nov 2026 27:04:41.123 # +sdown master main 10.0.0.1 6379"],
  ["another role", "812:M 21 Nov 2026 17:04:41.123 # +sdown master main 10.0.0.1 6379"],
  ["no event", "812:X 21 Nov 2026 17:04:41.123 # -- master main 10.0.0.1 6379"],
])("passes over a line with %s", (_about, text) => {
  expect(parseSentinelLog({ path: "a.log", text }).events).toEqual([]);
});

test.each([
  ["h1/sentinel.log", LOG, "sentinel-log"],
  ["sentinel.log.1", LOG, "sentinel-log"],
  ["redis.log", LOG.replaceAll(":X ", ":M "), undefined],
  ["install.log", "sentinel monitor main 10.0.0.1 6379 2\n", undefined],
  ["sentinel.log.gz", LOG, undefined],
])("knows %s by its name and by what it says", (path, text, kind) => {
  expect(kindOf({ path, text })).toBe(kind);
});

test("keeps the newest of too many events", () => {
  const text = Array.from({ length: 10_001 }, () => "812:X 21 Nov 2026 17:04:41.123 # +new-epoch 4");
  const { events } = parseSentinelLog({ path: "a.log", text: text.join("\n") });
  expect([events.length, events[0]?.place.line]).toEqual([10_000, 2]);
});

test("counts a log once, whatever copies of it there are", () => {
  const files = [
    { path: "backup/sentinel.log", text: LOG.split("\n").slice(0, 6).join("\n") },
    { path: "h1/sentinel.log", text: LOG },
    { path: "h1/copy.log", text: LOG },
    { path: "h2/sentinel.log", text: LOG.replaceAll(".123 #", ".124 #").replaceAll("17:0", "18:0") },
    { path: "h3/sentinel.log", text: LOG.split("\n").slice(0, 3).join("\n") },
  ];
  const names = factsFrom({ files }).heard.map(({ name }) => name);
  expect(names).toEqual(["h1/sentinel.log", "h2/sentinel.log", "h3/sentinel.log"]);
});

test("comes back, whatever stands in the file, with places that are in it", () => {
  const piece = fc.oneof(
    fc.constantFrom(...LOG.split("\n"), "\n", ":X ", "812:X 21 Nov 2026 ", " # +", "\r", "\0", " - "),
    fc.string({ unit: "binary", maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, hasLines) => {
      const text = pieces.join(hasLines ? "\n" : "");
      const lines = text.split("\n");
      for (const { place, name, atMs } of parseSentinelLog({ path: "a.log", text }).events) {
        expect(lines[place.line - 1]?.slice(place.column - 1).startsWith(name)).toBe(true);
        expect(Number.isFinite(atMs)).toBe(true);
      }
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ["one endless line", ":X 21 Nov 2026 ".repeat(130_000)],
  ["one endless event", `812:X 21 Nov 2026 17:04:41.123 # +${"a-".repeat(1_000_000)}`],
  ["numbers and blanks", `${"1234567890 ".repeat(16)}:X \n`.repeat(11_000)],
])("takes time in proportion to the text: %s", (_about, text) => {
  const startedMs = performance.now();
  parseSentinelLog({ path: "a.log", text });
  kindOf({ path: "a.log", text });
  // Some tens of milliseconds; a hundred times that where time is quadratic.
  expect(performance.now() - startedMs).toBeLessThan(3_000);
});
