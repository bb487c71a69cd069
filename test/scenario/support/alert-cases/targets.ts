// When the alerts on targets fire, and when they do not.
import type { AlertCase } from "../alert-tests.ts";

const EDGE = { target: "edge", kind: "haproxy" };

export const targetCases: readonly AlertCase[] = [
  {
    alert: "BatonTargetElsewhere",
    shows: "the target of one host leads elsewhere, those of the others do not",
    world: [["baton_target_follows", { ...EDGE, host: "h1" }, 0]],
    fires: {
      labels: EDGE,
      summary: "edge does not lead to the primary of main of east",
      description:
        "The target edge (haproxy) leads elsewhere than to the primary: clients that follow it reach a " +
        "replica, an old primary or nobody.",
    },
  },
  {
    alert: "BatonTargetElsewhere",
    shows: "an agent that is cut off compares it with the route of before the failover",
    world: [
      ["baton_route_epoch", { host: "h1" }, 4],
      ["baton_route_epoch", { host: "h2" }, 5],
      ["baton_route_epoch", { host: "h3" }, 5],
      ["baton_target_follows", { ...EDGE, host: "h1" }, 0],
    ],
  },
  {
    alert: "BatonTargetElsewhere",
    shows: "a target needs twenty seconds to follow",
    world: [
      [
        "baton_target_follows",
        EDGE,
        [
          [1, 30],
          [0, 20],
          [1, 5],
        ],
      ],
    ],
    atSeconds: 55,
  },
  {
    alert: "BatonTargetFailing",
    shows: "no agent can update the target",
    world: [["baton_target_ok", EDGE, 0]],
    fires: {
      labels: EDGE,
      summary: "edge of main of east cannot be updated",
      description:
        "An agent could not verify its last update of the target edge (haproxy): it may not follow the " +
        "next failover. `baton targets check` says why.",
    },
  },
  {
    alert: "BatonTargetFailing",
    shows: "a target was away for a minute",
    world: [
      [
        "baton_target_ok",
        EDGE,
        [
          [1, 30],
          [0, 60],
          [1, 5],
        ],
      ],
    ],
    atSeconds: 180,
  },
];
