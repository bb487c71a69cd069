// LIV010 put to the test.
import { heardFrom, PRIMARY } from "../events.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { liv010 } from "./liv010.ts";

const gaveUp = `-failover-abort-not-elected ${PRIMARY}`;
const attempt = (second: number, epoch: number, id: string) => [
  `${String(second)} +new-epoch ${String(epoch)}`,
  `${String(second)} +try-failover ${PRIMARY}`,
  `${String(second)} +vote-for-leader ${id} ${String(epoch)}`,
];

testRule(liv010, {
  finds: [
    {
      about: "elections that nobody wins",
      live: {
        heard: [heardFrom(1, `1 +try-failover ${PRIMARY}`, `11 ${gaveUp}`, `31 ${gaveUp}`)],
      },
      at: ["10.0.0.1:26379:0"],
      says: 'The Sentinel 10.0.0.1:26379 wanted to lead a failover of "main", and was not elected, 2 times',
    },
    {
      about: "split votes, by who voted for whom in that epoch",
      live: {
        heard: [
          heardFrom(1, "0 +vote-for-leader bbb 6", ...attempt(1, 7, "aaa"), `11 ${gaveUp}`),
          heardFrom(2, "0 +vote-for-leader bbb 6", ...attempt(1, 7, "bbb"), `11 ${gaveUp}`),
          heardFrom(3, "0 +vote-for-leader bbb 6", "1 +vote-for-leader bbb 7"),
        ],
      },
      at: ["10.0.0.1:26379:0", "10.0.0.2:26379:0"],
      says: "the votes of epoch 7 were split 2:1; expected the votes of a majority",
    },
    {
      about: "an attempt beside one that succeeded in another epoch",
      live: {
        heard: [
          heardFrom(1, ...attempt(1, 7, "aaa"), `11 ${gaveUp}`),
          heardFrom(2, ...attempt(30, 8, "bbb"), `31 +elected-leader ${PRIMARY}`),
        ],
      },
      at: ["10.0.0.1:26379:0"],
    },
    {
      about: "an election after which another one worked",
      live: {
        heard: [heardFrom(1, `11 ${gaveUp}`, "35 +switch-master main 10.0.0.1 6379 10.0.0.3 6379")],
      },
      says: "a later failover worked",
    },
  ],
  passes: [
    {
      about: "a split vote that gave a majority all the same",
      live: {
        heard: [
          heardFrom(1, "1 +vote-for-leader aaa 7"),
          heardFrom(2, "1 +vote-for-leader bbb 7", `2 +elected-leader ${PRIMARY}`),
          heardFrom(3, "1 +vote-for-leader bbb 7"),
        ],
      },
    },
    {
      about: "an attempt in whose epoch another Sentinel was elected, which took long",
      live: {
        heard: [
          heardFrom(1, ...attempt(1, 7, "aaa"), "9 +vote-for-leader ccc 8", `11 ${gaveUp}`),
          heardFrom(2, ...attempt(1, 7, "bbb"), `2 +elected-leader ${PRIMARY}`),
        ],
      },
    },
    {
      about: "an abort that names nobody",
      live: { heard: [heardFrom(1, "1 -failover-abort-not-elected")] },
    },
  ],
});
