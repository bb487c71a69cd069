// The switchover as a table: what each step does, how it is taken back, and how long it may take.
import { REPLICA_PRIORITY } from "../cluster/shared-keys.ts";
import { BatonError } from "../errors.ts";
import { demote } from "../fence/demote.ts";
import { parseRole } from "../redis/replies.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { announce, claim, withdraw } from "./note.ts";
import { agreeOnNew, clientsWait, everybodyFollows, fullSyncs, priorityKnown } from "./looks.ts";
import { untilPromoted } from "./promotion.ts";
import type { Ground, Step } from "./types.ts";

/** Any number below everybody else's makes Sentinel choose this replica, whatever the offsets. */
const PREFERRED = 1;
/**
 * Seconds between the pings in the replication stream while it lasts. One that reaches nobody but the old
 * primary between promotion and demotion puts it ahead of the new one, and costs a full resync.
 */
const QUIET_PINGS_SECONDS = 600;

/** What was seen so long ago is no reason to touch a node. */
const DEED_WITHIN_MS = 500;

const oldPrimary = ({ doors, course }: Ground) => doors.node(course.from.id);
const newPrimary = ({ doors, course }: Ground) => doors.node(course.to.id);
const quietPings = (seconds: number) =>
  ["CONFIG", "SET", "repl-ping-replica-period", String(seconds)] as const;

async function role(door: ReturnType<typeof oldPrimary>) {
  return parseRole(await door.call(["ROLE"]));
}

/** Back to what every node has, on disk too: Sentinel's promotion rewrote the file with the preference. */
async function restorePriority(ground: Ground): Promise<void> {
  await newPrimary(ground).call(["CONFIG", "SET", "replica-priority", String(REPLICA_PRIORITY)]);
  await newPrimary(ground).call(["CONFIG", "REWRITE"]);
}

