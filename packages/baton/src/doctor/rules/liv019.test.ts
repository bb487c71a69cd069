// LIV019 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv019 } from "./liv019.ts";

const script = (fields: Readonly<Record<string, string>>) =>
  clusterWith({ sentinels: { 1: { scripts: [new Map(Object.entries(fields))] } } });

testRule(liv019, {
  finds: [
    {
      about: "a script that failed once and waits for its second try",
      live: script({ flags: "scheduled", pid: "0", "run-delay": "26191", "retry-num": "1" }),
      says: "1 script failed",
    },
    {
      about: "a script on its second try",
      live: script({ flags: "scheduled", pid: "0", "run-delay": "25000", "retry-num": "2" }),
      at: ["10.0.0.1:26379:0"],
      says: "1 script failed",
    },
    {
      about: "a script that hangs",
      live: script({ flags: "running", pid: "77", "run-time": "41000", "retry-num": "1" }),
      says: "running for 41 s",
    },
  ],
  passes: [
    {
      about: "one that waits for its first try",
      live: script({ flags: "scheduled", pid: "0", "run-delay": "0", "retry-num": "0" }),
    },
    { about: "no script at all", live: clusterWith() },
    {
      about: "one that has just begun",
      live: script({ flags: "running", pid: "77", "run-time": "90", "retry-num": "1" }),
    },
  ],
});
