// Plays a view on the whole terminal: looks again and again, passes on keys, draws when there is something
// new, and gives the terminal back in the end.
import { setImmediate } from "node:timers/promises";
import { BatonError } from "../errors.ts";
import type { LookEvent } from "../status/screen/looks.ts";
import type { Moment, View, ViewEvent, ViewOptions } from "../status/screen/view.ts";
import type { ShownStatus } from "../status/shown.ts";
import type { Context } from "./command.ts";

const LOOK_EVERY_MS = 1_000;
/** What is looked at needs some rest as well, however long the look took. */
const REST_MS_MIN = 200;

export interface Looks {
  /** Must have a deadline of its own. @throws BatonError when it saw nothing */
  look(signal: AbortSignal): Promise<ShownStatus>;
  onEvent(event: LookEvent): void;
}

/**
 * A look every second, and as long a rest as the look took: an agent of a thousand groups has other work. A
 * look that fails ends nothing. Returns when the signal is aborted. @throws bugs
 */
export async function lookAgain(
  { look, onEvent }: Looks,
  { clock }: Pick<Context, "clock">,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const beganMs = clock.monotonicMs();
    onEvent({ kind: "looking" });
    try {
      const status = await look(signal);
      if (!signal.aborted) onEvent({ kind: "seen", status });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof BatonError)) throw error;
      onEvent({ kind: "failed", reason: error.message });
    }
    const tookMs = clock.monotonicMs() - beganMs;
    const restMs = Math.max(REST_MS_MIN, tookMs, LOOK_EVERY_MS - tookMs);
    await clock.sleep(Math.min(restMs, LOOK_EVERY_MS * 5), signal).catch(() => undefined);
  }
}

/** Ages grow, and marks fade, while nothing happens. */
const TICK_MS = 500;

export interface Played<State> {
  readonly begin: State;
  view(options: ViewOptions): View<State>;
  look(signal: AbortSignal): Promise<ShownStatus>;
}

/**
 * Until a key or the signal ends it. @returns the last state. @throws BatonError USAGE where there is no
 * terminal to draw on
 */
export async function playView<State>(played: Played<State>, context: Context): Promise<State> {
  const { terminal, clock } = context;
  const { openScreen, colour } = terminal;
  if (openScreen === undefined) throw new BatonError("USAGE", "there is no terminal to draw on");
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  let state = played.begin;
  let bug: { readonly error: unknown } | undefined;
  let isAsked = false;

  const end = (error: unknown) => {
    bug ??= { error };
    over.abort();
  };
  const screen = openScreen({
    onKey: (key) => happened({ kind: "key", key }),
    onResize: () => draw(),
    onGone: () => over.abort(),
  });
  const view = played.view({ colour, hasKeys: screen.hasKeys });
  const moment = (): Moment => ({ nowMs: clock.monotonicMs(), ...screen.size() });

  function happened(event: ViewEvent): void {
    // Keys come from the input's own callback: what is thrown here would pass nobody.
    try {
      state = view.reduce(state, event, moment());
    } catch (error) {
      end(error);
    }
    if (view.isOver(state)) over.abort();
    else draw();
  }
  /** Once for all that happens in one turn of the event loop: a pasted word is one drawing. */
  function draw(): void {
    if (isAsked) return;
    isAsked = true;
    setImmediate()
      .then(() => {
        isAsked = false;
        if (!signal.aborted) screen.draw(view.lines(state, moment()));
      })
      .catch(end);
  }
  async function tick(): Promise<void> {
    while (!signal.aborted) {
      draw();
      await clock.sleep(TICK_MS, signal).catch(() => undefined);
    }
  }

  try {
    const ended = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    lookAgain({ look: played.look, onEvent: happened }, context, signal).catch(end);
    tick().catch(end);
    // A look that is under way is not waited for: whoever wants to leave, leaves.
    await ended;
  } finally {
    screen.close();
  }
  if (bug !== undefined) throw bug.error;
  return state;
}
