// One call from beginning to end: attempts with pauses between them, until one has an answer or time is over.
import type { Breaker } from "./breaker.ts";
import { type News, pauseMs } from "./backoff.ts";
import { publish } from "./channels.ts";
import { beforeDeadline, Deadline, monotonicMs } from "./deadline.ts";
import { attempt, type Work } from "./attempt.ts";
import { type Done, type Failed, notDone, type NotDone, type Outcome, type Unknown } from "./outcome.ts";
import type { Settings } from "./settings.ts";
import type { Source } from "./source.ts";

export interface CallOptions {
  /** Doing it twice does no harm: it is tried again although it may have been executed. */
  readonly idempotent?: boolean;
  /** `replica` reads what may be older, from the primary where there is no replica; it is idempotent. */
  readonly from?: "primary" | "replica";
  /** Instead of the client's; 0 is one attempt. */
  readonly retryForMs?: number;
}

export interface Machinery<C> {
  readonly settings: Settings<C>;
  readonly source: Source<C>;
  /** Reads from replicas fail and succeed for reasons of their own. */
  readonly breakers: { readonly primary: Breaker; readonly replica: Breaker };
  readonly news: News;
  /** Aborted when the client is closed. */
  readonly signal: AbortSignal;
}

export interface Plan {
  readonly idempotent: boolean;
  readonly from: "primary" | "replica";
  /** Of the whole call; Infinity for one attempt, which has bounds of its own. */
  readonly endMs: number;
  readonly isOneAttempt: boolean;
  /** It has another answer: one attempt at the most, and none while the breaker is open. */
  readonly hasFallback: boolean;
}

/** With less time left, an attempt would be cut off in the middle of its command. */
const LEAST_MS = 100;

const BREAKER_OPEN = notDone("breaker-open", "after failures in a row nothing is sent for a while");
const CLOSED = notDone("no-connection", "the client is closed");

export interface Ended<T> {
  readonly outcome: Outcome<T>;
  /** Where it failed: for the state of the cluster, which passes, and not because it is wrong. */
  readonly isPassing: boolean;
  readonly attempts: number;
}

async function tryOnce<C, T>(
  { settings, source }: Machinery<C>,
  work: Work<C, T>,
  { from, endMs }: Plan,
): Promise<Done<T> | Failed> {
  const { library, commandTimeoutMs } = settings;
  try {
    const taken = await beforeDeadline(source.take(from), endMs - monotonicMs());
    if (taken.kind === "failed") return taken;
    const timeoutMs = Math.min(commandTimeoutMs, endMs - monotonicMs());
    return await attempt({ library, link: taken.link, work, timeoutMs });
  } catch (error) {
    if (error instanceof Deadline) return notDone("no-connection", "no connection while there was time");
    throw error;
  }
}

/** What is told in the end: what may have been executed once is unknown, whatever came later. */
const worst = (doubt: Unknown | undefined, last: NotDone | Unknown): NotDone | Unknown => doubt ?? last;

/** @throws what the work throws by itself */
export async function untilSettled<C, T>(
  machinery: Machinery<C>,
  work: Work<C, T>,
  plan: Plan,
): Promise<Ended<T>> {
  const { settings, source, breakers, news, signal } = machinery;
  const breaker = breakers[settings.way.kind === "router" ? "primary" : plan.from];
  let doubt: Unknown | undefined;
  let attempts = 0;
  for (let round = 1; ; round += 1) {
    const endedWith = (last: NotDone | Unknown, isPassing: boolean): Ended<T> => {
      return { outcome: worst(doubt, last), isPassing, attempts };
    };
    if (signal.aborted) return endedWith(CLOSED.outcome, true);
    const attempt = async () => await tryOnce(machinery, work, plan);
    const result = await breaker.run(attempt, plan.hasFallback);
    if (result === undefined) return endedWith(BREAKER_OPEN.outcome, true);
    attempts += 1;
    if (result.kind === "done") return { outcome: result, isPassing: false, attempts };
    const { outcome, isPassing, losesConnection } = result;
    const { kind, error, message } = outcome;
    publish("redis-baton:attempt-failed", {
      client: settings.name,
      kind,
      error,
      message,
      attempt: attempts - 1,
    });
    if (kind === "unknown") doubt ??= outcome;
    if (losesConnection) source.doubt();
    if (!isPassing || (kind === "unknown" && !plan.idempotent)) return endedWith(outcome, isPassing);
    const ms = pauseMs(round, settings);
    if (plan.isOneAttempt || monotonicMs() + ms + LEAST_MS > plan.endMs)
      return endedWith(outcome, isPassing);
    await news.pause(ms, signal);
  }
}
