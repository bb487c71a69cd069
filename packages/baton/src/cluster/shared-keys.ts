// What all Baton processes of a group share: keys in its own Redis and a channel to wake each other.
// Redis carries them to every node, and they end by themselves.

/** Who is being handed the writes at present: JSON of a Handover, with an expiry. */
export const handoverKey = (group: string): string => `baton:${group}:handover`;

/**
 * The clients of a host's router wait for this handover, and nothing of theirs is under way: its id, with an
 * expiry. Whoever runs the switchover need not pause writes that would then be cut off.
 */
export const waitingKey = (group: string, host: string): string => `baton:${group}:waiting:${host}`;

/** How the targets of a group are that a host's agent serves: JSON, with an expiry. */
export const targetsKey = (group: string, host: string): string => `baton:${group}:targets:${host}`;

/** Maintenance: JSON of a Pause, with an expiry. While it is there agents watch and do nothing. */
export const pauseKey = (group: string): string => `baton:${group}:pause`;

/**
 * A drill under way: JSON of a RunningDrill and more, with an expiry. On the group's own hosts a switchover
 * of others waits for it; in a lab it only says so.
 */
export const drillKey = (group: string): string => `baton:${group}:drill`;

/** The environment variable by which a command knows that it is part of the drill that holds this key. */
export const DRILL_VARIABLE = "BATON_DRILL";

/** The last drill on the group's own hosts: until this key has expired there is no other. */
export const drilledKey = (group: string): string => `baton:${group}:drilled`;

/** How the last drills ended: a list of DrillNotes as JSON, the newest first. */
export const drillsKey = (group: string): string => `baton:${group}:drills`;

/**
 * What was sent of one notice by one channel: JSON of a NoticeRecord, with an expiry. `id` and `channel` have
 * no colon.
 */
export const noticeKey = (group: string, id: string, channel: string): string =>
  `baton:${group}:notice:${id}:${channel}`;

/** Who is about to send it: JSON of a claim, which expires soon after an agent that died. */
export const noticeClaimKey = (group: string, id: string, channel: string): string =>
  `${noticeKey(group, id, channel)}:claim`;

/** What a message on the channel below begins with when it is about a notice; no group is called so. */
export const NOTICE_WORD = "notice ";

/** A message here is the name of a group and says "look now", or tells other agents of a notice. */
export const WAKE_CHANNEL = "__baton__:wake";

/** What every node starts with; a switchover lowers it for a moment on the node that it has chosen. */
export const REPLICA_PRIORITY = 100;

const PING_PERIOD = "repl-ping-replica-period";
const PING_PERIOD_SECONDS = 2;

/**
 * Seconds between the pings that a primary writes into its replication stream. A switchover makes them
 * rare for a moment: one that gets in between promotion and demotion costs a full resync.
 */
export function pingPeriodSeconds(redisSettings: Readonly<Record<string, string>>): number {
  return Number(redisSettings[PING_PERIOD] ?? PING_PERIOD_SECONDS);
}
