// One Baton process of one host: a loop a group, the routers of this host, the HTTP that shows what
// it knows.
import type { Hands } from "../act/act.ts";
import type { AgentPlan, GroupPlan, Layout, OwnSecrets, SecretReference } from "../cluster/types.ts";
import { nothingRemembered } from "../decide/decide.ts";
import { BatonError } from "../errors.ts";
import { openHttp } from "../http/server.ts";
import { subjectOf } from "../journal/signs.ts";
import { openEars, type SentinelEvent } from "../observe/events.ts";
import { openObserver } from "../observe/observer.ts";
import type { Processes } from "../router/processes.ts";
import { groupStatus, type Status } from "../status/status.ts";
import type { Clock } from "../sys/clock.ts";
import { watchPresence } from "../sys/presence.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import { actionsOf } from "./actions.ts";
import { openEpochFile } from "./epoch-file.ts";
import { teacherOf } from "./command-tables.ts";
import { handsOf, onlyRoutes } from "./hands.ts";
import { runLoop, type Turn } from "./loop.ts";
import { openHostRouters } from "./routers.ts";
import { openShown, type Shown } from "./shown.ts";
import { openSuspectProber } from "./suspects.ts";
import { openTargetNotes } from "./target-notes.ts";
import { type LedTargets, openLedTargets } from "./targets.ts";
import { openWake } from "./wake.ts";
import { openWakeSocket } from "./wake-socket.ts";

export interface AgentOptions {
  /** A router server observes and decides as an agent does, and carries out nothing but the routes. */
  readonly duty: "agent" | "router";
  /** Where the routers of this host run. Closed with them. */
  readonly processes: Processes;
  /** How long sessions may go on after the signal to end: see `Router.drain`. */
  readonly drainMs: number;
  readonly layout: Layout;
  readonly secrets: OwnSecrets;
  /** What clients speak to this host's routers; undefined: plain text. */
  readonly clientTls: TlsMaterial | undefined;
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
  /** Bytes of what was said that have not left this process. */
  readonly backlogBytes: () => number;
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

const NOT_ASKED = { kind: "not-asked" } as const;

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
      const { problems = [], confirmations = NOT_ASKED } = turn?.decided ?? {};
      return groupStatus({ layout, group, observation, route, confirmations, problems });
    }),
  };
}

/** Aborted when the signal is and clients have had their time: until then they are led on. */
function afterDrain(signal: AbortSignal, drain: () => Promise<void>): AbortSignal {
  const ended = new AbortController();
  const end = () => ended.abort(signal.reason);
  // A drain that fails has no more to wait for: what is left is cut when everything closes.
  const begin = () => void drain().then(end, end);
  if (signal.aborted) begin();
  else signal.addEventListener("abort", begin, { once: true });
  return ended.signal;
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

interface HttpOptions {
  readonly options: AgentOptions;
  readonly plan: AgentPlan;
  readonly shown: Shown;
  readonly targets: LedTargets;
  readonly signal: AbortSignal;
}

async function openOwnHttp({ options, plan, shown, targets, signal }: HttpOptions) {
  const { journal, turns, parts } = shown;
  const notReady = () => {
    const { wanted, running } = options.processes.stats();
    const lacks = running < wanted ? [`${running} of ${wanted} router processes run`] : [];
    const leaving = signal.aborted ? ["it is about to end, and takes no new clients"] : [];
    return [...parts.checks.notReady(), ...lacks, ...leaving];
  };
  const actions = actionsOf({ ...options, journal, sourceAddress: plan.address, signal });
  return await openHttp({
    listen: { address: options.listenAddress ?? plan.httpAddress, port: plan.port },
    status: () => statusOf(options, turns),
    ...parts,
    checks: { ...parts.checks, notReady },
    targets: () => targets.state(),
    token: options.token,
    actions: options.duty === "agent" ? actions : undefined,
    pages: options.pages,
  });
}

/**
 * Runs until the signal is aborted, then closes everything. @throws BatonError PORT_BUSY, DISK,
 * USAGE
 */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { layout, secrets, host, stateDirectory, clock, say, duty } = options;
  const plan = ownPlan(options);
  const isAgent = duty === "agent";
  const epochs = await openEpochFile(stateDirectory);
  const shown = openShown(options);
  const { journal, metrics } = shown;
  const targets = await openLedTargets({ ...options, journal, metrics });
  const wakes = new Map(layout.groups.map((group) => [group.name, openWake(clock)]));
  const wakeAll = () => wakes.forEach((wake) => wake.wake());
  const routers = openHostRouters(options);
  const closers: (() => void | Promise<void>)[] = [() => shown.close(), () => targets.close()];
  closers.push(() => routers.close());
  const ended = afterDrain(signal, () => routers.drain(options.drainMs));
  try {
    const http = await openOwnHttp({ options, plan, shown, targets, signal });
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
    say(`${new Date(clock.wallMs()).toISOString()} ${duty} of ${host}: watching, ${http.url}`);
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
    const own = await routers.open(group);
    const leadTargets: Hands["setRoute"] = (route) => targets.setRoute(group, route);
    const hands = handsOf({ host, layout, group, observer, routers: own.routers, leadTargets });
    const teach = teacherOf(own.routers, hands.node);
    shown.addRouters(group, own);
    const notes = openTargetNotes({ host, group, nodeDoor: hands.node, clock });
    const onTurn = (turn: Turn) => {
      own.see(turn);
      teach(turn);
      for (const one of [shown, targets]) one.see(group, turn);
      if (isAgent) notes.see(turn, targets.of(group));
    };
    const onAnswer = () => wake.wake();
    const suspects = openSuspectProber({ doorOf: hands.node, onAnswer, clock });
    closers.push(() => suspects.close());
    const able = isAgent ? { self: host, hands } : { self: undefined, hands: onlyRoutes(hands) };
    const parts = { layout, group, ...able, clock, observer, presence, epochs, journal, wake };
    await runLoop({ ...parts, suspects, say: speaker(clock, say), onTurn }, ended);
  }
}
