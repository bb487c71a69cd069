// baton status: asks every Sentinel and every node itself, so that it works when no agent does.
import type { GroupPlan } from "../cluster/types.ts";
import { decide, nothingRemembered } from "../decide/decide.ts";
import type { Memory } from "../decide/types.ts";
import { BatonError, EXIT } from "../errors.ts";
import { openObserver, type Observer } from "../observe/observer.ts";
import { groupStatus, type GroupStatus, type Status } from "../status/status.ts";
import { statusLines } from "../status/text.ts";
import type { Clock } from "../sys/clock.ts";
import type { Command, Context } from "./command.ts";
import { clusterOptions, openCluster, type OpenCluster } from "./open-cluster.ts";

interface Looker {
  look(): Promise<Status>;
  close(): void;
}

/**
 * Waits for whoever is slow: a person has asked, and an answer of 600 ms is worth more than
 * "silent".
 */
const GRACE_MS = 700;

function openLooker({ layout, secrets }: OpenCluster, clock: Clock): Looker {
  const groups = layout.groups.map(
    (group): { group: GroupPlan; observer: Observer; memory: Memory } => ({
      group,
      observer: openObserver({ layout, group, secrets, clock }),
      memory: nothingRemembered,
    }),
  );
  return {
    async look() {
      const looked = groups.map(async (entry): Promise<GroupStatus> => {
        const { group, observer } = entry;
        const observation = await observer.look(GRACE_MS);
        const nowMs = clock.monotonicMs();
        const decided = decide({
          layout,
          group,
          observation,
          memory: entry.memory,
          doubts: [],
          nowMs,
          self: undefined,
        });
        entry.memory = decided.memory;
        const [first] = decided.decisions;
        // Without a memory of its own a command that must hold has no route to keep.
        const route =
          first?.kind === "hold" && decided.memory.route === nothingRemembered.route
            ? { kind: "none" as const, reason: first.reason }
            : decided.memory.route;
        return groupStatus({ ...decided, layout, group, observation, route });
      });
      const done = await Promise.all(looked);
      return { observedBy: "command", at: new Date(clock.wallMs()).toISOString(), groups: done };
    },
    close() {
      for (const { observer } of groups) observer.close();
    },
  };
}

/** When nobody at all lets us in there is no status to show, only a password to correct. */
function refuseWhenRefused({ groups }: Status): void {
  const refusal = groups
    .flatMap(({ problems }) => problems)
    .find(({ code }) => code === "observer-refused");
  const isAnyHeard = groups.some(({ sentinels, nodes }) => {
    return (
      sentinels.some(({ state }) => state === "heard") || nodes.some(({ role }) => role !== "unknown")
    );
  });
  if (refusal !== undefined && !isAnyHeard) throw new BatonError("REFUSED", refusal.message);
}

const CLEAR = "\u001b[H\u001b[2J";

async function watch(
  looker: Looker,
  asJson: boolean,
  { terminal, clock, signal }: Context,
): Promise<void> {
  while (!signal.aborted) {
    const status = await looker.look();
    if (asJson) terminal.out(JSON.stringify(status));
    else {
      const lines = statusLines(status, terminal);
      terminal.out(`${terminal.isInteractive ? CLEAR : ""}${status.at}\n${lines.join("\n")}`);
    }
    await clock.sleep(1_000, signal).catch(() => undefined);
  }
}

export const status: Command = {
  id: "status",
  summary: "show the route, its epoch, nodes with lag, what every Sentinel says, and named problems",
  examples: [
    { line: "baton status", remark: "of the only lab that runs" },
    { line: "baton status --file cluster.yml --watch", remark: "again every second, until Ctrl-C" },
    {
      line: "baton status --json",
      remark: "for scripts; exit 1 when there is a problem of severity error",
    },
  ],
  options: [
    ...clusterOptions,
    { flags: "--watch", summary: "look again every second" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const looker = openLooker(await openCluster(given, context), context.clock);
    const asJson = given["json"] === true;
    try {
      if (given["watch"] === true) {
        await watch(looker, asJson, context);
        return EXIT.fine;
      }
      const seen = await looker.look();
      refuseWhenRefused(seen);
      if (asJson) context.terminal.out(JSON.stringify(seen, undefined, 2));
      else for (const line of statusLines(seen, context.terminal)) context.terminal.out(line);
      const isBroken = seen.groups.some(({ problems }) =>
        problems.some(({ severity }) => severity === "error"),
      );
      return isBroken ? EXIT.findings : EXIT.fine;
    } finally {
      looker.close();
    }
  },
};
