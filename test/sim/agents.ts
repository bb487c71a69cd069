// Agents of a simulated run: the product's own `decide` in a loop like the product's, with hands whose
// deeds travel, and a router with clients in the same process.
import { decide, nothingRemembered } from "../../packages/baton/src/decide/decide.ts";
import { doubtsFrom } from "../../packages/baton/src/agent/doubt.ts";
import { suspects } from "../../packages/baton/src/decide/standing.ts";
import type { Decision, Memory, Route } from "../../packages/baton/src/decide/types.ts";
import { isUrgent } from "../../packages/baton/src/decide/urgency.ts";
import type { GroupPlan, Layout } from "../../packages/baton/src/cluster/types.ts";
import { Bell, type Engine, Process, type Task } from "./engine.ts";
import { Observer } from "./look.ts";
import type { Rules } from "./rules.ts";
import type { Sentinel } from "./sentinel.ts";
import { type Target, Worker } from "./targets.ts";
import { idAt, type World } from "./world.ts";

export interface AgentParts {
  readonly engine: Engine;
  readonly world: World;
  readonly sentinels: readonly Sentinel[];
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly rules: Rules;
  /** The product's, or one with a planted bug. */
  readonly decide: typeof decide;
  /** A planted bug: whatever was decided is done, however long ago, and nobody is asked again. */
  readonly isHasty: boolean;
  /** Called between a decision and its deed on a node: a fault may hit right there. */
  readonly onDeed: (agent: Agent) => void;
}

const CALM = { graceMs: 300, pauseMs: 500 } as const;
const URGENT = { graceMs: 40, pauseMs: 25 } as const;
const URGENT_FOR_MS = 60_000;
const PROBE_MS = 50;
const BEAT_MS = 50;
const LOOK_MAX_MS = 200;
const STILL_AGREED_MS = 80;
/** Nothing is done to a node on what was seen longer ago. */
export const DEED_WITHIN_MS = 500;

type Fence = Extract<Decision, { kind: "fence" }>;

export class Agent extends Process {
  readonly parts: AgentParts;
  /** On disk. */
  epochOnDisk = -1;
  memory: Memory = nothingRemembered;
  /** What its router does. */
  route: Route = nothingRemembered.route;
  isHolding = false;
  /** What the next reading of its presence will tell. */
  stalledMs = 0;
  clockJumpMs = 0;
  readonly workers: readonly Worker[];
  /** When what its deeds stand on was seen. */
  private seenMs = 0;
  private suspected: readonly string[] = [];
  private readonly wakes: Bell;

  constructor(host: string, parts: AgentParts, targets: readonly Target[], rank: number) {
    super(`agent ${host}`, host);
    this.parts = parts;
    this.workers = targets.map((target) => new Worker(parts.engine, this, target, rank));
    this.wakes = new Bell(parts.engine);
    this.boot();
  }

  boot(): void {
    const { engine } = this.parts;
    this.isAlive = true;
    this.memory = { ...nothingRemembered, epochSeenMax: this.epochOnDisk };
    this.route = this.memory.route;
    this.isHolding = false;
    this.suspected = [];
    this.stalledMs = 0;
    this.clockJumpMs = 0;
    engine.start(this, this.loop());
    engine.start(this, this.clients());
    for (const worker of this.workers) worker.boot();
  }

  thaw(): void {
    const forMs = this.parts.engine.thaw(this);
    this.stalledMs = Math.max(this.stalledMs, forMs - BEAT_MS);
  }

  wake(): void {
    this.wakes.ring();
  }

  private *loop(): Task {
    const { engine, world, sentinels, layout, group, rules } = this.parts;
    const observer = new Observer(this, engine, world, sentinels);
    let urgentSinceMs: number | undefined;
    for (;;) {
      const isFast = urgentSinceMs !== undefined && engine.nowMs - urgentSinceMs < URGENT_FOR_MS;
      const pace = isFast ? URGENT : CALM;
      const observation = yield* observer.look(
        this.suspected.length > 0 ? URGENT.graceMs : pace.graceMs,
      );
      const { stalledMs, clockJumpMs } = this;
      this.stalledMs = this.clockJumpMs = 0;
      const doubts = doubtsFrom({ stalledMs, clockJumpMs });
      const { nowMs } = engine;
      this.seenMs = nowMs;
      const before = this.memory;
      const about = { layout, group, observation, memory: before, doubts, nowMs, self: this.host };
      const decided = this.parts.decide(about);
      rules.turn(this, { before, observation, doubts, decided, nowMs });
      if (decided.memory.epochSeenMax > this.epochOnDisk) {
        yield engine.sleep(this, engine.between(0.5, 20));
        this.epochOnDisk = decided.memory.epochSeenMax;
      }
      this.memory = decided.memory;
      for (const decision of decided.decisions) yield* this.execute(decision);
      const mayAct = decided.decisions.every(({ kind }) => kind !== "hold");
      for (const worker of this.workers) worker.offer(this.memory.route, mayAct);
      this.watch(suspects(observation, this.memory.standings));
      urgentSinceMs = isUrgent(observation, decided) ? (urgentSinceMs ?? nowMs) : undefined;
      yield this.wakes.wait(this, urgentSinceMs === undefined ? CALM.pauseMs : pace.pauseMs);
    }
  }

