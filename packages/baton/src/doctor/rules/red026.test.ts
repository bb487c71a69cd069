// RED026 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { red026 } from "./red026.ts";

const everyNode = (info: Readonly<Record<string, string>>) =>
  clusterWith({ nodes: { 1: { info }, 2: { info }, 3: { info } } });

testRule(red026, {
  finds: [
    {
      about: "a limit of nine tenths",
      live: everyNode({ maxmemory: "22748862873" }),
      says: "maxmemory is 90 %",
      severity: "warning",
    },
    {
      about: "no limit and much data",
      live: everyNode({ used_memory: "15000000000" }),
      severity: "warning",
    },
    { about: "no limit and little data, as a remark", live: clusterWith(), severity: "info" },
  ],
  passes: [{ about: "a limit of two thirds", live: everyNode({ maxmemory: "16000000000" }) }],
});
