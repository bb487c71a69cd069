// One Baton process of one host: a loop a group, the routers of this host, the HTTP that shows what
// it knows.
import { join } from "node:path";
import type { Hands } from "../act/act.ts";
import type { GroupPlan, Layout, Secrets } from "../cluster/types.ts";
import { nothingRemembered } from "../decide/decide.ts";
import { BatonError } from "../errors.ts";
import { openHttp } from "../http/server.ts";
import { openJournal } from "../journal/journal.ts";
import { openEars } from "../observe/events.ts";
import { nodeDoor, openObserver, type Observer, sentinelDoor } from "../observe/observer.ts";
import type { Door } from "../redis/door.ts";
import { openRouter, type Router } from "../router/router.ts";
import { groupStatus, type Status } from "../status/status.ts";
import type { Clock } from "../sys/clock.ts";
import { watchPresence } from "../sys/presence.ts";
import { openEpochFile } from "./epoch-file.ts";
import { runLoop, type Turn } from "./loop.ts";
import { openWake } from "./wake.ts";

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

function doorOf(observer: Observer, key: string): Door {
  const door = observer.doors.get(key);
  if (door === undefined)
    throw new BatonError("UNABLE", `no connection to ${key}: it is not in the cluster file`);
  return door;
}

function handsOf(observer: Observer, routers: readonly Router[]): Hands {
  return {
    setRoute: (route) => {
      for (const router of routers) router.setRoute(route);
    },
    node: (id) => doorOf(observer, nodeDoor(id)),
    sentinel: (host) => doorOf(observer, sentinelDoor(host)),
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

/**
 * Runs until the signal is aborted, then closes everything. @throws BatonError PORT_BUSY, DISK,
 * USAGE
 */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { layout, secrets, host, stateDirectory, clock, say } = options;
  const plan = layout.agents.find(({ id }) => id === host);
  if (plan === undefined)
    throw new BatonError("USAGE", `host ${host} runs neither agent nor router in the cluster file`);
  const epochs = await openEpochFile(stateDirectory);
  const journal = openJournal(join(stateDirectory, "journal.jsonl"), clock, (error) =>
    say(`journal: ${error.message}`),
  );
  const wakes = new Map(layout.groups.map((group) => [group.name, openWake(clock)]));
  const wakeAll = () => [...wakes.values()].forEach((wake) => wake.wake());
  const turns = new Map<string, Turn>();
  const closers: (() => void | Promise<void>)[] = [];
  try {
    const http = await openHttp({
      listen: { address: options.listenAddress ?? plan.httpAddress, port: plan.port },
      status: () => statusOf(options, turns),
      journal: (limit) => journal.latest(limit),
      pages: options.pages,
    });
    closers.push(() => http.close());
    const ears = openEars({
      layout,
      groups: layout.groups,
      secrets,
      sourceAddress: plan.address,
      onEvent: ({ sentinel, channel, text }) => {
        journal.write({
          kind: "event",
          group: "",
          sentence: `sentinel ${sentinel}: ${channel} ${text}`,
        });
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
    const observer = openObserver({ layout, group, secrets, clock, sourceAddress: plan?.address ?? "" });
    closers.push(() => observer.close());
    const presence = watchPresence(clock);
    closers.push(() => presence.close());
    const routers = await openRouters(options, group);
    for (const router of routers) closers.push(() => router.close());
    const hands = handsOf(observer, routers);
    const onTurn = (turn: Turn) => void turns.set(group.name, turn);
    const parts = { layout, group, self: host, clock, observer, presence, epochs, hands, journal, wake };
    await runLoop({ ...parts, say: speaker(clock, say), onTurn }, signal);
  }
}
