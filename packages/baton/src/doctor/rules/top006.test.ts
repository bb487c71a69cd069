// TOP006 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { top006 } from "./top006.ts";

testRule(top006, {
  finds: [
    {
      about: "a chain of three",
      live: clusterWith({ nodes: { 3: { info: { master_host: "10.0.0.2" } } } }),
      at: ["10.0.0.3:6379:0"],
      says: "It follows 10.0.0.2:6379, which itself is a replica of 10.0.0.1:6379",
    },
  ],
  passes: [{ about: "a star", live: clusterWith() }],
});
