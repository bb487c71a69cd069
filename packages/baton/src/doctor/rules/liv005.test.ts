// LIV005 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv005 } from "./liv005.ts";

const down = { master_link_status: "down", master_link_down_since_seconds: "75" };

testRule(liv005, {
  finds: [
    {
      about: "a link that is down",
      live: clusterWith({ nodes: { 2: { info: down } } }),
      at: ["10.0.0.2:6379:0"],
      says: "for 75 s",
    },
    {
      about: "a link that was never up",
      live: clusterWith({ nodes: { 2: { info: { ...down, master_link_down_since_seconds: "-1" } } } }),
      says: "since it was started",
    },
    {
      about: "a synchronisation that runs, as a warning",
      live: clusterWith({ nodes: { 2: { info: { ...down, master_sync_in_progress: "1" } } } }),
      severity: "warning",
    },
    {
      about: "a replica that only Sentinels do not reach",
      live: clusterWith({
        sentinels: { 1: { replicas: { 3: { flags: "s_down,slave,disconnected" } } } },
      }),
      at: ["10.0.0.3:6379:0"],
      says: "It answers here",
    },
    {
      about: "a replica that nobody reaches",
      live: clusterWith({
        nodes: { 3: { silence: "connect ECONNREFUSED" } },
        everySentinel: { replicas: { 3: { flags: "s_down,slave", "s-down-time": "40000" } } },
      }),
      says: "down for 40 s",
    },
  ],
  passes: [
    { about: "two replicas that follow", live: clusterWith() },
    {
      about: "a replica that has been gone for a day, which SEN015 is about",
      live: clusterWith({
        nodes: { 3: { silence: "connect ECONNREFUSED" } },
        everySentinel: { replicas: { 3: { flags: "s_down,slave", "s-down-time": "86400000" } } },
      }),
    },
  ],
});
