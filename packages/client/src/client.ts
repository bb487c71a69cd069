// The client that an application holds: one connection to the right node, and outcomes instead of surprises.
import { setMaxListeners } from "node:events";
import type { Work } from "./attempt.ts";
import { createNews } from "./backoff.ts";
import { type Breaker, createBreaker } from "./breaker.ts";
import { type CallOptions, type Ended, type Machinery, type Plan, untilSettled } from "./call.ts";
import { publish } from "./channels.ts";
import { monotonicMs } from "./deadline.ts";
import { type Fallback, notDone, type NotDone, type Outcome, type Unknown } from "./outcome.ts";
import { type ClientOptions, settingsFrom } from "./settings.ts";
import { createSource } from "./source.ts";

/** What a call gives instead of waiting for Redis: from the database, a local cache, or nothing. */
export interface WithFallback<F> extends CallOptions {
  readonly fallback: (because: NotDone | Unknown) => F | PromiseLike<F>;
}

interface WithoutFallback extends CallOptions {
  readonly fallback?: never;
}

export interface Client<C> {
  /**
   * Runs one command, or one transaction, with the library's own methods. Never keeps the connection, and
   * sends nothing that blocks (BLPOP) or changes the connection (SUBSCRIBE, WATCH, SELECT): all calls share
   * it. Work that calls several methods is `unknown` where one of them is refused.
   *
   * It resolves with an outcome whatever happens to Redis, within `retryForMs`. With a fallback it makes one
   * attempt at the most; the fallback answers what failed for the state of the cluster, and of that `unknown`
   * only for an idempotent call: doing another one elsewhere could do it twice.
   *
   * @throws what the work or the fallback throws by itself, such as a TypeError
   */
  run<T, F>(work: Work<C, T>, options: WithFallback<F>): Promise<Outcome<T> | Fallback<F>>;
  run<T>(work: Work<C, T>, options?: WithoutFallback): Promise<Outcome<T>>;
  /** One command as words, whatever the library: `call(["SET", "key", "value"])`. */
  call<F>(words: readonly string[], options: WithFallback<F>): Promise<Outcome<unknown> | Fallback<F>>;
  call(words: readonly string[], options?: WithoutFallback): Promise<Outcome<unknown>>;
  /** Ends everything at once: connections, timers, listeners, and calls that still wait. */
  close(): void;
}

/** More would only use up memory while Redis is away. */
const PENDING_MAX = 10_000;
const CROWDED = notDone("other", `${PENDING_MAX} calls of this client wait already`).outcome;

type Options<F> = CallOptions & { readonly fallback?: WithFallback<F>["fallback"] };

function planOf<C, F>({ settings }: Machinery<C>, options: Options<F>, startMs: number): Plan {
  const { from = "primary", retryForMs = settings.retryForMs } = options;
  const hasFallback = options.fallback !== undefined;
  return {
    from,
    idempotent: options.idempotent ?? from === "replica",
    hasFallback,
    isOneAttempt: hasFallback || retryForMs === 0,
    endMs: retryForMs === 0 ? Number.POSITIVE_INFINITY : startMs + retryForMs,
  };
}

function machineryOf<C>(options: ClientOptions<C>, signal: AbortSignal): Machinery<C> {
  const settings = settingsFrom(options);
  const news = createNews(settings);
  const open = (of: string): Breaker =>
    createBreaker({
      ...settings,
      onState(state) {
        publish("redis-baton:breaker", { client: of, state });
        // Something has succeeded: nobody needs to pause any more.
        if (state === "closed") news.announce();
      },
    });
  const breakers = { primary: open(settings.name), replica: open(`${settings.name}:replica`) };
  // The failures were those of another node.
  const onAnother = (): void => {
    breakers.primary.forgive();
    breakers.replica.forgive();
  };
  const source = createSource({ settings, news, signal, onAnother });
  return { settings, source, breakers, news, signal };
}

/**
 * A client that finds its primary through Sentinels, or reaches it through a router. It connects with the
 * first call.
 * @throws TypeError for options that cannot be meant
 */
export function openClient<C>(options: ClientOptions<C>): Client<C> {
  const closing = new AbortController();
  // Every call that pauses listens.
  setMaxListeners(0, closing.signal);
  const machinery = machineryOf(options, closing.signal);
  const { library, name } = machinery.settings;
  let pending = 0;

  const settle = async <T, F>(
    { outcome, isPassing }: Ended<T>,
    { idempotent }: Plan,
    fallback: WithFallback<F>["fallback"] | undefined,
  ): Promise<Outcome<T> | Fallback<F>> => {
    if (fallback === undefined || outcome.kind === "done" || !isPassing) return outcome;
    if (outcome.kind === "unknown" && !idempotent) return outcome;
    return { kind: "fallback", value: await fallback(outcome), because: outcome };
  };

  const run = async <T, F>(
    work: Work<C, T>,
    given: Options<F> = {},
  ): Promise<Outcome<T> | Fallback<F>> => {
    const startMs = monotonicMs();
    const plan = planOf(machinery, given, startMs);
    pending += 1;
    try {
      const ended =
        pending > PENDING_MAX
          ? { outcome: CROWDED, isPassing: true, attempts: 0 }
          : await untilSettled(machinery, work, plan);
      const settled = await settle(ended, plan, given.fallback);
      const failure = settled.kind === "fallback" ? settled.because : settled;
      publish("redis-baton:call", {
        client: name,
        kind: settled.kind,
        error: failure.kind === "done" ? "" : failure.error,
        attempts: ended.attempts,
        durationMs: monotonicMs() - startMs,
      });
      return settled;
    } finally {
      pending -= 1;
    }
  };
  const call = (words: readonly string[], given?: Options<unknown>) =>
    run((native) => library.send(native, words), given);
  return {
    run,
    call,
    close() {
      closing.abort();
      machinery.source.close();
    },
  } as Client<C>;
}
