// What time it is at OVHcloud, which refuses a signature of another time: asked once, then counted on with
// the machine's monotonic clock, so that a wrong or jumping wall clock spoils nothing.

export interface VendorTime {
  /** Seconds since 1970, as the vendor counts. Asks when it has not yet, or has reason to. */
  seconds(signal: AbortSignal): Promise<number>;
  /** The vendor says that the time was wrong: the next one is asked for. */
  forget(): void;
}

export interface VendorTimeParts {
  /** Seconds since 1970, from the vendor. */
  readonly ask: (signal: AbortSignal) => Promise<number>;
  /** Milliseconds. */
  readonly wallMs: () => number;
  /** Milliseconds; may stand still while the machine sleeps. */
  readonly monotonicMs: () => number;
}

const LEARN_EVERY_MS = 3_600_000;
/** The machine's two clocks drifted apart by more: one was set, or the machine has slept. */
const APART_MS = 2_000;

interface Learned {
  readonly vendorMs: number;
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export function openVendorTime({ ask, wallMs, monotonicMs }: VendorTimeParts): VendorTime {
  let learned: Learned | undefined;

  function isGood(known: Learned): boolean {
    const passedMs = monotonicMs() - known.monotonicMs;
    const apartMs = Math.abs(wallMs() - known.wallMs - passedMs);
    return passedMs < LEARN_EVERY_MS && apartMs < APART_MS;
  }

  return {
    async seconds(signal) {
      if (learned === undefined || !isGood(learned)) {
        const vendorMs = (await ask(signal)) * 1_000;
        learned = { vendorMs, wallMs: wallMs(), monotonicMs: monotonicMs() };
      }
      return Math.floor((learned.vendorMs + monotonicMs() - learned.monotonicMs) / 1_000);
    },
    forget: () => void (learned = undefined),
  };
}
