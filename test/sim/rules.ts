// What must never happen in a simulated run, and what must be so once it is healed.
import { isDeepStrictEqual } from "node:util";
import type { Decided } from "../../packages/baton/src/decide/decide.ts";
import { CONFIRM_WITHIN_MS } from "../../packages/baton/src/decide/route.ts";
import type { Doubt, Memory, Route } from "../../packages/baton/src/decide/types.ts";
import type { Observation } from "../../packages/baton/src/observe/types.ts";
import type { Agent } from "./agents.ts";
import type { Engine } from "./engine.ts";
import type { Sentinel } from "./sentinel.ts";
import type { Runner } from "./runner.ts";
import type { Place, Target } from "./targets.ts";
import { idAt, type Node, PING_SECONDS, PRIORITY, type World } from "./world.ts";

interface Turn {
  readonly before: Memory;
  readonly observation: Observation;
  readonly doubts: readonly Doubt[];
  readonly decided: Decided;
  readonly nowMs: number;
}

const heardIn = ({ views }: Observation) => views.filter((view) => view.kind === "heard");

/** The epoch whose primary a majority of all Sentinels names alike and which says so itself. */
function namedByMajority(observation: Observation): number | undefined {
  const heard = heardIn(observation);
  for (const { primary, configEpoch } of heard) {
    const alike = heard.filter(
      (view) => isDeepStrictEqual(view.primary, primary) && view.configEpoch >= configEpoch,
    );
    const node = observation.nodes.find(({ node }) => node === idAt(primary));
    if (alike.length * 2 > observation.views.length && node?.kind === "primary") return configEpoch;
  }
  return undefined;
}

const TRAVEL_MS = 500;

export class Rules {
  /** The first rule that was broken, in words. */
  violation: string | undefined;
  /** The primary of every epoch that a leader has completed. */
  readonly winners = new Map<number, string>();
  /** Sentinel itself gave one epoch to two nodes: a forced failover beside an election. */
  isEpochSplit = false;
  /** When something was broken last; a switchover after it must not lose anything. */
  disturbedMs = 0;
  readonly seen = {
    fences: 0,
    early: 0,
    withdrawn: 0,
    held: 0,
    older: 0,
    switchovers: 0,
    undisturbed: 0,
  };
  private agreed: Place;
  private readonly routers = new Map<string, number>();
  private readonly targets = new Map<string, number>();
  private readonly engine: Engine;
  private readonly world: World;
  private readonly sentinels: readonly Sentinel[];

  constructor(engine: Engine, world: World, sentinels: readonly Sentinel[], first: string) {
    this.engine = engine;
    this.world = world;
    this.sentinels = sentinels;
    this.agreed = { node: first, epoch: 1 };
    this.winners.set(0, first).set(1, first);
  }

  break(what: string): void {
    this.engine.say(() => `BROKEN: ${what}`);
    this.violation ??= `${what}, at ${Math.round(this.engine.nowMs)} ms`;
  }

  won(epoch: number, node: string): void {
    const other = this.winners.get(epoch);
    if (other !== undefined && other !== node) {
      this.engine.say(() => `Sentinel gave epoch ${epoch} to ${other} and to ${node}`);
      this.isEpochSplit = true;
    }
    this.winners.set(epoch, node);
  }

  /** The winner of the newest epoch that a majority of the Sentinels, dead ones included, has ever named. */
  newestAgreed(): Place {
    const said = this.sentinels.map(({ named: node, configEpoch: epoch }) => ({ node, epoch }));
    for (const { node, epoch } of said) {
      const alike = said.filter((one) => one.node === node && one.epoch >= epoch);
      if (alike.length * 2 > said.length && epoch > this.agreed.epoch) this.agreed = { node, epoch };
    }
    return this.agreed;
  }

  turn(agent: Agent, turn: Turn): void {
    const { before, observation, doubts, decided, nowMs } = turn;
    const { memory: after, decisions } = decided;
    const { route } = after;
    const who = agent.name;
    if (decisions.some(({ kind }) => kind === "hold-clients")) this.seen.held += 1;
    if (after.withdrawnEpoch > before.withdrawnEpoch) this.seen.withdrawn += 1;
    if (decided.problems.some(({ code }) => code === "epoch-older")) this.seen.older += 1;
    if (doubts.length > 0) {
      const isIdle = decisions.every(({ kind }) => kind === "hold") && isDeepStrictEqual(before, after);
      if (!isIdle) this.break(`${who} acted in doubt`);
      return;
    }
    const isMinority = heardIn(observation).length * 2 <= observation.views.length;
    const deeds = decisions.filter(
      ({ kind, ...rest }) =>
        kind === "fence" ||
        kind === "attach-replica" ||
        (kind === "route" && "route" in rest && rest.route.kind === "primary"),
    );
    if (isMinority && deeds.length > 0)
      this.break(`${who} saw a minority, and did: ${deeds[0]?.reason}`);
    if (after.epochSeenMax < before.epochSeenMax) this.break(`${who} forgot an epoch`);
    if (route.kind === "primary" && !route.confirmed) {
      const ageMs = nowMs - (after.earlySinceMs ?? Number.NaN);
      if (!(ageMs < CONFIRM_WITHIN_MS)) this.break(`${who} kept an early route for ${ageMs} ms`);
    }
    this.followed(agent, turn);
  }

