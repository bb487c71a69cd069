// When the alerts on nodes fire, and when they do not.
import type { AlertCase } from "../alert-tests.ts";

export const nodeCases: readonly AlertCase[] = [
  {
    alert: "BatonNodeDown",
    shows: "a node answers no agent",
    world: [["baton_node_up", { node: "r2" }, 0]],
    fires: {
      labels: { node: "r2" },
      summary: "r2 of main of east does not answer",
      description:
        "The Redis node r2 answers no agent. The group goes on without it, and has one node less to lose.",
    },
  },
  {
    alert: "BatonNodeDown",
    shows: "two agents are cut off from it, and the third is answered",
    world: [
      ["baton_node_up", { node: "r2", host: "h1" }, 0],
      ["baton_node_up", { node: "r2", host: "h3" }, 0],
    ],
  },
  {
    alert: "BatonNodeSlow",
    shows: "a PING takes two of the three seconds of down-after",
    world: [["baton_node_ping_seconds", { node: "r1" }, 2]],
    fires: {
      labels: { node: "r1" },
      summary: "r1 of main of east answers slowly",
      description:
        "The Redis node r1 takes 2s to answer a PING, more than half of down-after: a little more, and " +
        "the Sentinels hold it for dead.",
    },
  },
  {
    alert: "BatonNodeSlow",
    shows: "down-after is ten seconds",
    world: [
      ["baton_node_ping_seconds", { node: "r1" }, 2],
      ["baton_objective_seconds", { objective: "down_after" }, 10],
    ],
  },
  {
    alert: "BatonNodeSlow",
    shows: "the network of one agent is slow, and not the node",
    world: [["baton_node_ping_seconds", { node: "r1", host: "h2" }, 2]],
  },
  {
    alert: "BatonPersistenceFailing",
    shows: "a node cannot write its append-only file",
    world: [["baton_persistence_ok", { node: "r3", kind: "aof" }, 0]],
    fires: {
      labels: { node: "r3", kind: "aof" },
      summary: "r3 of main of east does not save its data",
      description:
        "The last aof write of r3 failed: what is on its disk is old, and a primary in that state " +
        "refuses writes. Mostly a disk that is full.",
    },
  },
  {
    alert: "BatonPersistenceFailing",
    shows: "a node that is gone says nothing of its disk",
    world: [
      [
        "baton_persistence_ok",
        { node: "r3", kind: "aof" },
        [
          [0, 10],
          ["gone", 5],
        ],
      ],
      [
        "baton_persistence_ok",
        { node: "r3", kind: "rdb" },
        [
          [1, 10],
          ["gone", 5],
        ],
      ],
    ],
  },
  {
    alert: "BatonMemoryFull",
    shows: "a node uses 95 % of its maxmemory",
    world: [["baton_memory_ratio", { node: "r1" }, 0.95]],
    fires: {
      labels: { node: "r1" },
      summary: "r1 of main of east has little memory left",
      description:
        "r1 uses 95% of its maxmemory. Full, it refuses writes or forgets keys, as its maxmemory-policy " +
        "says; and a replica with less memory than its primary can never hold its data.",
    },
  },
  {
    alert: "BatonMemoryFull",
    shows: "a node uses 85 % of its maxmemory",
    world: [["baton_memory_ratio", { node: "r1" }, 0.85]],
  },
  {
    alert: "BatonMemoryFull",
    shows: "it was full for a minute",
    world: [
      [
        "baton_memory_ratio",
        { node: "r1" },
        [
          [0.5, 60],
          [0.99, 60],
          [0.5, 5],
        ],
      ],
    ],
  },
];
