// LIV007 put to the test.
import { expect, test } from "vitest";
import { heardFrom, logLine, replica } from "../events.fixture.ts";
import { factsOf, testRule } from "../rule.fixture.ts";
import { liv007 } from "./liv007.ts";

const told = (...seconds: readonly number[]) =>
  heardFrom(2, ...seconds.map((second) => `${String(second)} +convert-to-slave ${replica(1)}`));

testRule(liv007, {
  finds: [
    {
      about: "an order that is heard twice",
      live: { heard: [told(3, 13.2)] },
      at: ["10.0.0.2:26379:0"],
      says: /^The Sentinel 10\.0\.0\.2:26379 told "10\.0\.0\.1:6379" 2 times within 10 s to follow the pri/,
    },
    {
      about: "a minute between two orders",
      live: { heard: [told(0, 60)] },
    },
    {
      about: "every node by itself, and the longest run of each",
      live: {
        heard: [
          heardFrom(
            3,
            `1 +fix-slave-config ${replica(1)}`,
            `2 +fix-slave-config ${replica(2)}`,
            `11 +fix-slave-config ${replica(1)}`,
            `200 +fix-slave-config ${replica(1)}`,
            `210 +fix-slave-config ${replica(1)}`,
            `220 +fix-slave-config ${replica(1)}`,
          ),
        ],
      },
      at: ["10.0.0.3:26379:0"],
      says: "3 times within 20 s",
    },
    {
      about: "the line of the last order in a log",
      files: {
        "a/sentinel.log": [
          "655:X 21 Nov 2026 17:00:00.000 # Sentinel ID is 6efa8fa365a00e2750d8531ecf8decd5cc7bae01",
          logLine("04:41.000", `+convert-to-slave ${replica(1)}`),
          logLine("04:42.000", "-sdown master main 10.0.0.1 6379"),
          logLine("04:51.000", `+convert-to-slave ${replica(1)}`),
        ].join("\n"),
      },
      at: ["a/sentinel.log:4"],
      says: "This Sentinel told",
    },
  ],
  passes: [
    { about: "orders more than a minute apart", live: { heard: [told(0, 60.001)] } },
    {
      about: "one order of each Sentinel",
      live: {
        heard: [
          heardFrom(1, `5 +convert-to-slave ${replica(1)}`),
          heardFrom(2, `6 +convert-to-slave ${replica(1)}`),
          heardFrom(3, `7 +convert-to-slave ${replica(1)}`),
        ],
      },
    },
    {
      about: "orders of two kinds, to two nodes",
      live: {
        heard: [
          heardFrom(
            1,
            `1 +convert-to-slave ${replica(1)}`,
            `2 +fix-slave-config ${replica(1)}`,
            `3 +convert-to-slave ${replica(3)}`,
          ),
        ],
      },
    },
    {
      about: "a node that has obeyed, or was restarted, between two orders",
      live: {
        heard: [
          heardFrom(
            1,
            `1 +convert-to-slave ${replica(1)}`,
            `4 +role-change ${replica(1)} new reported role is slave`,
            `9 +convert-to-slave ${replica(1)}`,
            `15 +reboot ${replica(1)}`,
            `24 +convert-to-slave ${replica(1)}`,
          ),
        ],
      },
    },
    { about: "a clock that is set back between two orders", live: { heard: [told(3_600, 10)] } },
    {
      about: "orders that name nobody",
      live: { heard: [heardFrom(1, "1 +convert-to-slave", "2 +convert-to-slave")] },
    },
  ],
});

test("says what it needs where there are Sentinels, and nobody listened to them", () => {
  const files = { "sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n" };
  const [need, ...more] = [...liv007.check(factsOf({ files }))];
  expect([need, more]).toEqual([{ needs: expect.stringContaining("--watch 60s") as string }, []]);
  expect([...liv007.check(factsOf({}))]).toEqual([]);
});
