// One Baton process of one host: a loop a group, the routers of this host, the HTTP that shows what
// it knows.
import type { Hands } from "../act/act.ts";
import type { AgentPlan, GroupPlan, Layout, SecretReference, Secrets } from "../cluster/types.ts";
import { nothingRemembered } from "../decide/decide.ts";
import { BatonError } from "../errors.ts";
import { openHttp } from "../http/server.ts";
import { subjectOf } from "../journal/signs.ts";
import { openEars, type SentinelEvent } from "../observe/events.ts";
import { openObserver } from "../observe/observer.ts";
import { openRouter, type Router } from "../router/router.ts";
import { groupStatus, type Status } from "../status/status.ts";
import type { Clock } from "../sys/clock.ts";
import { watchPresence } from "../sys/presence.ts";
import { actionsOf } from "./actions.ts";
import { openEpochFile } from "./epoch-file.ts";
import { handsOf } from "./hands.ts";
import { runLoop, type Turn } from "./loop.ts";
import { openShown } from "./shown.ts";
import { openSuspectProber } from "./suspects.ts";
import { openLedTargets } from "./targets.ts";
import { openWake } from "./wake.ts";
import { openWakeSocket } from "./wake-socket.ts";

export interface AgentOptions {
  readonly layout: Layout;
  readonly secrets: Pick<Secrets, "agent">;
  /** The host's name in the cluster file. */
  readonly host: string;
  /** Folder for what must outlive the process: the epochs seen, the journal. */
  readonly stateDirectory: string;
  /** Address to listen on for HTTP and router when it is not the host's own (a lab with wires). */
  readonly listenAddress?: string;
  readonly pages: URL;
  /** What a request that changes something must bear; undefined: the agent takes none. */
  readonly token: string | undefined;
  /** Reads what a target needs. @throws BatonError SECRET */
  readonly readSecret: (what: string, reference: SecretReference) => Promise<string>;
  /** Where `baton notify` finds this agent; in the state folder when undefined. */
  readonly wakeSocket: string | undefined;
  readonly version: string;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/**
 * A turn's sentence is said when it changes, and once a minute so that a log shows that the agent
 * lives.
 */
const REPEAT_MS = 60_000;

function speaker(clock: Clock, say: (line: string) => void): (group: string, sentence: string) => void {
  const last = new Map<string, { readonly sentence: string; readonly atMs: number }>();
  return (group, sentence) => {
    const before = last.get(group);
    const nowMs = clock.monotonicMs();
    if (before?.sentence === sentence && nowMs - before.atMs < REPEAT_MS) return;
    last.set(group, { sentence, atMs: nowMs });
    say(`${new Date(clock.wallMs()).toISOString()} ${group}: ${sentence}`);
  };
}

function statusOf(options: AgentOptions, turns: ReadonlyMap<string, Turn>): Status {
  const { layout, host, clock } = options;
  const newest = Math.max(0, ...[...turns.values()].map(({ atWallMs }) => atWallMs));
  return {
    observedBy: host,
    at: new Date(newest === 0 ? clock.wallMs() : newest).toISOString(),
    groups: layout.groups.map((group) => {
      const turn = turns.get(group.name);
      const observation = turn?.observation ?? { group: group.name, atMs: 0, views: [], nodes: [] };
      const { route } = turn?.decided.memory ?? nothingRemembered;
      return groupStatus({ layout, group, observation, route, problems: turn?.decided.problems ?? [] });
    }),
  };
}

async function openRouters(options: AgentOptions, group: GroupPlan): Promise<readonly Router[]> {
  const { layout, host, clock, listenAddress } = options;
  const { holdMs, holdSessions } = layout.cluster.router;
  const plans = layout.routers.filter((router) => router.host === host && router.group === group.name);
  const routers: Router[] = [];
  for (const { address, port } of plans) {
    const listen = { address: listenAddress ?? address, port };
    routers.push(await openRouter({ listen, sourceAddress: address, holdMs, holdSessions, clock }));
  }
  return routers;
}

function ownPlan({ layout, host }: AgentOptions): AgentPlan {
  const plan = layout.agents.find(({ id }) => id === host);
  if (plan !== undefined) return plan;
  throw new BatonError("USAGE", `host ${host} runs neither agent nor router in the cluster file`);
}

function entryOf({ sentinel, channel, text }: SentinelEvent) {
  return {
    kind: "event" as const,
    group: subjectOf(channel, text)?.group ?? "",
    sentence: `sentinel ${sentinel}: ${channel} ${text}`,
    facts: { sentinel, channel, text },
  };
}

/**
 * Runs until the signal is aborted, then closes everything. @throws BatonError PORT_BUSY, DISK,
 * USAGE
 */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { layout, secrets, host, stateDirectory, clock, say } = options;
  const plan = ownPlan(options);
  const epochs = await openEpochFile(stateDirectory);
  const shown = openShown(options);
  const { journal, turns, metrics } = shown;
  const targets = await openLedTargets({ ...options, journal, metrics });
  const wakes = new Map(layout.groups.map((group) => [group.name, openWake(clock)]));
  const wakeAll = () => wakes.forEach((wake) => wake.wake());
  const closers: (() => void | Promise<void>)[] = [() => shown.close(), () => targets.close()];
  try {
    const http = await openHttp({
      listen: { address: options.listenAddress ?? plan.httpAddress, port: plan.port },
      status: () => statusOf(options, turns),
      ...shown.parts,
      targets: () => targets.state(),
      token: options.token,
      actions: actionsOf({ ...options, journal, sourceAddress: plan.address, signal }),
      pages: options.pages,
    });
    closers.push(() => http.close(), await openWakeSocket(options, wakeAll));
    const ears = openEars({
      layout,
      groups: layout.groups,
      secrets,
      sourceAddress: plan.address,
      onEvent(event) {
        journal.write(entryOf(event));
        wakeAll();
      },
      onHello: (group) => wakes.get(group)?.wake(),
    });
    closers.push(() => ears.close());
    say(`${new Date(clock.wallMs()).toISOString()} agent of ${host}: watching, ${http.url}`);
    await Promise.all(layout.groups.map((group) => loopOf(group)));
  } finally {
    for (const close of closers.toReversed()) await close();
  }

  async function loopOf(group: GroupPlan): Promise<void> {
    const wake = wakes.get(group.name) ?? openWake(clock);
    const observer = openObserver({ layout, group, secrets, clock, sourceAddress: plan.address });
    closers.push(() => observer.close());
    const presence = watchPresence(clock);
    closers.push(() => presence.close());
    const routers = await openRouters(options, group);
    for (const router of routers) closers.push(() => router.close());
    const leadTargets: Hands["setRoute"] = (route) => targets.setRoute(group, route);
    const hands = handsOf({ layout, group, observer, routers, leadTargets });
    shown.addRouters(group, routers);
    const onTurn = (turn: Turn) => [shown, targets].forEach((one) => one.see(group, turn));
    const onAnswer = () => wake.wake();
    const suspects = openSuspectProber({ doorOf: hands.node, onAnswer, clock });
    closers.push(() => suspects.close());
    const parts = { layout, group, self: host, clock, observer, presence, epochs, hands, journal, wake };
    await runLoop({ ...parts, suspects, say: speaker(clock, say), onTurn }, signal);
  }
}
