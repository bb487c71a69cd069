// One simulated run: a cluster drawn from a number, a time in which everything goes wrong, and the time
// in which it has to heal.
import type { GroupPlan, Layout } from "../../packages/baton/src/cluster/types.ts";
import type { decide } from "../../packages/baton/src/decide/decide.ts";
import { at, group, layout } from "../../packages/baton/src/decide/world.fixture.ts";
import { Agent } from "./agents.ts";
import { Engine, randomFrom } from "./engine.ts";
import { Faults } from "./faults.ts";
import { Rules } from "./rules.ts";
import type { Surroundings } from "./known.ts";
import { Sentinel } from "./sentinel.ts";
import { Target } from "./targets.ts";
import { World } from "./world.ts";

const TROUBLE_MS = 25_000;
/** Two failover-timeouts, a note that expires, and what Sentinel takes to bring everybody in line. */
const HEALING_MS = 60_000;
const STABLE_MS = 2_000;
const SWITCHOVER_MS = 20_000;

const FROZEN_DEED_SHARE = 0.02;

export interface Options {
  readonly decide: typeof decide;
  readonly trace?: ((line: string) => void) | undefined;
  /** A planted bug: agents and runners do what they meant to do, and do not look again before. */
  readonly isHasty?: boolean;
  readonly frozenDeedShare?: number;
  readonly isOnlyReturns?: boolean;
}

export interface Run {
  readonly violation: string | undefined;
  readonly seen: Rules["seen"];
  readonly isBeyondHelp: boolean;
  readonly healedInMs: number;
}

function planFor(ids: readonly string[], routers: readonly string[]) {
  const nodes = ids.map((id) => ({ id, host: id, zone: id, ...at(id) }));
  const plan: GroupPlan = { ...group, nodes, firstPrimary: nodes[0] ?? group.firstPrimary };
  const whole: Layout = {
    ...layout,
    groups: [plan],
    sentinels: nodes.map((node) => ({ ...node, port: 26_379 })),
    agents: [...ids, ...routers].map((id) => ({ id, ...at(id), httpAddress: "127.0.0.1" })),
  };
  return { plan, whole };
}

class Simulation {
  readonly engine: Engine;
  readonly rules: Rules;
  readonly faults: Faults;
  private readonly agents: readonly Agent[];
  private readonly targets: readonly Target[];

  constructor(number: number, { decide, trace, ...habits }: Options) {
    const engine = new Engine(randomFrom(number));
    this.engine = engine;
    engine.trace = trace;
    const ids = ["h1", "h2", "h3", "h4", "h5"].slice(0, engine.pick([3, 3, 4, 5]));
    const routers = ["r8", "r9"].slice(0, engine.pick([1, 2]));
    const { plan, whole } = planFor(ids, routers);
    const world = new World(engine, ids);
    const sentinels: Sentinel[] = [];
    const around: Surroundings = {
      engine,
      world,
      sentinels,
      won: (epoch, node) => this.rules.won(epoch, node),
      informed: () => this.rules.newestAgreed(),
      entered: (sentinel) => this.faults.entered(sentinel),
    };
    for (const id of ids) sentinels.push(new Sentinel(id, ids[0] ?? "h1", around));
    for (const sentinel of sentinels) sentinel.boot();
    this.rules = new Rules(engine, world, sentinels, ids[0] ?? "h1");
    const { rules } = this;
    const newTarget = (name: string, host: string, isShared: boolean) =>
      new Target(name, host, isShared, (target, place, isConfirmed) =>
        rules.written(target, place, isConfirmed),
      );
    const shared = newTarget("shared target", "far", true);
    const hosts = [...ids, ...routers];
    const local = hosts.map((host) => newTarget(`target of ${host}`, host, false));
    const onDeed = (agent: Agent) => this.faults.acting(agent);
    const { isHasty = false, isOnlyReturns = false } = habits;
    const { frozenDeedShare = FROZEN_DEED_SHARE } = habits;
    const known = { engine, world, sentinels, group: plan, rules, isHasty };
    const parts = { ...known, layout: whole, decide, onDeed };
    this.targets = [shared, ...local];
    this.agents = hosts.map((host, rank) => {
      const own = local.filter((target) => target.host === host);
      return new Agent(host, parts, [...own, shared], rank);
    });
    world.wake = (host) => {
      for (const agent of this.agents) engine.send(host, agent, () => agent.wake());
    };
    const cast = { ...known, agents: this.agents, runnerParts: known };
    this.faults = new Faults({ ...cast, frozenDeedShare, isOnlyReturns, hosts: [...hosts, "far"] });
  }

  get isBroken(): boolean {
    return this.rules.violation !== undefined;
  }

  private isWhole(): boolean {
    return this.rules.unhealed(this.agents, this.targets) === undefined;
  }

  /** @returns how long it took until it was whole and stayed so. */
  becomeWhole(): number {
    const { engine } = this;
    const beganMs = engine.nowMs;
    let wholeSinceMs: number | undefined;
    while (!this.isBroken) {
      engine.run(engine.nowMs + 250, () => this.isBroken);
      wholeSinceMs = this.isWhole() ? (wholeSinceMs ?? engine.nowMs) : undefined;
      if (wholeSinceMs !== undefined && engine.nowMs - wholeSinceMs >= STABLE_MS) break;
      if (engine.nowMs - beganMs > HEALING_MS && wholeSinceMs === undefined) {
        // That is Sentinel's own doing, and only its next failover or a person can end it.
        if (this.rules.isBeyondHelp) break;
        this.rules.break(`not whole: ${this.rules.unhealed(this.agents, this.targets)}`);
      }
    }
    return (wholeSinceMs ?? engine.nowMs) - beganMs;
  }

  /** On a whole cluster it has to succeed, and to lose nothing, once no Sentinel is in TILT any more. */
  switchOver(): void {
    const { engine, faults, rules } = this;
    const endMs = engine.nowMs + SWITCHOVER_MS;
    const isOver = () => this.isBroken || faults.runner?.outcome !== undefined;
    do {
      faults.switchOver();
      engine.run(endMs, isOver);
    } while (!this.isBroken && faults.runner?.outcome === "refused" && engine.nowMs < endMs);
    const outcome = faults.runner?.outcome ?? "still under way";
    if (!this.isBroken && outcome !== "done") rules.break(`a switchover in peace was ${outcome}`);
  }
}

export function simulate(number: number, options: Options): Run {
  const simulation = new Simulation(number, options);
  const { engine, faults, rules } = simulation;
  faults.begin();
  engine.run(TROUBLE_MS, () => simulation.isBroken);
  faults.heal();
  const healedInMs = simulation.becomeWhole();
  if (!simulation.isBroken && !rules.isBeyondHelp && rules.strays === 0 && number % 3 === 0) {
    simulation.switchOver();
    simulation.becomeWhole();
  }
  const { violation, seen, isBeyondHelp } = rules;
  return { violation, seen, isBeyondHelp, healedInMs };
}
