// One target under the engine of one agent, for the promises that every kind has to keep.
import type { Route } from "../decide/types.ts";
import { systemClock } from "../sys/clock.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { openTargets, type TargetEngine } from "./engine.ts";
import type { TargetNews, TargetState } from "./state.ts";
import { TEST_SECRET, testNodes, unpaced } from "./surroundings.fixture.ts";
import { NOBODY, type TargetKind } from "./target.ts";

export const at = (host: number, epoch: number, confirmed = true): Route => ({
  kind: "primary",
  node: `h${host}`,
  endpoint: testNodes[host - 1]?.endpoint ?? NOBODY,
  epoch,
  confirmed,
});
export const place = (host: number) => `10.9.0.${host}:6379`;
export const NONE: Route = { kind: "none", reason: "a test says so" };

export interface Bench {
  readonly engine: TargetEngine;
  readonly news: TargetNews[];
  /** How often the target itself was written to. */
  writes(): number;
  state(): TargetState | undefined;
  /** A turn of the agent. */
  turn(route: Route): void;
  /** Gives the route again and again, as turns do, until the target is where it should be. */
  lead(route: Route): Promise<void>;
  untilError(route: Route, pattern: RegExp): Promise<void>;
  untilAttempts(route: Route, count: number): Promise<void>;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly kind: TargetKind;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly stateDirectory: string;
  /** `one` acts at once, `two` a moment later where the target is shared. */
  readonly host?: "one" | "two";
  readonly withinMs?: number;
}

export async function openBench(options: BenchOptions): Promise<Bench> {
  const { kind, settings, stateDirectory, host = "one", withinMs = 10_000 } = options;
  let writes = 0;
  const counted: TargetKind = {
    ...kind,
    async open(own, surroundings) {
      const target = await kind.open(own, surroundings);
      const write: typeof target.write = async (change, signal) => {
        writes += 1;
        await target.write(change, signal);
      };
      return { ...target, write };
    },
  };
  const news: TargetNews[] = [];
  const engine = await openTargets({
    plans: [{ name: "it", kind: kind.id, group: "main", on: ["one", "two"], settings }],
    host,
    nodesOf: () => testNodes,
    stateDirectory,
    clock: systemClock,
    readSecret: () => Promise.resolve(TEST_SECRET),
    write: (one) => void news.push(one),
    kinds: [counted],
    pacerOf: unpaced,
  });
  const turn = (route: Route) => engine.turn("main", route, true);
  const state = () => engine.state()[0];
  const until = async (route: Route, isEnough: (state: TargetState) => boolean) => {
    const look = () => {
      turn(route);
      const now = state();
      return now !== undefined && isEnough(now) ? seen(undefined) : missing(JSON.stringify(now));
    };
    await waitFor("the target", look, { withinMs, everyMs: 10 });
  };
  return {
    engine,
    news,
    writes: () => writes,
    state,
    turn,
    async lead(route) {
      const epoch = route.kind === "primary" ? route.epoch : -1;
      await until(route, ({ isInSync, desired }) => isInSync && desired?.epoch === epoch);
    },
    untilError: (route, pattern) => until(route, ({ lastError }) => pattern.test(lastError ?? "")),
    untilAttempts: (route, count) => until(route, ({ attempts }) => attempts >= count),
    close: () => engine.close(),
  };
}
