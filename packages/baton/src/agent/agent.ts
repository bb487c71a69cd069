// One Baton process of one host: a loop a group, the routers of this host, the HTTP that shows what
// it knows.
import { setMaxListeners } from "node:events";
import type { Hands } from "../act/act.ts";
import type { AgentPlan, GroupPlan, Layout, OwnSecrets, SecretReference } from "../cluster/types.ts";
import { withoutNotices } from "../cluster/write.ts";
import { BatonError } from "../errors.ts";
import { openHttp } from "../http/server.ts";
import { openObserver } from "../observe/observer.ts";
import type { Processes } from "../router/processes.ts";
import type { Clock } from "../sys/clock.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import { actionsOf } from "./actions.ts";
import { type Common, openCommon } from "./common.ts";
import { openEpochFile } from "./epoch-file.ts";
import { handsOf, onlyRoutes } from "./hands.ts";
import { runLoop, type Turn } from "./loop.ts";
import { openLedNotices } from "./notices.ts";
import { openHostRouters } from "./routers.ts";
import { openShown, type Shown } from "./shown.ts";
import { openSuspectProber } from "./suspects.ts";
import { openTargetNotes } from "./target-notes.ts";
import { type LedTargets, openLedTargets } from "./targets.ts";
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

/** A router server tells nobody. */
function toldBy({ layout, duty }: AgentOptions): Layout {
  return duty === "agent" ? layout : { ...layout, cluster: withoutNotices(layout.cluster) };
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

interface HttpOptions {
  readonly options: AgentOptions;
  readonly plan: AgentPlan;
  readonly shown: Shown;
  readonly targets: LedTargets;
  readonly signal: AbortSignal;
}

async function openOwnHttp({ options, plan, shown, targets, signal }: HttpOptions) {
  const { journal, parts } = shown;
  const notReady = () => {
    const { wanted, running } = options.processes.stats();
    const lacks = running < wanted ? [`${running} of ${wanted} router processes run`] : [];
    const leaving = signal.aborted ? ["it is about to end, and takes no new clients"] : [];
    return [...parts.checks.notReady(), ...lacks, ...leaving];
  };
  const actions = actionsOf({ ...options, journal, sourceAddress: plan.address, signal });
  return await openHttp({
    listen: { address: options.listenAddress ?? plan.httpAddress, port: plan.port },
    ...parts,
    checks: { ...parts.checks, notReady },
    targets: () => targets.state(),
    token: options.token,
    actions: options.duty === "agent" ? actions : undefined,
    pages: options.pages,
  });
}

/** They know of a drill by what the status knows, and the status of what they cannot send. */
async function openOwnNotices(options: AgentOptions, { known, journal, metrics }: Shown) {
  const drillOf = (group: string) => known.drillsOf(group).drill;
  const layout = toldBy(options);
  const notices = await openLedNotices({ ...options, layout, journal, metrics, drillOf });
  known.addProblems(notices.problemsOf);
  return notices;
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
  const notices = await openOwnNotices(options, shown);
  const routers = openHostRouters(options);
  const closers: (() => void | Promise<void>)[] = [() => shown.close(), () => targets.close()];
  closers.push(() => notices.close());
  closers.push(() => routers.close());
  const ended = afterDrain(signal, () => routers.drain(options.drainMs));
  // A listener a loop, and no leak.
  setMaxListeners(0, ended);
  try {
    const http = await openOwnHttp({ options, plan, shown, targets, signal });
    closers.push(() => http.close());
    const onNotice = (message: string) => notices.hear(message);
    const common = openCommon({ layout, secrets, clock, say, plan, journal, onNotice });
    closers.push(() => common.close(), await openWakeSocket(options, () => common.wakeAll()));
    say(`${new Date(clock.wallMs()).toISOString()} ${duty} of ${host}: watching, ${http.url}`);
    await Promise.all(layout.groups.map((group) => loopOf(group, common)));
  } finally {
    for (const close of closers.toReversed()) await close();
  }

  async function loopOf(group: GroupPlan, common: Common): Promise<void> {
    const { ears, sentinels, turnstile, urgent } = common;
    // Opened one after the other, as they take their turns later.
    await turnstile.pass(false);
    const wake = common.wakeOf(group.name);
    const where = { layout, group, secrets, clock, sourceAddress: plan.address };
    const observer = openObserver({ ...where, sentinels });
    closers.push(() => observer.close());
    shown.askBy(group, observer);
    const own = await routers.open(group);
    const leadTargets: Hands["setRoute"] = (route) => targets.setRoute(group, route);
    const hands = handsOf({ host, layout, group, observer, routers: own.routers, leadTargets });
    const teach = common.teacher.of(own.routers, hands.node);
    shown.addRouters(group, own);
    shown.known.readBy(group, hands.node);
    notices.open(group, hands.node);
    const notes = openTargetNotes({ host, group, nodeDoor: hands.node, clock });
    const onTurn = (turn: Turn) => {
      ears.follow(group);
      own.see(turn);
      teach(turn);
      for (const one of [shown, targets, notices]) one.see(group, turn);
      if (isAgent) notes.see(turn, targets.of(group));
    };
    const onAnswer = () => wake.wake();
    const suspects = openSuspectProber({ doorOf: hands.node, onAnswer, clock, all: common.suspects });
    closers.push(() => suspects.close());
    const able = isAgent ? { self: host, hands } : { self: undefined, hands: onlyRoutes(hands) };
    const seeing = { observer, presence: common.presence.reader(), turnstile, suspects, urgent, onTurn };
    const parts = { layout, group, ...able, ...seeing, clock, epochs, journal, wake };
    await runLoop({ ...parts, say: common.say }, ended);
  }
}
