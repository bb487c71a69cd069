import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { sen006 } from "./sen006.ts";

testRule(sen006, {
  passes: [
    { about: "the majority of four", files: sentinelFiles({ count: 4, quorum: 3 }) },
    { about: "all of five, which is worse", files: sentinelFiles({ count: 5, quorum: 5 }) },
    { about: "less than the majority", files: sentinelFiles({ count: 5, quorum: 2 }) },
  ],
});
