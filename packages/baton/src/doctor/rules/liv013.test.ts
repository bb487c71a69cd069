// LIV013 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv013 } from "./liv013.ts";

const client = { name: "sentinel-6efa8fa3-cmd", user: "sentinel" };

testRule(liv013, {
  finds: [
    {
      about: "a connection of Sentinel that is blocked, as a warning",
      live: clusterWith({ nodes: { 1: { sentinelClients: [{ ...client, flags: "b" }] } } }),
      at: ["10.0.0.1:6379:0"],
      severity: "warning",
    },
    {
      about: "a pause that lasts longer than down-after",
      live: clusterWith({ nodes: { 1: { info: { paused_timeout_milliseconds: "7900" } } } }),
      severity: "error",
    },
  ],
  passes: [
    {
      about: "a connection that is free, and a short pause",
      live: clusterWith({
        nodes: {
          1: {
            sentinelClients: [{ ...client, flags: "N" }],
            info: { paused_timeout_milliseconds: "900" },
          },
        },
      }),
    },
  ],
});
