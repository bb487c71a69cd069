// LIV022 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv022 } from "./liv022.ts";

const loading = (eta: string) =>
  clusterWith({
    nodes: { 1: { info: { loading: "1", loading_start_time: "1795271237", loading_eta_seconds: eta } } },
  });

testRule(liv022, {
  finds: [
    { about: "a load of minutes", live: loading("300"), at: ["10.0.0.1:6379:0"], says: "5 min" },
    { about: "a load of 12 s where 5 s were wanted", live: loading("1"), policy: { rtoMs: 5_000 } },
  ],
  passes: [
    { about: "a short one", live: loading("1") },
    { about: "nodes that are there", live: clusterWith() },
  ],
});
