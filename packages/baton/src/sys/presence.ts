// Whether this process was there all the time: an event loop that stood still, or a clock that jumped.
import { type Clock, systemClock } from "./clock.ts";

export interface Absence {
  /** Longest time in ms for which the event loop did not turn since the last reading. */
  readonly stalledMs: number;
  /** By how many ms the wall clock has moved against the monotonic one since the last reading. */
  readonly clockJumpMs: number;
}

export interface Presence {
  /** What happened since the last reading; reading starts a new period. */
  read(): Absence;
  close(): void;
}

const BEAT_MS = 50;

/**
 * A timer that should fire every 50 ms and notes by how much it was late. It is compared with the
 * time of the reading
 * too: after a freeze the answers of the network may be handled before the timer is.
 */
export function watchPresence(clock: Clock = systemClock): Presence {
  let lastBeatMs = clock.monotonicMs();
  let offsetMs = clock.wallMs() - lastBeatMs;
  let longestMs = 0;
  const beat = () => {
    const nowMs = clock.monotonicMs();
    longestMs = Math.max(longestMs, nowMs - lastBeatMs - BEAT_MS);
    lastBeatMs = nowMs;
  };
  const timer = setInterval(beat, BEAT_MS);
  timer.unref();
  return {
    read() {
      beat();
      const stalledMs = Math.max(0, longestMs);
      const presentOffsetMs = clock.wallMs() - clock.monotonicMs();
      const clockJumpMs = presentOffsetMs - offsetMs;
      longestMs = 0;
      offsetMs = presentOffsetMs;
      return { stalledMs, clockJumpMs };
    },
    close: () => clearInterval(timer),
  };
}
