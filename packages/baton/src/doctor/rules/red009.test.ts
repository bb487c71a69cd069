// RED009 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { red009 } from "./red009.ts";

const info = {
  master_link_status: "down",
  master_link_down_since_seconds: "-1",
  slave_repl_offset: "0",
};

testRule(red009, {
  finds: [
    {
      about: "a new node whose first synchronisation never worked",
      live: clusterWith({ nodes: { 3: { info, keys: 0 } } }),
      at: ["10.0.0.3:6379:0"],
      says: "has 0 keys",
    },
  ],
  passes: [
    {
      about: "one that is held back",
      live: clusterWith({ nodes: { 3: { info, keys: 0, settings: { "replica-priority": "0" } } } }),
    },
    {
      about: "one that has its data and lost the link",
      live: clusterWith({
        nodes: {
          3: { info: { ...info, master_link_down_since_seconds: "9", slave_repl_offset: "17000" } },
        },
      }),
    },
    { about: "an empty cluster that is in sync", live: clusterWith({ nodes: { 3: { keys: 0 } } }) },
  ],
});
