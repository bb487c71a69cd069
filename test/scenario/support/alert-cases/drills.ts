// When the alerts on drills and maintenance fire, and when they do not.
import type { AlertCase } from "../alert-tests.ts";

const DAY_SECONDS = 86_400;
const BY_GUESS = "Whether the group still keeps its promises is a guess: `baton drill run`.";

export const drillCases: readonly AlertCase[] = [
  {
    alert: "BatonDrillTooOld",
    shows: "the newest drill was 31 days ago",
    world: [["baton_drill_last_timestamp_seconds", {}, -31 * DAY_SECONDS]],
    fires: {
      summary: "main of east has had no drill for long",
      description: `The newest drill is 31d 1h 1m 0s old. ${BY_GUESS}`,
    },
  },
  {
    alert: "BatonDrillTooOld",
    shows: "there was never a drill",
    world: [["baton_drill_last_timestamp_seconds", {}, [["gone", 60]]]],
    fires: {
      summary: "main of east has had no drill for long",
      description: `No drill is known. ${BY_GUESS}`,
    },
  },
  {
    alert: "BatonDrillTooOld",
    shows: "one agent of three has not read of the newest one yet",
    world: [["baton_drill_last_timestamp_seconds", { host: "h1" }, -31 * DAY_SECONDS]],
  },
  {
    alert: "BatonDrillTooOld",
    shows: "the newest drill was 29 days ago",
    world: [["baton_drill_last_timestamp_seconds", {}, -29 * DAY_SECONDS]],
  },
  {
    alert: "BatonDrillBroken",
    shows: "the newest drill broke a promise",
    world: [["baton_drill_last_held", {}, 0]],
    atSeconds: 180,
    fires: {
      summary: "main of east: the newest drill did not hold",
      description:
        "The newest drill with a verdict broke a promise. A real failure would do the same: the drill's " +
        "report says what was lost, or how long it took.",
    },
  },
  {
    alert: "BatonDrillBroken",
    shows: "one agent of three knows only of a broken one before it",
    world: [
      ["baton_drill_last_held", { host: "h3" }, 0],
      ["baton_drill_last_timestamp_seconds", { host: "h3" }, -DAY_SECONDS],
    ],
    atSeconds: 180,
  },
  {
    alert: "BatonPausedLong",
    shows: "somebody has paused the agents two hours ago, and two of three know",
    world: [
      ["baton_quiet", { because: "maintenance", host: "h1" }, 1],
      ["baton_quiet", { because: "maintenance", host: "h2" }, 1],
    ],
    fires: {
      summary: "main of east has been paused for long",
      description:
        "A maintenance has lasted for more than two hours: agents watch and do nothing, and most alerts " +
        "are silent. `baton resume` ends it.",
    },
  },
  {
    alert: "BatonPausedLong",
    shows: "a maintenance lasts for an hour",
    world: [
      [
        "baton_quiet",
        { because: "maintenance" },
        [
          [1, 3_600],
          ["gone", 60],
        ],
      ],
    ],
    atSeconds: 7_260,
  },
  {
    alert: "BatonPausedLong",
    shows: "drills go on for two hours",
    world: [["baton_quiet", { because: "drill" }, 1]],
  },
];
