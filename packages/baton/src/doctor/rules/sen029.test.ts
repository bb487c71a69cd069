import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen029 } from "./sen029.ts";

testRule(sen029, {
  finds: [
    {
      about: "a unit, of which Sentinel reads the number alone",
      files: sentinelFiles({ count: 1, lines: ["sentinel down-after-milliseconds main 5s"] }),
      says: 'is "5s", which Sentinel reads as 5; expected 5000',
      severity: "error",
    },
    {
      about: "one that is too short for a TILT that was made longer",
      live: clusterWith({ sentinels: { 1: { timers: { "tilt-period": "60000" } } } }),
      at: ["10.0.0.1:26379:0"],
      says: "is 5000; expected more than 6000",
    },
    {
      about: "a second or more as a warning",
      files: sentinelFiles({ count: 1, lines: ["sentinel down-after-milliseconds main 3000"] }),
      severity: "warning",
      says: "is 3000; expected 5000",
    },
    {
      about: "less than a second as an error",
      files: sentinelFiles({ count: 1, lines: ["sentinel down-after-milliseconds main 999"] }),
      severity: "error",
    },
    {
      about: "what the objective asks for as a note",
      policy: { rtoMs: 4000 },
      files: sentinelFiles({ count: 1, lines: ["sentinel down-after-milliseconds main 2800"] }),
      severity: "info",
      says: "tilt-period below 28000",
    },
    {
      about: "a running Sentinel",
      live: { sentinels: [liveSentinel({ primary: { "down-after-milliseconds": "1000" } })] },
    },
  ],
  passes: [
    {
      about: "a short one where a TILT has been made short enough",
      live: clusterWith({
        everySentinel: {
          primary: { "down-after-milliseconds": "1800" },
          timers: { "tilt-period": "9000" },
        },
      }),
    },
    {
      about: "a millisecond more than a tenth of a TILT",
      files: sentinelFiles({ lines: ["sentinel down-after-milliseconds main 3001"] }),
    },
    { about: "the default", files: sentinelFiles() },
    {
      about: "a placeholder",
      files: sentinelFiles({ lines: ["sentinel down-after-milliseconds main {{ ms }}"] }),
    },
  ],
});