export const steps: readonly Step[] = [
  {
    id: "claim",
    summary: "Claim the switchover of this group, so that no second one can begin.",
    undone: "the claim is given back",
    deadline: "1 s",
    async act(ground) {
      ground.fullSyncsBefore = await fullSyncs(ground);
      await claim(ground);
      return `${ground.course.from.id} to ${ground.course.to.id}, in epoch ${ground.course.epoch}`;
    },
    undo: (ground) => withdraw(ground, ground.course.from),
  },
  {
    id: "prefer",
    summary:
      "Give the chosen replica the lowest priority number, wait until the Sentinel that will be asked " +
      "knows it, and make the primary's own pings rare.",
    undone: "priority and pings are as before",
    deadline: "two of Sentinel's info periods and 2 s",
    async act(ground, signal) {
      const { course } = ground;
      await newPrimary(ground).call(["CONFIG", "SET", "replica-priority", String(PREFERRED)]);
      await oldPrimary(ground).call(quietPings(QUIET_PINGS_SECONDS));
      await priorityKnown(ground, PREFERRED, signal);
      return `the Sentinel on ${course.sentinel} will choose ${course.to.id}`;
    },
    async undo(ground) {
      await oldPrimary(ground).call(quietPings(ground.pingPeriodSeconds));
      await restorePriority(ground);
    },
  },
  {
    id: "announce",
    summary:
      "Tell the agents: their routers keep clients waiting instead of failing them. Wait a moment until " +
      "nothing of theirs is under way.",
    undone: "the routers let clients go on",
    deadline: "1 s, of which the routers have 200 ms",
    async act(ground, signal) {
      await announce(ground, ground.course.from, "moving");
      return await clientsWait(ground, signal);
    },
    undo: (ground) => announce(ground, ground.course.from, "preparing"),
  },
  {
    id: "pause",
    summary: "Pause all writes on the old primary (CLIENT PAUSE ... WRITE); it ends by itself.",
    undone: "writes go on",
    deadline: "the pause itself: --max-pause",
    async act(ground) {
      const { clock, maxPauseMs, moments, course } = ground;
      moments.pausedMs = clock.monotonicMs();
      await oldPrimary(ground).call(["CLIENT", "PAUSE", String(maxPauseMs), "WRITE"]);
      return `${course.from.id} lets nobody write, for at most ${maxPauseMs} ms`;
    },
    async undo(ground) {
      await oldPrimary(ground).call(["CLIENT", "UNPAUSE"]);
    },
  },
  {
    id: "drain",
    summary: "Wait until the new primary has every byte that the old one has written.",
    undone: undefined,
    deadline: "a third of the pause",
    async act(ground, signal) {
      const { course, maxPauseMs, clock } = ground;
      const { offsetBytes: written } = await role(oldPrimary(ground));
      const look = async () => {
        const { offsetBytes } = await role(newPrimary(ground));
        return offsetBytes >= written ? seen(offsetBytes) : missing(`${written - offsetBytes} bytes`);
      };
      const what = `${course.to.id} to have read offset ${written}`;
      await waitFor(what, look, { withinMs: maxPauseMs / 3, everyMs: 2, signal, clock });
      return `${course.to.id} has all ${written} bytes`;
    },
  },
  {
    id: "promote",
    summary:
      "Ask one Sentinel to fail over (SENTINEL FAILOVER), which makes the new epoch, and wait until the " +
      "chosen node says that it is primary.",
    undone: "nothing to undo: Sentinel gives up by itself when it could not promote",
    deadline: "the rest of the pause",
    act: untilPromoted,
  },
  {
    id: "demote",
    summary:
      "Make the old primary a replica of the new one, cut its clients, and attach the other replicas. " +
      "From here on it only goes forward.",
    undone: undefined,
    deadline: "1 s",
    async act(ground) {
      const { course, group, doors, pingPeriodSeconds, clock, moments } = ground;
      const lateMs = () => clock.monotonicMs() - (moments.promotedMs ?? Number.NEGATIVE_INFINITY);
      // The agents have finished it meanwhile, or Sentinel has gone on to somebody else.
      if (lateMs() > DEED_WITHIN_MS)
        throw new BatonError("UNABLE", `this process stood still for ${Math.round(lateMs())} ms`);
      const { address, port } = course.to;
      const before = [quietPings(pingPeriodSeconds)];
      const trouble = await demote(oldPrimary(ground), course.to, { before, clock });
      const done = [`${course.from.id} is a replica now`, ...trouble];
      // Sentinel, or the node's own agent, attaches whoever is left.
      if (lateMs() > DEED_WITHIN_MS)
        return [...done, "the other replicas are left to Sentinel"].join("; ");
      const others = group.nodes.filter(({ id }) => id !== course.from.id && id !== course.to.id);
      const attach = ({ id }: { readonly id: string }) =>
        doors.node(id).call(["REPLICAOF", address, String(port)]);
      const attached = await Promise.allSettled(others.map(attach));
      // A replica that does not answer now is pointed there by Sentinel, or by its own agent.
      const late = others.filter((_, index) => attached[index]?.status === "rejected");
      const rest = late.map(({ id }) => `${id} does not answer yet`);
      return [...done, ...rest].join("; ");
    },
  },
  {
    id: "repoint",
    summary: "Wait until the new primary takes writes, and wake the agents: routers and targets follow.",
    undone: undefined,
    deadline: "2 s",
    async act(ground, signal) {
      const { course, moments, clock } = ground;
      const look = async () => {
        await announce(ground, course.to, "moving");
        return seen(true);
      };
      const what = `${course.to.id} to take writes`;
      await waitFor(what, look, { withinMs: 2_000, everyMs: 5, signal, clock });
      moments.acceptedMs = clock.monotonicMs();
      return `${course.to.id} takes writes`;
    },
  },
  {
    id: "confirm",
    summary: "Wait until a majority of the Sentinels names the new primary in a newer epoch.",
    undone: undefined,
    deadline: "failover-timeout",
    act: agreeOnNew,
  },
  {
    id: "verify",
    summary:
      "See that every node follows the new primary, by partial and not by full resyncs, and that Sentinel " +
      "has ended its failover.",
    undone: undefined,
    deadline: "10 s each",
    act: everybodyFollows,
  },
  {
    id: "release",
    summary: "Put the priority back on disk too, and give back the claim.",
    undone: undefined,
    deadline: "5 s",
    async act(ground, signal) {
      const { course, clock } = ground;
      // CONFIG REWRITE waits for the disk (fsync), which may be busy with the snapshots that replicas want.
      const look = async () => {
        await restorePriority(ground);
        await withdraw(ground, course.to);
        return seen(true);
      };
      const what = `${course.to.id} to write its settings to disk`;
      await waitFor(what, look, { withinMs: 5_000, everyMs: 100, signal, clock });
      return "all settings are as before";
    },
  },
];

/** Once this step is done there is a second primary unless the next one is done too. */
export const POINT_OF_NO_RETURN = "promote";

/** @throws BatonError UNABLE when the node that is to become primary cannot be asked. */
export async function isPromoted(ground: Ground): Promise<boolean> {
  try {
    return (await role(newPrimary(ground))).kind === "primary";
  } catch (cause) {
    throw new BatonError("UNABLE", `${ground.course.to.id} does not say what it is`, { cause });
  }
}