  private *execute(decision: Decision): Task {
    const { engine, world, rules } = this.parts;
    if (decision.kind === "stay" || decision.kind === "hold") return;
    engine.say(() => `${this.name} ${decision.kind}: ${decision.reason}`);
    if ("node" in decision) this.parts.onDeed(this);
    yield engine.sleep(this, engine.between(0, 2));
    if (decision.kind === "route") {
      this.route = decision.route;
      rules.routed(this, decision.route);
      for (const worker of this.workers) worker.offer(decision.route, true);
    } else if (decision.kind === "hold-clients") this.isHolding = true;
    else if (decision.kind === "release-clients") this.isHolding = false;
    else if (decision.kind === "fence") yield* this.fence(decision);
    else if (this.isTooLate()) return;
    else if (decision.kind === "attach-replica") {
      const node = world.node(decision.node);
      yield* engine.call(this, node, () => {
        rules.demoted(this.name, node, idAt(decision.to));
        return world.replicaOf(node, idAt(decision.to));
      });
    } else if (decision.kind === "restore-settings") {
      const node = world.node(decision.node);
      yield* engine.call(this, node, () => {
        world.restoreSettings(node);
        node.rewrite();
        return true;
      });
    }
  }

  /** It stood still between what it saw and what it is about to do to a node: the next turn looks again. */
  private isTooLate(): boolean {
    return !this.parts.isHasty && this.parts.engine.nowMs - this.seenMs > DEED_WITHIN_MS;
  }

  private *fence({ node: id, to, epoch, by }: Fence): Task {
    const { engine, world, rules } = this.parts;
    if (this.isTooLate()) return;
    const isRight = by === "agreement" ? this.isStillAgreed(idAt(to), epoch) : this.isPrimary(idAt(to));
    if (!this.parts.isHasty && !(yield* isRight)) return;
    const node = world.node(id);
    rules.seen.fences += 1;
    yield* engine.call(this, node, () => {
      rules.demoted(this.name, node, idAt(to), by === "handover" ? epoch - 1 : undefined);
      return world.demote(node, idAt(to));
    });
  }

  /** Whom a switchover has promoted: Sentinel may have turned it back. */
  private *isPrimary(id: string): Task<boolean> {
    const { engine, world } = this.parts;
    const node = world.node(id);
    this.parts.onDeed(this);
    const askedMs = engine.nowMs;
    const isPrimary = yield* engine.call(this, node, () => node.of === undefined);
    return isPrimary === true && engine.nowMs - askedMs <= LOOK_MAX_MS;
  }

  /** As fence/still-agreed.ts: all Sentinels are asked again, right before the deed. */
  private *isStillAgreed(primary: string, epoch: number): Task<boolean> {
    const { engine, sentinels } = this.parts;
    this.parts.onDeed(this);
    const askedMs = engine.nowMs;
    const said: { readonly named: string; readonly epoch: number }[] = [];
    let waiting = sentinels.length;
    yield (resume) => {
      let isOver = false;
      const end = () => {
        if (!isOver) resume();
        isOver = true;
      };
      for (const sentinel of sentinels) {
        engine.send(this.host, sentinel, () => {
          const answer = { named: sentinel.named, epoch: sentinel.configEpoch };
          engine.send(sentinel.host, this, () => {
            said.push(answer);
            if ((waiting -= 1) === 0) end();
          });
        });
      }
      engine.after(STILL_AGREED_MS, end, this);
    };
    // It stood still between question and answer.
    if (engine.nowMs - askedMs > LOOK_MAX_MS) return false;
    if (said.some((one) => one.epoch > epoch)) return false;
    return said.filter(({ named }) => named === primary).length * 2 > sentinels.length;
  }

  private watch(nodes: readonly string[]): void {
    const { engine, world } = this.parts;
    const isAsking = this.suspected.length > 0;
    this.suspected = nodes;
    if (isAsking || nodes.length === 0) return;
    const { life } = this;
    const probe = () => {
      if (this.suspected.length === 0 || this.life !== life) return;
      for (const node of this.suspected)
        engine.send(this.host, world.node(node), () =>
          engine.send(world.node(node).host, this, () => this.wake()),
        );
      engine.after(PROBE_MS, probe, this);
    };
    probe();
  }

  /** Writes through the router, one after the other, wherever it leads. */
  private *clients(): Task {
    const { engine, world } = this.parts;
    for (;;) {
      yield engine.sleep(this, engine.between(60, 160));
      const { route } = this;
      if (route.kind === "none" || this.isHolding) continue;
      const node = world.node(route.node);
      const id = yield* engine.call(this, node, () => world.write(node));
      if (id !== undefined) world.acknowledged.set(id, engine.nowMs);
    }
  }
}
