// LIV006 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv006 } from "./liv006.ts";

const slave1 = "ip=10.0.0.3,port=6379,state=online,offset=900000,lag=0";
const behind = (slave0: string) =>
  clusterWith({ nodes: { 1: { info: { slave0, slave1, master_repl_offset: "900000" } } } });

testRule(liv006, {
  finds: [
    {
      about: "a confirmation that is too old",
      live: behind("ip=10.0.0.2,port=6379,state=online,offset=899999,lag=9"),
      policy: { rpoMs: 5_000 },
      at: ["10.0.0.2:6379:0"],
      says: "9 s old",
    },
    {
      about: "an offset of 40 s of writes ago",
      live: behind("ip=10.0.0.2,port=6379,state=online,offset=100000,lag=1"),
      policy: { rpoMs: 5_000 },
      says: "40 s of writes",
    },
  ],
  passes: [
    { about: "what confirms every second", live: clusterWith(), policy: { rpoMs: 100 } },
    {
      about: "anything without an objective",
      live: behind("ip=10.0.0.2,port=6379,state=online,offset=1,lag=99"),
    },
    {
      about: "a replica that is still loading",
      live: behind("ip=10.0.0.2,port=6379,state=wait_bgsave,offset=0,lag=0"),
      policy: { rpoMs: 5_000 },
    },
  ],
});
