// SEN014 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { testRule } from "../rule.fixture.ts";
import { sen014 } from "./sen014.ts";

const foreign = clusterWith({ sentinels: { 1: { sentinels: { 3: { ip: "10.9.0.3" } } } } });

testRule(sen014, {
  finds: [
    {
      about: "one of staging",
      files: sentinelFiles(),
      live: foreign,
      at: ["10.9.0.3:26379:0"],
    },
  ],
  passes: [
    {
      about: "a running Sentinel whose file names no address",
      files: {
        ...sentinelFiles(),
        "h3/sentinel.conf": "port 26379\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
      live: clusterWith(),
    },
    { about: "the three of the files", files: sentinelFiles(), live: clusterWith() },
    { about: "anything without their files", live: foreign },
    { about: "anything with one file of three", files: sentinelFiles({ count: 1 }), live: foreign },
  ],
});
