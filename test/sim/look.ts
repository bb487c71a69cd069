// What one observer of a simulated run sees: answers that travel, are missing, or are up to 1200 ms old.
import type { NodeView, Observation, View } from "../../packages/baton/src/observe/types.ts";
import { dead, mute } from "../../packages/baton/src/decide/world.fixture.ts";
import type { Engine, Process, Task } from "./engine.ts";
import type { Sentinel } from "./sentinel.ts";
import { viewOf } from "./sentinel-view.ts";
import type { World } from "./world.ts";

const FRESH_MS = 1_200;
const DEADLINE_MS = 1_000;

/** At most one question under way, the last answer kept with the time of its question. */
class Source<T> {
  isUnderWay = false;
  private last: { readonly atMs: number; readonly answer: T | undefined } | undefined;
  private readonly from: Process;
  private readonly to: Process;
  private readonly answer: () => T;
  private readonly engine: Engine;

  constructor(engine: Engine, from: Process, to: Process, answer: () => T) {
    this.engine = engine;
    this.from = from;
    this.to = to;
    this.answer = answer;
  }

  ask(onSettled: () => void): void {
    if (this.isUnderWay) return;
    this.isUnderWay = true;
    const { engine, from, to } = this;
    const atMs = engine.nowMs;
    let isOver = false;
    const settle = (answer: T | undefined) => {
      if (isOver) return;
      isOver = true;
      this.isUnderWay = false;
      this.last = { atMs, answer };
      onSettled();
    };
    // A process that is gone refuses the connection at once.
    if (!to.isAlive && engine.isLinked(from.host, to.host))
      return engine.after(2, () => settle(undefined), from);
    engine.send(from.host, to, () => {
      const said = this.answer();
      engine.send(to.host, from, () => settle(said));
    });
    engine.after(DEADLINE_MS, () => settle(undefined), from);
  }

  latest(): T | undefined {
    const { last } = this;
    return last !== undefined && this.engine.nowMs - last.atMs <= FRESH_MS ? last.answer : undefined;
  }
}

export class Observer {
  private readonly engine: Engine;
  private readonly from: Process;
  private readonly sentinels: readonly { readonly id: string; readonly source: Source<View> }[];
  private readonly nodes: readonly { readonly id: string; readonly source: Source<NodeView> }[];
  private onSettled: () => void = () => undefined;

  constructor(from: Process, engine: Engine, world: World, sentinels: readonly Sentinel[]) {
    this.engine = engine;
    this.from = from;
    this.sentinels = sentinels.map((to) => {
      return { id: to.id, source: new Source(engine, from, to, () => viewOf(to)) };
    });
    this.nodes = world.nodes.map((to) => {
      return { id: to.id, source: new Source(engine, from, to, () => world.view(to)) };
    });
  }

  *look(graceMs: number): Task<Observation> {
    const { engine, from } = this;
    const sources = [...this.sentinels, ...this.nodes];
    yield (resume) => {
      let isOver = false;
      const end = () => {
        if (!isOver) resume();
        isOver = true;
      };
      this.onSettled = () => {
        if (sources.every(({ source }) => !source.isUnderWay)) end();
      };
      for (const { source } of sources) source.ask(() => this.onSettled());
      engine.after(graceMs, end, from);
    };
    return {
      group: "main",
      atMs: engine.nowMs,
      views: this.sentinels.map(({ id, source }) => source.latest() ?? mute(id)),
      nodes: this.nodes.map(({ id, source }) => source.latest() ?? dead(id)),
    };
  }
}
