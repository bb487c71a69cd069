// What to do about each named problem: one sentence, and the runbook that says more.

interface Advice {
  readonly sentence: string;
  /** A page of docs/runbooks, named as the alert; null where there is nothing more to say. */
  readonly runbook: string | null;
}

/** By the problem's code: every code that an agent has is here, which a test makes sure of. */
export const ADVICE: Readonly<Record<string, Advice>> = {
  "sentinels-silent": {
    sentence:
      "Bring Sentinels back until a majority answers; if they run, look for a cut network around this agent.",
    runbook: "BatonQuorumLost",
  },
  "observer-refused": {
    sentence: "Compare the password and the ACL rights of the user agent with the cluster file.",
    runbook: "BatonQuorumLost",
  },
  "sentinel-silent": {
    sentence: "Start it again, or mend its host or network: until then fewer Sentinels may fail.",
    runbook: "BatonSentinelSilent",
  },
  "sentinels-split": {
    sentence: "Mend the network between them; those with the older epoch follow by themselves.",
    runbook: "BatonSentinelsDisagree",
  },
  "sentinel-tilt": {
    sentence: "Look why its clock jumped or its host stood still; it recovers by itself.",
    runbook: "BatonSentinelTilt",
  },
  "sentinel-settings-differ": {
    sentence: "Deploy the cluster file again, or take back what was changed by hand.",
    runbook: "BatonDrift",
  },
  "epoch-older": {
    sentence: "Do nothing by hand: find out which Sentinels were restored from an old state.",
    runbook: "BatonSentinelsDisagree",
  },
  "primary-down": {
    sentence: "Wait for the failover; if none comes, see what keeps the Sentinels from it.",
    runbook: "BatonNoPrimary",
  },
  "primary-not-primary": {
    sentence: "Wait for the Sentinels to agree again; do not make it a primary by hand.",
    runbook: "BatonNoPrimary",
  },
  "failover-running": {
    sentence: "Wait: the timeline shows how far it is.",
    runbook: "BatonFailover",
  },
  "switchover-running": { sentence: "Wait: it ends by itself within seconds.", runbook: null },
  maintenance: {
    sentence: "Resume as soon as the work is done: nobody is fenced and no route moves until then.",
    runbook: "BatonPausedLong",
  },
  "fence-failing": {
    sentence: "Stop that node's Redis: what it takes from its clients will be lost.",
    runbook: "BatonFenceFailing",
  },
  "second-primary": {
    sentence: "Wait for the fence; if it does not come, stop that node's Redis.",
    runbook: "BatonTwoPrimaries",
  },
  "primary-empty": {
    sentence: "Stop the primary's Redis now: a replica that still has the data can be promoted.",
    runbook: "BatonPrimaryEmpty",
  },
  "replica-down": {
    sentence: "Start it again: until then there is one node less to fail over to.",
    runbook: "BatonNodeDown",
  },
  "replica-not-in-sync": {
    sentence: "Give a full copy its time; if the link stays away, read that node's log.",
    runbook: "BatonReplicaDisconnected",
  },
  "replica-excluded": {
    sentence: "Give it time to catch up; if it does not, look at its disk and its network.",
    runbook: "BatonReplicaLag",
  },
  "writes-refused": {
    sentence: "Bring a replica back: without one that confirms, no write is acknowledged.",
    runbook: "BatonWritesRefused",
  },
  "too-few-replicas": {
    sentence: "Bring replicas back: the primary takes no writes until enough of them are online.",
    runbook: "BatonTooFewReplicas",
  },
  "primary-unknown-node": {
    sentence: "Add the node to the cluster file, or find out who told the Sentinels of it.",
    runbook: "BatonDrift",
  },
  "notices-failing": {
    sentence: "Try the channel with `baton notify test`, and look at its address and its secret.",
    runbook: "BatonNoticesFailing",
  },
  "observer-doubt": {
    sentence: "Look at the load of this agent's host; it goes on after a fresh look.",
    runbook: "BatonAgentStuck",
  },
};

export const adviceFor = (code: string): Advice | undefined =>
  Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined;
