// Alerts on drills, which prove that all the rest works, and on a maintenance that somebody has forgotten.
import { type Alert, GROUP, said } from "../alert.ts";

const DAY_SECONDS = 86_400;

/** A month without a drill: long enough for a change that nobody thought of, short enough to remember it. */
export const DRILL_AGE_SECONDS = 30 * DAY_SECONDS;

/** Without any drill the age is infinite. */
const AGE =
  "{{ if gt $value 1e9 }}No drill is known{{ else }}The newest drill is {{ humanizeDuration $value }} " +
  "old{{ end }}";

/** `drillAgeSeconds`: after which a drill proves nothing any more. */
export const drillAlerts = (drillAgeSeconds: number): readonly Alert[] => [
  {
    name: "BatonDrillTooOld",
    family: "drills",
    severity: "warning",
    when: `the newest drill is older than ${drillAgeSeconds / DAY_SECONDS} days, or there was none`,
    expr: () =>
      `time() - group:baton_drill_last_timestamp_seconds:max > ${drillAgeSeconds}\nor\n` +
      "(\n  0 * group:baton_agents:count + Inf\n" +
      "  unless on (cluster, group) group:baton_drill_last_timestamp_seconds:max\n)",
    forSeconds: 3_600,
    quietSeconds: 0,
    summary: `${GROUP} has had no drill for long`,
    description: `${AGE}. Whether the group still keeps its promises is a guess: \`baton drill run\`.`,
  },
  {
    name: "BatonDrillBroken",
    family: "drills",
    severity: "warning",
    when: "the newest drill did not hold",
    expr: () => "group:baton_drill_last_held:min == 0",
    forSeconds: 60,
    quietSeconds: 0,
    summary: `${GROUP}: the newest drill did not hold`,
    description:
      "The newest drill with a verdict broke a promise. A real failure would do the same: the drill's " +
      "report says what was lost, or how long it took.",
  },
  {
    name: "BatonPausedLong",
    family: "drills",
    severity: "warning",
    when: "a maintenance lasts for more than two hours",
    expr: () => `max by (cluster, group) ${said('baton_quiet{because="maintenance"}')} == 1`,
    forSeconds: 7_200,
    quietSeconds: undefined,
    summary: `${GROUP} has been paused for long`,
    description:
      "A maintenance has lasted for more than two hours: agents watch and do nothing, and most alerts " +
      "are silent. `baton resume` ends it.",
  },
];
