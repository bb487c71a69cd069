// When the alerts on Sentinels and failovers fire, and when they do not.
import type { AlertCase } from "../alert-tests.ts";
import type { Change } from "../alert-world.ts";

const EPOCH = "baton_sentinel_epoch";
/** Sentinels name another epoch from then on. */
const failover = (atSeconds: number): readonly Change[] => [
  [
    EPOCH,
    {},
    [
      [4, atSeconds],
      [5, 5],
    ],
  ],
];
const FAILED_OVER = {
  summary: "main of east has failed over",
  description:
    "The Sentinels are in epoch 5 now: the primary has moved. `baton history` tells how long it took, " +
    "and who said what when.",
};

export const sentinelCases: readonly AlertCase[] = [
  {
    alert: "BatonSentinelsDisagree",
    shows: "two of three agents hear different names",
    world: [
      ["baton_problem", { code: "sentinels-split", severity: "error", host: "h1" }, 1],
      ["baton_problem", { code: "sentinels-split", severity: "warning", host: "h2" }, 1],
    ],
    fires: {
      summary: "main of east: the Sentinels name different primaries",
      description:
        "66.67% of the agents hear Sentinels that name different primaries. Clients that ask the wrong " +
        "one write to a node that is no primary.",
    },
    needsAll: true,
  },
  {
    alert: "BatonSentinelsDisagree",
    shows: "only one of three agents hears it",
    world: [["baton_problem", { code: "sentinels-split", severity: "error", host: "h1" }, 1]],
  },
  {
    alert: "BatonSentinelsDisagree",
    shows: "they disagree for a moment, as in every failover",
    world: [
      [
        "baton_problem",
        { code: "sentinels-split", severity: "warning" },
        [
          ["gone", 30],
          [1, 10],
          ["gone", 5],
        ],
      ],
    ],
    atSeconds: 45,
  },
  {
    alert: "BatonQuorumLost",
    shows: "two of three Sentinels are gone",
    world: [["baton_quorum_spare", {}, -1]],
    fires: {
      summary: "main of east cannot fail over: too few Sentinels",
      description:
        "No agent hears a majority of the Sentinels. If the primary fails now, nobody takes its place; " +
        "agents hold what they have, and change nothing.",
    },
  },
  {
    alert: "BatonQuorumLost",
    shows: "two agents are cut off, and the third hears all Sentinels",
    world: [
      ["baton_quorum_spare", { host: "h1" }, -1],
      ["baton_quorum_spare", { host: "h2" }, -1],
    ],
  },
  {
    alert: "BatonQuorumLost",
    shows: "one Sentinel is gone",
    world: [["baton_quorum_spare", {}, 0]],
  },
  {
    alert: "BatonQuorumAtRisk",
    shows: "one of three Sentinels is gone",
    world: [["baton_quorum_spare", {}, 0]],
    fires: {
      summary: "main of east: one more Sentinel, and there is no failover",
      description:
        "The number of Sentinels that may still fail is 0: the next one leaves no majority, and then " +
        "nobody takes the place of a primary that fails.",
    },
  },
  {
    alert: "BatonQuorumAtRisk",
    shows: "one agent of three does not hear a Sentinel that the others hear",
    world: [["baton_quorum_spare", { host: "h3" }, 0]],
  },
  {
    alert: "BatonSentinelTilt",
    shows: "a Sentinel was in TILT for ten seconds, a minute ago",
    world: [
      [
        "baton_sentinel_tilt",
        { sentinel: "s2" },
        [
          [0, 30],
          [1, 10],
          [0, 5],
        ],
      ],
    ],
    atSeconds: 100,
    fires: {
      labels: { sentinel: "s2" },
      summary: "Sentinel s2 was in TILT",
      description:
        "The Sentinel on s2 stood still or its clock jumped, and it takes no part in failovers of main " +
        "of east for a while: its machine is overloaded, was suspended or moved.",
    },
  },
  {
    alert: "BatonSentinelTilt",
    shows: "it was three minutes ago",
    world: [
      [
        "baton_sentinel_tilt",
        { sentinel: "s2" },
        [
          [0, 30],
          [1, 10],
          [0, 5],
        ],
      ],
    ],
    atSeconds: 220,
  },
  {
    alert: "BatonSentinelSilent",
    shows: "no agent hears a Sentinel",
    world: [["baton_sentinel_up", { sentinel: "s3" }, 0]],
    fires: {
      labels: { sentinel: "s3" },
      summary: "Sentinel s3 does not answer",
      description:
        "No agent hears the Sentinel on s3 speak of main of east. Each one that is missing brings the " +
        "group closer to having no failover.",
    },
  },
  {
    alert: "BatonSentinelSilent",
    shows: "one agent of three hears it",
    world: [
      ["baton_sentinel_up", { sentinel: "s3", host: "h1" }, 0],
      ["baton_sentinel_up", { sentinel: "s3", host: "h2" }, 0],
    ],
  },
  {
    alert: "BatonFailover",
    shows: "the Sentinels have named another epoch two minutes ago",
    world: failover(60),
    atSeconds: 180,
    fires: FAILED_OVER,
  },
  {
    alert: "BatonFailover",
    shows: "a Sentinel that was away comes back with an older epoch",
    world: [
      [
        EPOCH,
        { sentinel: "s3" },
        [
          ["gone", 60],
          [3, 5],
        ],
      ],
    ],
    atSeconds: 180,
  },
  {
    alert: "BatonFailover",
    shows: "it was a switchover, whose note one agent has seen for a moment",
    world: [
      ...failover(60),
      [
        "baton_quiet",
        { because: "switchover", host: "h3" },
        [
          ["gone", 55],
          [1, 10],
          ["gone", 5],
        ],
      ],
    ],
    atSeconds: 300,
  },
  {
    alert: "BatonFailover",
    shows: "it was six minutes ago",
    world: failover(60),
    atSeconds: 425,
  },
  {
    alert: "BatonFailoversFlapping",
    shows: "three failovers within twenty minutes",
    world: [
      [
        EPOCH,
        {},
        [
          [4, 300],
          [5, 600],
          [6, 600],
          [7, 5],
        ],
      ],
    ],
    atSeconds: 1_700,
    fires: {
      summary: "main of east fails over again and again",
      description:
        "3 failovers within an hour. Each may lose writes. Look for a primary that is overloaded, a " +
        "network that comes and goes, or a down-after that is too short.",
    },
  },
  {
    alert: "BatonFailoversFlapping",
    shows: "two failovers",
    world: [
      [
        EPOCH,
        {},
        [
          [4, 300],
          [5, 600],
          [6, 5],
        ],
      ],
    ],
    atSeconds: 1_700,
  },
  {
    alert: "BatonFailoversFlapping",
    shows: "one of three was a drill's",
    world: [
      [
        EPOCH,
        {},
        [
          [4, 300],
          [5, 600],
          [6, 600],
          [7, 5],
        ],
      ],
      [
        "baton_quiet",
        { because: "drill" },
        [
          ["gone", 840],
          [1, 120],
          ["gone", 5],
        ],
      ],
    ],
    atSeconds: 1_700,
  },
  {
    alert: "BatonFailoversFlapping",
    shows: "after three failovers somebody has paused the agents to look into it",
    world: [
      [
        EPOCH,
        {},
        [
          [4, 300],
          [5, 600],
          [6, 600],
          [7, 5],
        ],
      ],
      [
        "baton_quiet",
        { because: "maintenance" },
        [
          ["gone", 1_620],
          [1, 5],
        ],
      ],
    ],
    atSeconds: 1_700,
  },
];
