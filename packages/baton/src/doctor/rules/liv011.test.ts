// LIV011 put to the test.
import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv011 } from "./liv011.ts";

testRule(liv011, {
  finds: [
    {
      about: "a Sentinel that lacks a replica",
      live: clusterWith({ sentinels: { 2: { replicas: { 3: "unknown" } } } }),
      at: ["10.0.0.2:26379:0"],
      says: "the replica 10.0.0.3:6379",
    },
    {
      about: "a Sentinel that lacks another",
      live: clusterWith({ sentinels: { 2: { sentinels: { 3: "unknown" } } } }),
      at: ["10.0.0.2:26379:0"],
      says: "the Sentinel 10.0.0.3:26379",
    },
  ],
  passes: [
    { about: "three that know the same", live: clusterWith() },
    {
      about: "three that do not tell this login their ids",
      live: {
        ...clusterWith(),
        sentinels: clusterWith().sentinels.map(({ myId: _id, ...rest }) => rest),
      },
    },
  ],
});
