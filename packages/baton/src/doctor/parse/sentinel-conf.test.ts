import { expect, test } from "vitest";
import { parseSentinelConf } from "./sentinel-conf.ts";
import { shelfOf } from "./shelf.ts";

const parse = (text: string) => parseSentinelConf({ path: "sentinel.conf", text }, shelfOf([]));

test("gives each group its options in any order, and the Sentinel what belongs to no group", () => {
  const config = parse(
    "port 26380\nsentinel auth-pass main secret\nSentinel Monitor main 10.0.0.1 6379 2\n" +
      "sentinel myid abc\n" +
      "sentinel down-after-milliseconds main 1000\nsentinel down-after-milliseconds main 2000\n" +
      "sentinel announce-ip 10.0.0.9\n",
  );
  const [monitor] = config.monitors;
  expect(monitor).toMatchObject({ name: { text: "main" }, quorum: { text: "2" }, place: { line: 3 } });
  const options = [...(monitor?.options ?? [])].map(([name, lines]) => [
    name,
    lines.map(({ words }) => words.map(({ text }) => text)),
  ]);
  expect(options).toEqual([
    ["auth-pass", [["secret"]]],
    ["down-after-milliseconds", [["1000"], ["2000"]]],
  ]);
  expect(config.directives.map(({ name }) => name)).toEqual([
    "port",
    "sentinel myid",
    "sentinel announce-ip",
  ]);
  expect(config.orphans).toEqual([]);
  expect(config.lines.map(({ name }) => name)).toHaveLength(7);
});

test("keeps lines about a group that nobody monitors apart, with the group as their first word", () => {
  const { orphans } = parse("sentinel monitor main 10.0.0.1 6379 2\nsentinel auth-pass mian x\n");
  expect(
    orphans.map(({ name, words, nameWord }) => [name, words[0]?.text, nameWord.place.column]),
  ).toEqual([["sentinel auth-pass", "mian", 10]]);
});

test("reports a group twice, and a monitor line that lacks words", () => {
  const { malformed, monitors } = parse(
    "sentinel monitor main 10.0.0.1 6379 2\nsentinel monitor main 10.0.0.2 6379 2\n" +
      "sentinel monitor other 10.0.0.1\n",
  );
  expect(monitors.map(({ address }) => address.text)).toEqual(["10.0.0.1"]);
  expect(malformed.map(({ place, message }) => [place.line, message])).toEqual([
    [2, "monitors main a second time"],
    [3, "needs a name, an address, a port and a quorum"],
  ]);
});

test("keeps what stands behind a monitor line, as the server would refuse it", () => {
  const { lines, monitors } = parse("sentinel monitor main 10.0.0.1 6379 2 # two of three\n");
  expect(monitors).toHaveLength(1);
  expect(lines[0]?.words.map(({ text }) => text).slice(4)).toEqual(["#", "two", "of", "three"]);
});

test("says of a monitor that options may stand in a gap", () => {
  expect(parse("sentinel monitor main 10.0.0.1 6379 2\n{{ more }}\n").monitors[0]?.hasGaps).toBe(true);
  expect(parse("sentinel monitor main 10.0.0.1 6379 2\n").monitors[0]).not.toHaveProperty("hasGaps");
});
