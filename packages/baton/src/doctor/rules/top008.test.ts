// TOP008 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { top008 } from "./top008.ts";

const late = { "master-link-status": "err", "master-link-down-time": "30000", "slave-repl-offset": "9" };

testRule(top008, {
  finds: [
    {
      about: "a favourite without its link",
      live: clusterWith({ sentinels: { 1: { replicas: { 3: { ...late, "slave-priority": "10" } } } } }),
      at: ["10.0.0.1:26379:0"],
      says: "has been down for 30 s, and not 10.0.0.2:6379",
    },
  ],
  passes: [
    {
      about: "equal priorities, where the offset decides",
      live: clusterWith({ everySentinel: { replicas: { 3: late } } }),
    },
    {
      about: "a favourite that is up to date",
      live: clusterWith({ everySentinel: { replicas: { 3: { "slave-priority": "10" } } } }),
    },
  ],
});
