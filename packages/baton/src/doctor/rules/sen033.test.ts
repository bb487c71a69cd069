// SEN033 put to the test.
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { clusterWith } from "../live/live.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { testRule } from "../rule.fixture.ts";
import { sen033 } from "./sen033.ts";

const empty = { settings: { "announce-ip": "" } };

testRule(sen033, {
  finds: [
    {
      about: "an address that is only in the file",
      files: sentinelFiles(),
      live: clusterWith({ sentinels: { 2: empty } }),
      at: ["10.0.0.2:26379:0"],
      says: "expected 10.0.0.2",
    },
    {
      about: "a Sentinel that its peers have forgotten",
      live: clusterWith({
        sentinels: { 1: { sentinels: { 2: "unknown" } }, 2: empty, 3: { sentinels: { 2: "unknown" } } },
      }),
      at: ["10.0.0.2:26379:0"],
    },
  ],
  passes: [
    {
      about: "one of another cluster, which those never knew",
      live: {
        sentinels: [
          ...clusterWith().sentinels,
          {
            ...liveSentinel({ number: 9, myId: "lonely" }),
            settings: new Map([["announce-ip", ""]]),
            groups: new Map([
              ["other", { primary: new Map(), replicas: [], sentinels: [], checkQuorum: "" }],
            ]),
          },
        ],
      },
    },
    {
      about: "one that has not heard of the others, either",
      live: clusterWith({
        sentinels: {
          1: { sentinels: { 2: "unknown" } },
          2: { ...empty, sentinels: { 1: "unknown", 3: "unknown" } },
          3: { sentinels: { 2: "unknown" } },
        },
      }),
    },
    { about: "three that announce themselves", files: sentinelFiles(), live: clusterWith() },
    {
      about: "Sentinels that never had to announce an address",
      live: clusterWith({ everySentinel: empty }),
    },
  ],
});
