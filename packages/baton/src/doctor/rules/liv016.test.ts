// LIV016 put to the test.
import { heardFrom, logLine, PRIMARY } from "../events.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv016 } from "./liv016.ts";

const lead = (second: number, epoch: number, primary = PRIMARY) => [
  `${String(second)} +new-epoch ${String(epoch)}`,
  `${String(second)} +try-failover ${primary}`,
  `${String(second + 0.1)} +elected-leader ${primary}`,
];
const copied = (liv016.bad?.files ?? {})["h1/sentinel.log"] ?? "";

testRule(liv016, {
  finds: [
    {
      about: "two leaders of one epoch, at the second of them",
      live: { heard: [heardFrom(1, ...lead(0, 5)), heardFrom(2), heardFrom(3, ...lead(0.2, 5))] },
      at: ["10.0.0.3:26379:0"],
      says: 'The Sentinel 10.0.0.3:26379 led a failover of "main" in epoch 5, and so did "10.0.0.1:26379"',
    },
  ],
  passes: [
    {
      about: "leaders of two epochs",
      live: { heard: [heardFrom(1, ...lead(0, 5)), heardFrom(2, ...lead(30, 6))] },
    },
    {
      about: "a number that was heard of from elsewhere before the attempt",
      live: {
        heard: [
          heardFrom(1, ...lead(0, 5)),
          heardFrom(2, "0 +new-epoch 5", `9 -sdown ${PRIMARY}`, ...lead(10, 6).slice(1)),
        ],
      },
    },
    {
      about: "clusters that have only the name of the group in common",
      live: {
        heard: [heardFrom(1, ...lead(0, 5)), heardFrom(2, ...lead(0, 5, "master main 10.9.0.1 6379"))],
      },
    },
    {
      about: "the same addresses and the same epoch another day",
      live: { heard: [heardFrom(1, ...lead(0, 5)), heardFrom(2, ...lead(86_400, 5))] },
    },
    {
      about: "one log and its copy, which goes not as far",
      files: {
        "h1/sentinel.log": copied + logLine("04:43.302", `-sdown ${PRIMARY}`),
        "backup/sentinel.log": copied,
      },
    },
  ],
});
