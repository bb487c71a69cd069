// The limit of a drill: a client on the router that is without a write for too long ends it, and the cure
// comes at once.
import { BatonError } from "../errors.ts";
import type { Clock } from "../sys/clock.ts";
import { isRouter } from "./clients.ts";
import type { Ledger } from "./ledger.ts";
import type { WorkloadClient } from "./workload/client.ts";

export interface Limit {
  /** Aborted with a BatonError once the limit is broken: a finding of the drill. */
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

interface Watched {
  readonly options: { readonly abortAfterMs?: number; readonly clock: Clock };
  readonly ledger: Pick<Ledger, "acknowledgedSince">;
  readonly workload: { readonly clients: readonly WorkloadClient[] };
}

const LOOK_MS = 100;

/** Looks from the fault on; without a limit it never breaks. */
export function watchOutage({ options, ledger, workload }: Watched, faultMs: number): Limit {
  const { abortAfterMs, clock } = options;
  const broken = new AbortController();
  const over = new AbortController();
  const routers = workload.clients.filter(isRouter);

  function look(limitMs: number): void {
    const sinceMs = Math.max(faultMs, clock.monotonicMs() - limitMs);
    if (clock.monotonicMs() - faultMs < limitMs) return;
    const waiting = routers.find(({ id }) => ledger.acknowledgedSince(id, sinceMs) === 0);
    if (waiting === undefined) return;
    const what = `${waiting.id} was without an acknowledged write for ${limitMs / 1_000} s`;
    broken.abort(
      new BatonError("NOT_READY", `the limit of the drill is broken, cured at once: ${what}`),
    );
  }

  async function run(limitMs: number): Promise<void> {
    while (!over.signal.aborted && !broken.signal.aborted) {
      look(limitMs);
      await clock.sleep(LOOK_MS, over.signal).catch(() => undefined);
    }
  }

  const running = abortAfterMs === undefined ? undefined : run(abortAfterMs);
  return {
    signal: broken.signal,
    async close() {
      over.abort();
      await running;
    },
  };
}
