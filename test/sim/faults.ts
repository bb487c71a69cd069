// What goes wrong in a simulated run, at random and for a while; healing ends all of it.
import type { Agent } from "./agents.ts";
import type { Engine, Process } from "./engine.ts";
import type { Rules } from "./rules.ts";
import type { Sentinel } from "./sentinel.ts";
import type { Runner, RunnerParts } from "./runner.ts";
import { startSwitchover } from "./switchover.ts";
import { STEPS } from "./switchover-steps.ts";
import type { Node, World } from "./world.ts";

export interface Cast {
  readonly engine: Engine;
  readonly world: World;
  readonly sentinels: readonly Sentinel[];
  readonly agents: readonly Agent[];
  readonly rules: Rules;
  readonly hosts: readonly string[];
  /** How often an agent freezes between a decision and its deed. */
  readonly frozenDeedShare: number;
  /** Only primaries that die and come back: for bugs that need just that, and then some luck. */
  readonly isOnlyReturns: boolean;
  readonly runnerParts: Omit<RunnerParts, "onStep">;
}

type Fault = (faults: Faults, cast: Cast) => void;

const revive = ({ engine, world }: Cast, process: Process): void => {
  if (process.isAlive) return;
  const node = world.nodes.find((one) => one === process);
  if (node !== undefined) world.restart(node, engine.chance(0.03));
  else (process as Sentinel | Agent).boot();
};

const thaw = ({ engine, agents }: Cast, process: Process): void => {
  const agent = agents.find((one) => one === process);
  if (agent === undefined) engine.thaw(process);
  else agent.thaw();
};

/** Mostly short, sometimes as long as a failover and its aftermath. */
const spell = (engine: Engine): number =>
  engine.chance(0.5) ? engine.between(20, 1_500) : engine.between(1_500, 12_000);

function crash(faults: Faults, cast: Cast, process: Process): void {
  if (!process.isAlive) return;
  process.crash();
  faults.lasting(`crash of ${process.name}`, spell(cast.engine), () => revive(cast, process));
}

function freeze(
  faults: Faults,
  cast: Cast,
  processes: readonly Process[],
  forMs = spell(cast.engine),
): void {
  const awake = processes.filter(({ isAwake }) => isAwake);
  if (awake.length === 0) return;
  for (const process of awake) cast.engine.freeze(process);
  const names = awake.map(({ name }) => name).join(" and ");
  faults.lasting(`freeze of ${names}`, forMs, () => {
    for (const process of awake) thaw(cast, process);
  });
}

function partition(
  faults: Faults,
  { engine }: Cast,
  pairs: readonly (readonly [string, string])[],
): void {
  for (const [from, to] of pairs) engine.cut(from, to);
  const what = `cut of ${pairs.map(([from, to]) => `${from}>${to}`).join(" ")}`;
  faults.lasting(what, spell(engine), () => {
    for (const [from, to] of pairs) engine.mend(from, to);
  });
}

const processesOn = ({ world, sentinels, agents }: Cast, host: string): Process[] =>
  [...world.nodes, ...sentinels, ...agents].filter((process) => process.host === host);

const agreedNode = ({ world, rules }: Cast): Node => world.node(rules.newestAgreed().node);

/** A fault that is listed twice comes twice as often. */
const FAULTS: readonly Fault[] = [
  (faults, cast) => crash(faults, cast, cast.engine.pick(cast.world.nodes)),
  (faults, cast) => crash(faults, cast, agreedNode(cast)),
  (faults, cast) => crash(faults, cast, agreedNode(cast)),
  (faults, cast) => crash(faults, cast, cast.engine.pick(cast.sentinels)),
  (faults, cast) => crash(faults, cast, cast.engine.pick(cast.agents)),
  (faults, cast) => freeze(faults, cast, [cast.engine.pick(cast.world.nodes)]),
  (faults, cast) => freeze(faults, cast, [agreedNode(cast)]),
  (faults, cast) => freeze(faults, cast, [cast.engine.pick(cast.sentinels)]),
  (faults, cast) => freeze(faults, cast, [cast.engine.pick(cast.agents)]),
  (faults, cast) => freeze(faults, cast, [cast.engine.pick(cast.agents)]),
  (faults, cast) => freeze(faults, cast, processesOn(cast, cast.engine.pick(cast.hosts))),
  (faults, cast) => {
    const [a, b] = [cast.engine.pick(cast.hosts), cast.engine.pick(cast.hosts)];
    if (a !== b)
      partition(
        faults,
        cast,
        cast.engine.chance(0.5)
          ? [[a, b]]
          : [
              [a, b],
              [b, a],
            ],
      );
  },
  (faults, cast) => {
    const { engine, hosts } = cast;
    const alone = engine.chance(0.5) ? agreedNode(cast).host : engine.pick(hosts);
    const others = hosts.filter((host) => host !== alone);
    partition(
      faults,
      cast,
      others.flatMap(
        (host) =>
          [
            [alone, host],
            [host, alone],
          ] as const,
      ),
    );
  },
  (_, { engine, agents, sentinels }) => {
    if (engine.chance(0.5)) engine.pick(agents).clockJumpMs = engine.between(-60_000, 60_000);
    else engine.pick(sentinels).tilt();
  },
  (_, { engine, sentinels, world }) => {
    // Configuration management on all hosts but those that know the newest epoch best.
    const newest = [...sentinels].sort((a, b) => b.configEpoch - a.configEpoch)[0];
    const first = world.nodes[0]?.id ?? "";
    for (const sentinel of sentinels)
      if (sentinel !== newest && sentinel.isAwake && engine.chance(0.8)) sentinel.monitorAnew(first);
  },
];

