// RED028 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { red028 } from "./red028.ts";

testRule(red028, {
  finds: [
    {
      about: "a full disk",
      live: clusterWith({ nodes: { 1: { info: { aof_last_write_status: "err" } } } }),
      at: ["10.0.0.1:6379:0"],
    },
  ],
  passes: [
    { about: "a file that is written", live: clusterWith() },
    {
      about: "a file that is not used any more",
      live: clusterWith({ nodes: { 1: { info: { aof_last_write_status: "err", aof_enabled: "0" } } } }),
    },
  ],
});
