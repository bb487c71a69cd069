// RED010 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { red010 } from "./red010.ts";

const primary = { flags: "s_down,o_down,master", "s-down-time": "900" };
const old = { "role-reported": "master" };

testRule(red010, {
  finds: [
    {
      about: "a node that returned after two failures",
      live: clusterWith({
        sentinels: { 1: { primary, replicas: { 2: old, 3: { flags: "s_down,slave" } } } },
      }),
      at: ["10.0.0.1:26379:0"],
      says: "10.0.0.2:6379, a primary of earlier",
    },
  ],
  passes: [
    {
      about: "a node that is being promoted at this moment",
      live: clusterWith({
        everySentinel: {
          primary: { ...primary, flags: "s_down,o_down,master,failover_in_progress" },
          replicas: { 2: { ...old, flags: "slave,promoted" }, 3: "unknown" },
        },
      }),
    },
    {
      about: "one with a good replica beside it",
      live: clusterWith({ everySentinel: { primary, replicas: { 2: old } } }),
    },
    {
      about: "one that returns while the primary is up",
      live: clusterWith({ everySentinel: { replicas: { 2: old } } }),
    },
  ],
});
