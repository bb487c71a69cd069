// How times are written, in drawings, reports and on the live page.

/** "2.31 s", "-0.40 s"; `digits` after the point. */
export function seconds(ms: number, digits = 2): string {
  const text = (ms / 1000).toFixed(digits);
  return `${Number(text) === 0 ? text.replace("-", "") : text} s`;
}

/** Milliseconds for a table: "2310 ms", and "0.42 ms" where whole ones would say nothing. */
export function milliseconds(ms: number): string {
  return `${ms > 0 && ms < 10 ? ms.toFixed(2) : Math.round(ms)} ms`;
}

/** A value on a logarithmic axis: "0.1 ms", "100 ms", "10 s". */
export function roundLatency(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toPrecision(3))} s` : `${Number(ms.toPrecision(3))} ms`;
}

/** A value on the time axis, with no more digits than the distance of two ticks needs. */
export function tickTime(ms: number, stepMs: number): string {
  const digits = stepMs >= 1000 ? 0 : Math.min(3, Math.ceil(3 - Math.log10(Math.max(1, stepMs))));
  return ms === 0 ? "0" : seconds(ms, digits).replace("-", "−");
}

/** "1 write", "3 writes". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
