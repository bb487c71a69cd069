// When the alerts on the primary fire, and when they do not.
import type { AlertCase } from "../alert-tests.ts";
import type { Change } from "../alert-world.ts";

/** From the first minute on, the primary answers nobody and no agent has a route. */
const dead = (host: string): readonly Change[] => [
  [
    "baton_node_role",
    { node: "r1", role: "primary", host },
    [
      [1, 60],
      ["gone", 5],
    ],
  ],
  [
    "baton_route_info",
    { node: "r1", confirmed: "true", host },
    [
      [1, 60],
      ["gone", 5],
    ],
  ],
];
const DEAD = ["h1", "h2", "h3"].flatMap(dead);
const NOWHERE =
  "Writes have had nowhere to go for 45s, and that is longer than the group's RTO. Routers hold their " +
  "clients for as long as they may, and refuse them then.";

const REFUSED = {
  summary: "main of east refuses writes",
  description:
    "The primary is in touch with 0 replicas. With fewer than min-replicas-to-write it refuses every " +
    "write, and with `durability: replicated` routers do when no replica can confirm one.",
};

export const primaryCases: readonly AlertCase[] = [
  {
    alert: "BatonNoPrimary",
    shows: "the primary has died, and nobody takes its place",
    world: DEAD,
    atSeconds: 100,
    fires: { summary: "main of east has no primary", description: NOWHERE },
  },
  {
    alert: "BatonNoPrimary",
    shows: "a route is left, and the node that it leads to answers nobody",
    world: DEAD.filter(([metric]) => metric === "baton_node_role"),
    atSeconds: 100,
    fires: { summary: "main of east has no primary", description: NOWHERE },
  },
  {
    alert: "BatonNoPrimary",
    shows: "one of three agents sees nothing any more",
    world: dead("h1"),
    atSeconds: 100,
  },
  {
    alert: "BatonNoPrimary",
    shows: "a failover is over within the RTO",
    world: [
      ...DEAD,
      [
        "baton_node_role",
        { node: "r2", role: "primary" },
        [
          ["gone", 65],
          [1, 5],
        ],
      ],
      [
        "baton_route_info",
        { node: "r2", confirmed: "true" },
        [
          ["gone", 65],
          [1, 5],
        ],
      ],
    ],
    atSeconds: 75,
  },
  {
    alert: "BatonNoPrimary",
    shows: "the RTO is ten minutes, and only half a minute is over",
    world: [...DEAD, ["baton_objective_seconds", { objective: "rto" }, 600]],
    atSeconds: 100,
  },
  {
    alert: "BatonTwoPrimaries",
    shows: "the agents of two sides of a partition see one primary each",
    world: [["baton_node_role", { node: "r2", role: "primary", host: "h1" }, 1]],
    fires: {
      summary: "main of east has 2 primaries",
      description:
        "2 nodes say that they are primary. What clients write to the wrong one is lost when it becomes " +
        "a replica; without enough replicas in touch it refuses writes by itself.",
    },
  },
  {
    alert: "BatonTwoPrimaries",
    shows: "an agent that is stuck still tells of the old primary",
    world: [
      ["baton_node_role", { node: "r2", role: "primary", host: "h1" }, 1],
      ["baton_decision_age_seconds", { host: "h1" }, 60],
    ],
  },
  {
    alert: "BatonTwoPrimaries",
    shows: "another node is primary, and agents are asked one after the other",
    world: [
      [
        "baton_node_role",
        { node: "r1", role: "primary" },
        [
          [1, 60],
          ["gone", 5],
        ],
      ],
      [
        "baton_node_role",
        { node: "r2", role: "primary", host: "h1" },
        [
          ["gone", 55],
          [1, 5],
        ],
      ],
      [
        "baton_node_role",
        { node: "r2", role: "primary", host: "h2" },
        [
          ["gone", 65],
          [1, 5],
        ],
      ],
    ],
    atSeconds: 70,
  },
  {
    alert: "BatonPrimaryEmpty",
    shows: "one agent remembers the data that the primary had",
    world: [["baton_problem", { code: "primary-empty", severity: "error", host: "h2" }, 1]],
    atSeconds: 5,
    fires: {
      summary: "main of east: the primary has lost its data",
      description:
        "The primary was restarted without its data, and its replicas are about to be emptied, or have " +
        "been. 33.33% of the agents saw it. Save what a replica still holds.",
    },
    needsAll: true,
  },
  {
    alert: "BatonPrimaryEmpty",
    shows: "there are problems, and this is none of them",
    world: [["baton_problem", { code: "replica-down", severity: "warning" }, 1]],
  },
  {
    alert: "BatonWritesRefused",
    shows: "the primary has lost its last replica",
    world: [["baton_replicas_online", {}, 0]],
    fires: REFUSED,
  },
  {
    alert: "BatonWritesRefused",
    shows: "no replica can confirm a write, and routers refuse all of them",
    world: [
      ["baton_replicas_online", {}, 1],
      ["baton_problem", { code: "writes-refused", severity: "error" }, 1],
    ],
    fires: { ...REFUSED, description: REFUSED.description.replace("with 0", "with 1") },
  },
  {
    alert: "BatonWritesRefused",
    shows: "one of three agents sees no replica, and says that writes are refused",
    world: [
      ["baton_replicas_online", { host: "h3" }, 0],
      ["baton_problem", { code: "writes-refused", severity: "error", host: "h3" }, 1],
    ],
  },
  {
    alert: "BatonWritesRefused",
    shows: "no replica is left, and none is needed",
    world: [
      ["baton_replicas_online", {}, 0],
      ["baton_replicas_needed", {}, 0],
    ],
  },
  {
    alert: "BatonTooFewReplicas",
    shows: "one replica is left, and one is needed",
    world: [["baton_replicas_online", {}, 1]],
    fires: {
      summary: "main of east has no replica to spare",
      description:
        "The primary is in touch with 1 replicas, and needs as many to take writes: when one more is " +
        "lost, it refuses them.",
    },
  },
  {
    alert: "BatonTooFewReplicas",
    shows: "none is left, and none is needed",
    world: [
      ["baton_replicas_online", {}, 0],
      ["baton_replicas_needed", {}, 0],
    ],
  },
  {
    alert: "BatonFenceFailing",
    shows: "one agent tries in vain to make the old primary a replica",
    world: [["baton_problem", { code: "fence-failing", severity: "error", host: "h1" }, 1]],
    fires: {
      summary: "main of east: an old primary cannot be fenced",
      description:
        "A node that is no longer primary still takes writes, and several attempts to make it a replica " +
        "have failed: 33.33% of the agents say so. What is written there will be lost.",
    },
    needsAll: true,
  },
  {
    alert: "BatonFenceFailing",
    shows: "a node is still being fenced",
    world: [["baton_problem", { code: "second-primary", severity: "error" }, 1]],
  },
];
