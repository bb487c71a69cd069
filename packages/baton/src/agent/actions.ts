// What a person with the token may ask this agent to do: a planned switchover, a maintenance, its end.
import { randomUUID } from "node:crypto";
import type { GroupPlan, Layout, OwnSecrets } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import type { HttpActions } from "../http/changes.ts";
import type { Journal } from "../journal/journal.ts";
import { pauseGroup, resumeGroup } from "../maintenance/maintenance.ts";
import { runSwitchover } from "../switchover/run.ts";
import type { Progress } from "../switchover/types.ts";
import type { Clock } from "../sys/clock.ts";

export interface ActionParts {
  readonly layout: Layout;
  readonly secrets: OwnSecrets;
  readonly clock: Clock;
  readonly journal: Journal;
  /** The host's own, which firewalls know. */
  readonly sourceAddress: string;
  readonly host: string;
  /** Ends a switchover with the agent: before its promotion by undoing it. */
  readonly signal: AbortSignal;
}

const PAUSE_MS = 30 * 60_000;

function groupFrom({ groups }: Layout, asked: string | undefined): GroupPlan {
  const named = groups.find(({ name }) => name === asked);
  const [only] = groups;
  const found = asked === undefined && groups.length === 1 ? only : named;
  if (found !== undefined) return found;
  const names = groups.map(({ name }) => name).join(", ");
  throw new BatonError("USAGE", `group ${asked ?? "(none named)"}: the cluster file has ${names}`);
}

export function actionsOf(parts: ActionParts): HttpActions {
  const { layout, secrets, clock, journal, sourceAddress, host, signal } = parts;
  const options = { layout, secrets, clock, sourceAddress };
  const each = async <T>(name: string | undefined, act: (group: GroupPlan) => Promise<T>) => {
    const groups = name === undefined ? layout.groups : [groupFrom(layout, name)];
    const done: T[] = [];
    for (const group of groups) done.push(await act(group));
    return done;
  };
  return {
    async switchover({ group: name, to, maxPauseMs, despiteTargets = false, isDryRun = false }) {
      const group = groupFrom(layout, name);
      const id = randomUUID();
      const onProgress = ({ step, state, sentence }: Progress) =>
        journal.write({
          kind: "switchover",
          group: group.name,
          sentence: `${step} ${state}: ${sentence}`,
          facts: { attempt: id, step, state },
        });
      const asked = { id, group, to, maxPauseMs, isDryRun, despiteTargets, onProgress };
      return await runSwitchover({ ...options, ...asked }, signal);
    },
    async pause({ group: name, forMs = PAUSE_MS }) {
      const paused = await each(name, async (group) => {
        const { until } = await pauseGroup({ ...options, group }, { forMs, by: `agent ${host}` });
        return { group: group.name, until };
      });
      return { paused };
    },
    async resume({ group: name }) {
      const resumed = await each(name, async (group) => ({
        group: group.name,
        wasPaused: await resumeGroup({ ...options, group }),
      }));
      return { resumed };
    },
  };
}
