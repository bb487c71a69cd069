// Rounds of loads and contestants: in every round each contestant takes every load, in an order that is
// drawn anew.
import { BatonError } from "../../packages/baton/src/errors.ts";
import type { Contestant } from "./contestant.ts";
import type { Measure, Played } from "./figures.ts";
import { shuffled } from "./random.ts";
import { readUsage } from "./usage.ts";

export interface PlayInput {
  readonly contestant: Contestant;
  readonly seconds: number;
  /** What was measured last, or a guess: how many requests fill the seconds. */
  readonly perSecond: number;
}

export interface Load {
  readonly id: string;
  readonly title: string;
  /** "SET" or "GET". */
  readonly command: string;
  /** Contestants that can take it; all when absent. */
  readonly takes?: (contestant: Contestant) => boolean;
  /** Before every round, through no contestant. */
  readonly prepare?: () => Promise<void>;
  /** Beside the measure, as idle sessions are; what it returns takes them away again. */
  readonly surround?: (contestant: Contestant) => Promise<() => Promise<void>>;
  /** @throws BatonError when the contestant fails: counted against it. */
  readonly play: (input: PlayInput) => Promise<Played>;
}

export interface RaceOptions {
  readonly contestants: readonly Contestant[];
  readonly loads: readonly Load[];
  readonly rounds: number;
  /** How long one measure should take. */
  readonly seconds: number;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onProgress: (sentence: string) => void;
}

export interface Raced {
  readonly measures: readonly Measure[];
  /** What a contestant could not do, in sentences. */
  readonly failures: readonly string[];
}

/** A slow guess: the warm-up takes shorter than it should, and corrects it. */
const FIRST_GUESS = 2_000;
const WARM_SHARE = 0.25;

async function measureOnce(load: Load, input: PlayInput) {
  const { contestant } = input;
  const takeAway = await load.surround?.(contestant);
  try {
    const warm = await load.play({ ...input, seconds: input.seconds * WARM_SHARE });
    const before = contestant.pid === undefined ? undefined : readUsage(contestant.pid);
    const played = await load.play({ ...input, perSecond: warm.operationsPerSecond });
    const after = contestant.pid === undefined ? undefined : readUsage(contestant.pid);
    if (before === undefined || after === undefined)
      return { ...played, cpuMicrosPerOperation: null, memory: null };
    return {
      ...played,
      cpuMicrosPerOperation: (after.cpuMicros - before.cpuMicros) / played.operations,
      memory: {
        beforeBytes: before.rssBytes,
        afterBytes: after.rssBytes,
        peakBytes: after.peakBytes,
      },
    };
  } finally {
    await takeAway?.();
  }
}

/** @throws what is nobody's fault here, and when the signal is aborted; a failure is told, not thrown. */
export async function race(options: RaceOptions): Promise<Raced> {
  const { contestants, loads, rounds, seconds, random, signal, onProgress } = options;
  const measures: Measure[] = [];
  const failures: string[] = [];
  const perSecond = new Map<string, number>();

  async function turn(round: number, load: Load, contestant: Contestant): Promise<void> {
    const pair = `${load.id} ${load.command} ${contestant.id}`;
    try {
      const input = { contestant, seconds, perSecond: perSecond.get(pair) ?? FIRST_GUESS };
      const measured = await measureOnce(load, input);
      perSecond.set(pair, measured.operationsPerSecond);
      const name = `${load.id} ${load.command}`;
      measures.push({ ...measured, round, load: name, contestant: contestant.id });
      const { operationsPerSecond, p50Ms } = measured;
      onProgress(
        `round ${round}: ${pair}: ${Math.round(operationsPerSecond)}/s, p50 ${p50Ms.toFixed(3)} ms`,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BatonError)) throw error;
      failures.push(`round ${round}: ${pair}: ${error.message}`);
      onProgress(failures.at(-1) ?? "");
    }
  }

  for (let round = 1; round <= rounds; round += 1) {
    for (const load of loads) {
      await load.prepare?.();
      const taking = contestants.filter((contestant) => load.takes?.(contestant) ?? true);
      for (const contestant of shuffled(taking, random)) await turn(round, load, contestant);
    }
  }
  return { measures, failures };
}
