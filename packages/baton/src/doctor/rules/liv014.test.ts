// LIV014 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv014 } from "./liv014.ts";

testRule(liv014, {
  finds: [
    {
      about: "a FAILOVER that waits",
      live: clusterWith({ nodes: { 1: { info: { master_failover_state: "waiting-for-sync" } } } }),
      at: ["10.0.0.1:6379:0"],
      says: "waiting-for-sync",
    },
    {
      about: "two nodes that changed places",
      live: clusterWith({
        nodes: {
          1: { info: { role: "slave", master_host: "10.0.0.2", master_port: "6379" } },
          2: { info: { role: "master" } },
        },
      }),
      at: ["10.0.0.1:6379:0"],
      says: "10.0.0.2:6379 is the primary",
    },
  ],
  passes: [
    { about: "roles as Sentinel has them", live: clusterWith() },
    {
      about: "a coordinated failover of Valkey 9, which is Sentinel's own",
      live: clusterWith({
        nodes: { 1: { info: { master_failover_state: "waiting-for-sync" } } },
        everySentinel: { primary: { flags: "master,failover_in_progress,force_failover" } },
      }),
    },
  ],
});
