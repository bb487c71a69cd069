// Gives Redis a rest after failures in a row: cockatiel's circuit breaker, asked in our words.
import {
  BrokenCircuitError,
  CircuitState,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhenResult,
  noJitterGenerator,
} from "cockatiel";
import type { BreakerState } from "./channels.ts";

export interface BreakerOptions {
  readonly breakerFailures: number;
  readonly breakerPauseMs: number;
  readonly onState: (state: BreakerState) => void;
}

interface Judged {
  readonly kind: string;
  /** Whether the breaker counts it. */
  readonly isPassing?: boolean;
}

export interface Breaker {
  /**
   * What the attempt gave, or `undefined` where none is made: it is open, or another one is trying. Only what
   * has another answer is held back; what has none is tried in any state, and closes it where it succeeds.
   */
  run<T extends Judged>(attempt: () => Promise<T>, isHeldBack: boolean): Promise<T | undefined>;
  /** There is reason to believe that things have changed: the next call may try. */
  forgive(): void;
}

const LONGEST_PAUSE_MS = 5_000;

const STATES: ReadonlyMap<CircuitState, BreakerState> = new Map([
  [CircuitState.Closed, "closed"],
  [CircuitState.Open, "open"],
  [CircuitState.HalfOpen, "half-open"],
]);

export function createBreaker({ breakerFailures, breakerPauseMs, onState }: BreakerOptions): Breaker {
  const policy = circuitBreaker(
    handleWhenResult((result) => (result as Judged).isPassing === true),
    {
      halfOpenAfter: new ExponentialBackoff({
        initialDelay: breakerPauseMs,
        maxDelay: Math.max(breakerPauseMs, LONGEST_PAUSE_MS),
        generator: noJitterGenerator,
      }),
      breaker: new ConsecutiveBreaker(breakerFailures),
    },
  );
  let isForgiven = false;
  const closeByHand = (): void => {
    isForgiven = false;
    policy.isolate().dispose();
  };
  policy.onStateChange((state) => {
    const name = STATES.get(state);
    if (name !== undefined) onState(name);
    if (state === CircuitState.Open && isForgiven) closeByHand();
    if (state === CircuitState.Closed) isForgiven = false;
  });
  const forgive = (): void => {
    // cockatiel has not forgotten the failures: one more opens it again.
    if (policy.state === CircuitState.Open) closeByHand();
    // The one that tries may have begun before things changed: its failure says nothing any more.
    else isForgiven = policy.state === CircuitState.HalfOpen;
  };
  return {
    forgive,
    async run(attempt, isHeldBack) {
      if (!isHeldBack && policy.state !== CircuitState.Closed) {
        const result = await attempt();
        if (result.isPassing !== true) forgive();
        return result;
      }
      // cockatiel would let it wait for the one that tries, for as long as that takes.
      if (policy.state === CircuitState.HalfOpen) return undefined;
      try {
        return await policy.execute(attempt);
      } catch (error) {
        if (error instanceof BrokenCircuitError) return undefined;
        throw error;
      }
    },
  };
}
