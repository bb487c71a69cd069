// Listens to what Sentinels say of their own accord, for a while. Changes nothing.
import { printable } from "../../cluster/text.ts";
import type { Endpoint } from "../../cluster/types.ts";
import { type Message, subscribe } from "../../redis/subscriber.ts";
import type { Clock } from "../../sys/clock.ts";
import type { TlsMaterial } from "../../sys/tls.ts";
import type { EventStream, SentinelEvent } from "../facts-events.ts";
import { nameOf, placeAt, spanOf } from "./answers.ts";
import type { Login } from "./question.ts";

export interface WatchOptions {
  readonly sentinels: readonly Endpoint[];
  readonly login?: Login;
  readonly tls?: TlsMaterial | undefined;
  /** How long, from when all of them are listened to; 2 s are waited for that. */
  readonly forMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called when it begins, and every second. */
  readonly onProgress?: (progress: WatchProgress) => void;
  /** Events that are kept of one Sentinel, 10,000 by default. */
  readonly eventsMax?: number;
}

export interface WatchProgress {
  /** 0 when it begins: what happens from now on is heard. */
  readonly passedMs: number;
  readonly events: number;
  /** Sentinels that are listened to at the moment. */
  readonly listening: number;
}

/** Somebody of whom not all was heard. */
export interface Missed extends Endpoint {
  /** What was missed and why, as a clause about the Sentinel. */
  readonly clause: string;
  /** Nothing was heard at all. */
  readonly isWhole: boolean;
}

export interface Watched {
  /** Without those of whom nothing could be heard. */
  readonly heard: readonly EventStream[];
  readonly missed: readonly Missed[];
}

const PATIENCE_MS = 2_000;
const EVENTS_MAX = 10_000;
const TEXT_MAX = 500;
const REASON_MAX = 200;
/** Over one connection; ten minutes of a failover every second are 1 MB. */
const BYTES_MAX = 8 << 20;
/** Whatever else somebody publishes there is no event. */
const NAME = /^[+-][a-z][a-z-]{1,60}$/;

/**
 * A Sentinel that ends the subscription, or refuses it, is asked for it again until the time is over.
 * @throws the signal's reason when it is aborted.
 */
export async function watchSentinels(options: WatchOptions): Promise<Watched> {
  const { clock, signal, forMs, onProgress } = options;
  signal.throwIfAborted();
  const ears = options.sentinels.map((sentinel) => new Ear(sentinel, options));
  try {
    const all = Promise.all(ears.map(({ isReady }) => isReady));
    await Promise.race([all, clock.sleep(PATIENCE_MS, signal)]);
    const beganMs = clock.monotonicMs();
    for (const ear of ears) ear.begin(beganMs);
    onProgress?.(progressOf(ears, 0));
    for (let leftMs = forMs; leftMs > 0; leftMs = beganMs + forMs - clock.monotonicMs()) {
      await clock.sleep(Math.min(1_000, leftMs), signal);
      onProgress?.(progressOf(ears, clock.monotonicMs() - beganMs));
    }
    const missed = ears.flatMap((ear) => ear.missed());
    const deaf = new Set(missed.filter(({ isWhole }) => isWhole).map(nameOf));
    return { heard: ears.map((ear) => ear.stream()).filter(({ name }) => !deaf.has(name)), missed };
  } finally {
    for (const ear of ears) ear.close();
  }
}

function progressOf(ears: readonly Ear[], passedMs: number): WatchProgress {
  const events = ears.reduce((sum, ear) => sum + ear.events.length, 0);
  return { passedMs, events, listening: ears.filter(({ isListening }) => isListening).length };
}

/** On one Sentinel. */
class Ear {
  readonly events: SentinelEvent[] = [];
  /** The first subscription is there. */
  readonly isReady: Promise<void>;
  readonly close: () => void;
  private readonly sentinel: Endpoint;
  private readonly clock: Clock;
  private readonly eventsMax: number;
  /** Wall-clock time at 0 of the monotonic clock: a step in between must not move events. */
  private readonly originMs: number;
  private beganMs: number;
  private heardMs = 0;
  /** Since when it is listened to; undefined while it is not. */
  private sinceMs: number | undefined;
  private reason: string | undefined;
  private isFull = false;

  constructor(sentinel: Endpoint, { login = {}, tls, clock, eventsMax = EVENTS_MAX }: WatchOptions) {
    this.sentinel = sentinel;
    this.clock = clock;
    this.eventsMax = eventsMax;
    this.beganMs = clock.monotonicMs();
    this.originMs = clock.wallMs() - this.beganMs;
    const door = { ...sentinel, ...login, tls, connectMs: PATIENCE_MS, bytesMax: BYTES_MAX };
    let ready = (): void => undefined;
    this.isReady = new Promise((resolve) => {
      ready = resolve;
    });
    const subscriber = subscribe(door, { patterns: ["*"] }, (message) => this.hear(message), {
      onListening: () => {
        this.sinceMs = clock.monotonicMs();
        ready();
      },
      onDeaf: (reason) => this.lose(reason),
    });
    this.close = () => subscriber.close();
  }

  get isListening(): boolean {
    return this.sinceMs !== undefined;
  }

  /** From now on it counts how long nothing is heard. */
  begin(nowMs: number): void {
    this.beganMs = nowMs;
    this.heardMs = 0;
    if (this.sinceMs !== undefined) this.sinceMs = nowMs;
  }

  stream(): EventStream {
    return { name: nameOf(this.sentinel), isLive: true, events: [...this.events] };
  }

  missed(): readonly Missed[] {
    const nowMs = this.clock.monotonicMs();
    const spanMs = nowMs - this.beganMs;
    const heardMs = this.heardMs + (this.sinceMs === undefined ? 0 : nowMs - this.sinceMs);
    const reason = this.reason ?? "no answer in time";
    const isWhole = heardMs === 0 && this.events.length === 0;
    const lost = `was not heard for ${spanOf(spanMs - heardMs)} of ${spanOf(spanMs)}: ${reason}`;
    const clauses = [
      ...(spanMs > heardMs ? [isWhole ? `could not be listened to: ${reason}` : lost] : []),
      ...(this.isFull
        ? [`said more than ${String(this.eventsMax)} events; later ones are left out`]
        : []),
    ];
    return clauses.map((clause) => ({ ...this.sentinel, clause, isWhole }));
  }

  private hear({ channel, text }: Message): void {
    if (!NAME.test(channel)) return;
    this.isFull = this.events.length >= this.eventsMax;
    if (this.isFull) return;
    const atMs = this.originMs + this.clock.monotonicMs();
    const place = placeAt(this.sentinel);
    this.events.push({ atMs, name: channel, text: text.slice(0, TEXT_MAX), place });
  }

  private lose(reason: string): void {
    this.reason = printable(reason.slice(0, REASON_MAX));
    if (this.sinceMs === undefined) return;
    this.heardMs += this.clock.monotonicMs() - this.sinceMs;
    this.sinceMs = undefined;
  }
}
