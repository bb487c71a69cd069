// A hint to V8 for processes that end after a second or two.
import { setFlagsFromString } from "node:v8";

/** In bytes of executed code, where 132 KiB are the default. */
const BUDGET_BYTES = 1_000_000;

/**
 * Has the V8 of Node 20 run a function for longer before it optimises it. Of a process that reads a
 * thousand files once and ends, a quarter of the processor time goes into optimising what is never run again
 * (measured: 2.9 s without, 2.2 s with it). Node 22 and 24 are faster by themselves, and know no such flag.
 */
export function expectShortRun(v8 = process.versions.v8): void {
  if (v8.startsWith("11.")) setFlagsFromString(`--interrupt-budget=${BUDGET_BYTES}`);
}
