// A deadline that can be joined with other signals.

/**
 * Aborts after `ms`. Not AbortSignal.timeout: one that is only joined with others (AbortSignal.any) may be
 * collected before it fires, and nothing ever ends what waits (nodejs/node#57736, seen with 20.20.2 after
 * a minute of a silent far side). It does not keep the process alive.
 */
export function timeLimit(ms: number): AbortSignal {
  const controller = new AbortController();
  const late = () => controller.abort(new Error(`no end within ${ms} ms`));
  setTimeout(late, ms).unref();
  return controller.signal;
}
