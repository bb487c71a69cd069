// RED012 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { red012 } from "./red012.ts";

testRule(red012, {
  finds: [
    {
      about: "a node that was started by its command line alone",
      live: clusterWith({ nodes: { 3: { info: { config_file: "" } } } }),
      at: ["10.0.0.3:6379:0"],
    },
  ],
  passes: [
    { about: "nodes with files", live: clusterWith() },
    {
      about: "a node that does not say",
      live: clusterWith({ nodes: { 3: { info: { config_file: undefined } } } }),
    },
  ],
});
