// The small world of world.fixture.ts with `durability: replicated`: what Sentinels list of each replica,
// and turns of the loop that remember.
import type { Layout } from "../cluster/types.ts";
import type { NodeRemarks, NodeView, ReplicaView, View } from "../observe/types.ts";
import type { HeardView } from "./agree.ts";
import { type Decided, decide, type DecideInput, nothingRemembered } from "./decide.ts";
import type { Memory } from "./types.ts";
import { at, follows, isPrimary, layout, observed, says, input } from "./world.fixture.ts";

const router = { ...layout.cluster.router, durability: "replicated" } as const;
export const replicated: Layout = { ...layout, cluster: { ...layout.cluster, router } };

export const listed = (id: string, more: Partial<ReplicaView> = {}): ReplicaView => ({
  ...at(id),
  flags: ["slave"],
  priority: 100,
  offsetBytes: 1_000,
  link: "ok",
  runId: `run-${id}`,
  ...more,
});
export const DOWN = { flags: ["slave", "s_down", "disconnected"] } as const;

/** Three Sentinels of epoch 7; each lists the same replicas. */
export const allSay = (
  replicas: readonly ReplicaView[],
  primary = "h1",
  more: Partial<HeardView> = {},
): readonly View[] => ["h1", "h2", "h3"].map((id) => says(id, primary, 7, { replicas, ...more }));

export const both = [listed("h2"), listed("h3")];
export const healthy = [isPrimary("h1", ["h2", "h3"]), follows("h2", "h1"), follows("h3", "h1")];

export const withPriority = (view: NodeView, replicaPriority: number): NodeView =>
  Object.assign({}, view, { replicaPriority } satisfies NodeRemarks);

/** h1 has been the agreed primary of epoch 7 for a while. */
export const settled: Memory = {
  ...nothingRemembered,
  epochSeenMax: 7,
  route: { kind: "primary", node: "h1", endpoint: at("h1"), epoch: 7, confirmed: true },
  standings: { h1: { kind: "agreed" }, h2: { kind: "replica" }, h3: { kind: "replica" } },
};

/** One turn. */
export function turn(
  views: readonly View[],
  nodes: readonly NodeView[],
  more: Partial<DecideInput> = {},
): Decided {
  return decide(input(views, nodes, { layout: replicated, memory: settled, ...more }));
}

/** Turns every 500 ms from `fromMs` to `toMs`, over a world that stays as it is or changes with the time. */
export function during(
  fromMs: number,
  toMs: number,
  world: (nowMs: number) => { views: readonly View[]; nodes: readonly NodeView[] },
  more: Partial<DecideInput> = {},
): readonly Decided[] {
  let memory = more.memory ?? settled;
  const turns: Decided[] = [];
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += 500) {
    const { views, nodes } = world(nowMs);
    const observation = observed(views, nodes, nowMs);
    const decided = turn(views, nodes, { ...more, observation, memory, nowMs });
    turns.push(decided);
    memory = decided.memory;
  }
  return turns;
}
