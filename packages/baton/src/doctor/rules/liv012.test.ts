// LIV012 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv012 } from "./liv012.ts";

testRule(liv012, {
  finds: [
    {
      about: "a snapshot that failed on a replica",
      live: clusterWith({ nodes: { 2: { info: { rdb_last_bgsave_status: "err" } } } }),
      at: ["10.0.0.2:6379:0"],
      says: "rdb_last_bgsave_status:err",
    },
  ],
  passes: [{ about: "nodes that could save", live: clusterWith() }],
});