export class Faults {
  private readonly cast: Cast;
  private readonly curing = new Set<() => void>();
  private isOver = false;
  private runners = 0;
  runner: Runner | undefined;

  constructor(cast: Cast) {
    this.cast = cast;
  }

  /** One after the other, sometimes many at once, sometimes none for a while. */
  begin(): void {
    const { engine } = this.cast;
    engine.lossShare = engine.chance(0.5) ? 0 : 0.01;
    engine.lateShare = engine.between(0, 0.1);
    const next = () => {
      if (this.isOver) return;
      if (this.cast.isOnlyReturns) crash(this, this.cast, agreedNode(this.cast));
      else if (engine.chance(0.15)) this.switchOver();
      else engine.pick(FAULTS)(this, this.cast);
      const isCalm = this.cast.isOnlyReturns || engine.chance(0.1);
      engine.after(isCalm ? engine.between(4_000, 9_000) : engine.between(10, 2_500), next);
    };
    engine.after(engine.between(500, 2_000), next);
  }

  lasting(what: string, forMs: number, cure: () => void): void {
    const { engine, rules } = this.cast;
    engine.say(() => `${what} for ${Math.round(forMs)} ms`);
    const once = () => {
      if (!this.curing.delete(once)) return;
      engine.say(() => `end of ${what}`);
      rules.disturbedMs = engine.nowMs;
      cure();
    };
    this.curing.add(once);
    // Until it is cured nothing that runs is undisturbed.
    rules.disturbedMs = Number.POSITIVE_INFINITY;
    engine.after(forMs, () => {
      once();
      if (this.curing.size > 0) rules.disturbedMs = Number.POSITIVE_INFINITY;
    });
  }

  /** Everything that is broken is whole again, and stays so. */
  heal(): void {
    const { engine, rules } = this.cast;
    this.isOver = true;
    engine.lossShare = 0;
    engine.lateShare = 0;
    for (const cure of this.curing) cure();
    engine.mendAll();
    rules.disturbedMs = engine.nowMs;
    engine.say(() => "healed");
  }

  /** While there are faults its runner may be hit too, at any step. */
  switchOver(): void {
    const { engine, agents, world, runnerParts } = this.cast;
    if (this.runner?.outcome === undefined && this.runner?.isAlive === true) return;
    const fate = this.isOver ? 1 : engine.random();
    const victim = engine.pick(STEPS);
    const onStep: RunnerParts["onStep"] = (runner, step) => {
      if (this.isOver || step !== victim || fate > 0.5) return;
      this.soon(engine.between(0, 30), runner, () => {
        engine.say(() => `${runner.name} ${fate < 0.25 ? "dies" : "freezes"}`);
        if (fate < 0.25) runner.crash();
        else freeze(this, this.cast, [runner]);
        const to = world.nodes.find(({ id }) => id === runner.journey?.to);
        if (to !== undefined && engine.chance(0.4)) this.goOnWithout(to);
      });
    };
    const host = engine.pick(agents).host;
    this.runner = startSwitchover(host, (this.runners += 1), { ...runnerParts, onStep });
  }

  /** Unless everything is healed by then. */
  private soon(ms: number, victim: Process, happen: () => void): void {
    const { engine } = this.cast;
    engine.after(ms, () => (this.isOver ? undefined : happen()), victim);
  }

  /** While somebody is frozen the Sentinels go on, perhaps back to where they came from. */
  private goOnWithout(primary: Node): void {
    const { engine } = this.cast;
    this.soon(engine.between(0, 3_000), primary, () => crash(this, this.cast, primary));
  }

  /** Agents freeze between a decision and its deed, or while they ask once more. */
  acting(agent: Agent): void {
    const { engine, frozenDeedShare } = this.cast;
    if (this.isOver || !engine.chance(frozenDeedShare)) return;
    const forMs = engine.chance(0.3) ? spell(engine) : engine.between(4_000, 12_000);
    this.soon(engine.between(0, 5), agent, () => freeze(this, this.cast, [agent], forMs));
    if (engine.chance(0.5)) this.goOnWithout(agreedNode(this.cast));
  }

  /** Leaders die between two states of their failover. */
  entered(sentinel: Sentinel): void {
    const { engine } = this.cast;
    if (!this.isOver && engine.chance(0.04))
      engine.after(0, () => crash(this, this.cast, sentinel), sentinel);
  }
}
