import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { decide, nothingRemembered } from "../../packages/baton/src/decide/decide.ts";
import { CONFIRM_WITHIN_MS } from "../../packages/baton/src/decide/route.ts";
import type { Memory } from "../../packages/baton/src/decide/types.ts";
import { group, layout } from "../../packages/baton/src/decide/world.fixture.ts";
import type { Observation } from "../../packages/baton/src/observe/types.ts";
import { randomFrom, SimulatedWorld } from "./world.ts";

const TURN_MS = 50;
const start = Number(process.env["SIM_START"] ?? Math.floor(Math.random() * 1_000_000));
const RUNS = 100;
const TURNS = 1_500;

interface Step {
  readonly before: Memory;
  readonly after: Memory;
  readonly observation: Observation;
  readonly nowMs: number;
  readonly isStalled: boolean;
}

/** Breaks things for 1500 turns, then heals them and goes on for 400; yields every turn. */
function* simulate(
  number: number,
  winners: (map: ReadonlyMap<number, string>) => void,
): Generator<Step> {
  const random = randomFrom(number);
  const world = new SimulatedWorld(random);
  winners(world.winners);
  let memory: Memory = nothingRemembered;
  for (let turn = 0; turn < TURNS + 400; turn += 1) {
    if (turn === TURNS) world.heal();
    world.step();
    const nowMs = turn * TURN_MS;
    // A restart forgets everything but the epoch on disk.
    if (random() < 0.005) memory = { ...nothingRemembered, epochSeenMax: memory.epochSeenMax };
    const observation = world.look(nowMs);
    const isStalled = random() < 0.01;
    const doubts = isStalled ? [{ kind: "stalled" as const, forMs: 900 }] : [];
    const before = memory;
    const decided = decide({ layout, group, observation, memory, doubts, nowMs, self: "h2" });
    memory = decided.memory;
    yield { before, after: memory, observation, nowMs, isStalled };
  }
}

const heardOf = ({ views }: Observation) => views.filter(({ kind }) => kind === "heard").length;

/** The epoch whose primary two Sentinels name alike and which says so itself. */
function namedByMajority({ views, nodes }: Observation): { readonly epoch: number } | undefined {
  const heard = views.filter((view) => view.kind === "heard");
  for (const { primary, configEpoch } of heard) {
    const alike = heard.filter(
      (view) => isDeepStrictEqual(view.primary, primary) && view.configEpoch >= configEpoch,
    );
    const plan = group.nodes.find(({ address }) => address === primary.address);
    const isPrimary = nodes.some((view) => view.node === plan?.id && view.kind === "primary");
    if (alike.length >= 2 && isPrimary) return { epoch: configEpoch };
  }
  return undefined;
}

/** The rules that hold in every turn; the first one that is broken, in words. */
function broken(
  { before, after, observation, nowMs, isStalled }: Step,
  confirmedMax: number,
): string | undefined {
  const { route } = after;
  if (isStalled && !isDeepStrictEqual(before, after)) return `acted after a stall at ${nowMs}`;
  if (heardOf(observation) < 2 && route.kind === "primary" && !isDeepStrictEqual(route, before.route)) {
    return `a minority set a route at ${nowMs}`;
  }
  if (route.kind === "primary" && route.confirmed && route.epoch < confirmedMax)
    return `went back at ${nowMs}`;
  if (route.kind === "primary" && !route.confirmed) {
    // Turns that are held after a stall do not look at the time; a few may follow each other.
    const ageMs = nowMs - (after.earlySinceMs ?? Number.NaN);
    if (!(ageMs < CONFIRM_WITHIN_MS + 10 * TURN_MS)) return `early for ${ageMs} ms at ${nowMs}`;
  }
  const named = namedByMajority(observation);
  // The turn that withdraws an early route has none; the next one follows.
  const isWithdrawn = after.withdrawnEpoch > before.withdrawnEpoch;
  if (!isStalled && !isWithdrawn && named !== undefined && named.epoch >= before.epochSeenMax) {
    const isThere =
      route.kind === "primary" &&
      (route.confirmed ? route.epoch >= named.epoch : route.epoch > named.epoch);
    if (!isThere) return `did not follow the majority to epoch ${named.epoch} at ${nowMs}`;
  }
  if (after.epochSeenMax < before.epochSeenMax) return `forgot an epoch at ${nowMs}`;
  return undefined;
}

describe(`simulated electorates (SIM_START=${start} runs them again)`, () => {
  test("break no rule in any turn, and end on the newest primary once everything is whole", {
    timeout: 120_000,
  }, () => {
    let earlyRoutes = 0;
    let withdrawals = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const label = `SIM_START=${start + run}`;
      let winners: ReadonlyMap<number, string> = new Map();
      let confirmedMax = -1;
      let last: Step | undefined;
      for (const step of simulate(start + run, (map) => (winners = map))) {
        const { before, after } = step;
        const { route } = after;
        const complaint = broken(step, confirmedMax);
        if (complaint !== undefined) expect.fail(`${label}: ${complaint}`);
        if (route.kind === "primary" && route.confirmed) {
          if (route.node !== winners.get(route.epoch))
            expect.fail(`${label}: ${route.node} did not win ${route.epoch}`);
          confirmedMax = route.epoch;
        }
        if (route.kind === "primary" && !route.confirmed && before.route !== route) earlyRoutes += 1;
        if (after.withdrawnEpoch > before.withdrawnEpoch) withdrawals += 1;
        last = step;
      }
      const newest = Math.max(...winners.keys());
      expect(last?.after.route, `${label}: not converged`).toMatchObject({
        kind: "primary",
        confirmed: true,
        epoch: newest,
        node: winners.get(newest),
      });
    }
    // A simulator that never gets into the interesting states proves nothing.
    expect(earlyRoutes).toBeGreaterThan(RUNS);
    expect(withdrawals).toBeGreaterThan(RUNS / 10);
  });
});