  /** The rule that keeps an agent from being safe by doing nothing. */
  private followed(agent: Agent, { before, observation, decided }: Turn): void {
    const { route, withdrawnEpoch } = decided.memory;
    const named = namedByMajority(observation);
    if (named === undefined || named < before.epochSeenMax || withdrawnEpoch > before.withdrawnEpoch)
      return;
    const isThere =
      route.kind === "primary" && (route.confirmed ? route.epoch >= named : route.epoch > named);
    if (!isThere) this.break(`${agent.name} did not follow the majority to epoch ${named}`);
  }

  routed(agent: Agent, route: Route): void {
    if (route.kind === "none") return;
    const newest = this.routers.get(agent.host) ?? -1;
    const { node, epoch, confirmed } = route;
    if (confirmed ? epoch < newest : epoch <= newest)
      this.break(`the router of ${agent.name} went to ${node} in epoch ${epoch} after ${newest}`);
    if (!confirmed) this.seen.early += 1;
    if (confirmed) this.routers.set(agent.host, epoch);
    if (confirmed && !this.isEpochSplit && this.winners.get(epoch) !== node)
      this.break(`${agent.name} confirmed ${node}, which did not win epoch ${epoch}`);
  }

  written(target: Target, { node, epoch }: Place, isConfirmed: boolean): void {
    const newest = this.targets.get(target.name) ?? -1;
    if (isConfirmed ? epoch < newest : epoch <= newest)
      this.break(`${target.name} was moved to ${node} in epoch ${epoch} after ${newest}`);
    if (isConfirmed) this.targets.set(target.name, epoch);
    if (isConfirmed && !this.isEpochSplit && this.winners.get(epoch) !== node)
      this.break(`${target.name} leads to ${node}, which did not win epoch ${epoch}`);
  }

  /** A REPLICAOF that Baton has sent arrives at a node. `handover`: the epoch that a switchover ends. */
  demoted(by: string, node: Node, to: string, handover?: number): void {
    if (node.of !== undefined) return;
    const agreed = this.newestAgreed();
    if (agreed.node !== node.id || this.isEpochSplit) return;
    // To end this very epoch is what a switchover is for, once there is a next primary. While the order
    // travels Sentinel may still turn that one back.
    const next = this.world.node(to);
    const isPromoted = next.of === undefined || this.engine.nowMs - next.roleSinceMs < TRAVEL_MS;
    if (handover === agreed.epoch && isPromoted) return;
    this.break(
      `${by} made ${node.id}, the newest agreed primary of epoch ${agreed.epoch}, follow ${to}`,
    );
  }

  switchedOver({ outcome, isLate, journey, name }: Runner): void {
    if (outcome !== "done" || journey === undefined) return;
    this.seen.switchovers += 1;
    if (isLate || journey.beganMs <= this.disturbedMs) return;
    this.seen.undisturbed += 1;
    const kept = new Set(this.world.node(journey.to).log);
    const during = [...this.world.acknowledged].filter(([, atMs]) => atMs >= journey.beganMs);
    const lost = [...journey.held, ...during.map(([id]) => id)].filter((id) => !kept.has(id));
    if (lost.length > 0) this.break(`${name} lost ${lost.length} acknowledged writes, undisturbed`);
  }

  /** The Sentinels themselves cannot agree any more; agents rightly hold. */
  get isBeyondHelp(): boolean {
    return this.isEpochSplit || this.strays * 2 >= this.sentinels.length;
  }

  get strays(): number {
    return this.sentinels.filter(({ isStray }) => isStray).length;
  }

  /** Why it is not whole yet, or undefined. */
  unhealed(agents: readonly Agent[], targets: readonly Target[]): string | undefined {
    const newest = Math.max(...this.sentinels.map(({ configEpoch }) => configEpoch));
    const primary = this.winners.get(newest);
    for (const { name, configEpoch, named, failover, isStray } of this.sentinels) {
      if (isStray) continue;
      if (configEpoch !== newest || named !== primary) return `${name} names ${named} in ${configEpoch}`;
      if (failover.state !== "none") return `${name} has a failover under way`;
    }
    for (const node of this.world.nodes) {
      const view = this.world.view(node);
      const isRight = node.id === primary ? node.of === undefined : node.of === primary && node.isLinked;
      if (!isRight)
        return `${node.id} follows ${node.of ?? "nobody"}, ${node.isLinked ? "" : "not "}linked`;
      if (node.priority !== PRIORITY || node.pingSeconds !== PING_SECONDS)
        return `${node.id} has leftover settings`;
      if (view.kind !== "silent" && view.handover !== undefined) return `${node.id} still has a note`;
    }
    for (const { name, route, isHolding } of agents) {
      const isThere = route.kind === "primary" && route.node === primary && route.epoch === newest;
      if (!isThere || !route.confirmed) return `${name} routes to ${JSON.stringify(route)}`;
      if (isHolding) return `${name} keeps its clients waiting`;
    }
    for (const { name, holds } of targets)
      if (holds?.node !== primary || holds?.epoch !== newest)
        return `${name} holds ${JSON.stringify(holds)}`;
    return undefined;
  }
}
