// Keeps an answer for as long as it may be believed; whoever asks meanwhile shares one question.
import { monotonicMs } from "./deadline.ts";

export interface Fresh<T> {
  /** Young enough, or asked for now. */
  get(): Promise<T>;
  /** Whatever is known, or is being asked for, is too old from now on. */
  expire(): void;
}

/** @param validForMs from now on, for an answer to a question that began `tookMs` ago */
export function createFresh<T>(
  load: () => Promise<T>,
  validForMs: (value: T, tookMs: number) => number,
): Fresh<T> {
  let held: { readonly value: T; readonly untilMs: number } | undefined;
  let loading: Promise<T> | undefined;
  let isOutdated = false;
  const loadNow = async (): Promise<T> => {
    for (;;) {
      isOutdated = false;
      const startMs = monotonicMs();
      const value = await load();
      const nowMs = monotonicMs();
      held = { value, untilMs: nowMs + validForMs(value, nowMs - startMs) };
      if (!isOutdated) return value;
    }
  };
  return {
    async get() {
      if (loading !== undefined) return await loading;
      if (held !== undefined && monotonicMs() < held.untilMs) return held.value;
      loading = loadNow();
      try {
        return await loading;
      } finally {
        loading = undefined;
      }
    },
    expire() {
      held = undefined;
      isOutdated = true;
    },
  };
}
