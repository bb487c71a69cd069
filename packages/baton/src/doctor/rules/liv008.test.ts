// LIV008 put to the test.
import { heardFrom, logLine, PRIMARY, replica } from "../events.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv008 } from "./liv008.ts";

const attempt = (second: number, number: number) => [
  `${String(second)} +try-failover ${PRIMARY}`,
  `${String(second)} +selected-slave ${replica(number)}`,
  `${String(second + 10)} -failover-abort-slave-timeout ${PRIMARY}`,
];

testRule(liv008, {
  finds: [
    {
      about: "attempts that come to nothing, and whom they wanted",
      live: {
        heard: [heardFrom(1, ...attempt(0, 2), ...attempt(20, 3), ...attempt(40, 2)), heardFrom(2)],
      },
      at: ["10.0.0.1:26379:0"],
      says: /^The Sentinel 10\.0\.0\.1:26379 chose "10\.0\.0\.2:6379" and "10\.0\.0\.3:6379" as .* 3 times/,
      severity: "error",
    },
    {
      about: "an attempt whose beginning nobody heard",
      live: { heard: [heardFrom(1, `1 -failover-abort-slave-timeout ${PRIMARY}`)] },
      says: 'chose a replica as the primary of "main", and gave up 1 time waiting',
    },
    {
      about: "an attempt after which another one worked, more mildly",
      live: {
        heard: [heardFrom(1, ...attempt(0, 2), "35 +switch-master main 10.0.0.1 6379 10.0.0.3 6379")],
      },
      says: "a later failover worked",
      severity: "warning",
    },
    {
      about: "an attempt in a group beside another group that was switched",
      live: {
        heard: [heardFrom(1, ...attempt(0, 2), "35 +switch-master other 10.0.0.7 6379 10.0.0.8 6379")],
      },
      severity: "error",
    },
    {
      about: "the last one of a log",
      files: {
        "logs/sentinel.log": [
          logLine("04:41.330", `+selected-slave ${replica(2)}`),
          logLine("04:51.377", `-failover-abort-slave-timeout ${PRIMARY}`),
          logLine("05:11.377", `-failover-abort-slave-timeout ${PRIMARY}`),
        ].join("\n"),
      },
      at: ["logs/sentinel.log:3"],
    },
  ],
  passes: [
    { about: "a failover that works", live: { heard: [heardFrom(1, ...attempt(0, 2).slice(0, 2))] } },
    {
      about: "other reasons to end one",
      live: { heard: [heardFrom(1, `1 -failover-abort-no-good-slave ${PRIMARY}`)] },
    },
    {
      about: "the words within another line",
      files: { "sentinel.log": logLine("04:41.330", `x -failover-abort-slave-timeout ${PRIMARY}`) },
    },
  ],
});
