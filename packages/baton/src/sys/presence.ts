// Whether this process was there all the time: an event loop that stood still, or a clock that jumped.
import { type Clock, systemClock } from "./clock.ts";

export interface Absence {
  /** Longest time in ms for which the event loop did not turn since the last reading. */
  readonly stalledMs: number;
  /** By how many ms the wall clock has moved against the monotonic one since the last reading. */
  readonly clockJumpMs: number;
}

export interface PresenceReader {
  /** What happened since this reader's last reading; reading starts a new period of its own. */
  read(): Absence;
}

export interface Presence extends PresenceReader {
  /** Another reader, for as long as the watch runs: what one has read is still news to the others. */
  reader(): PresenceReader;
  close(): void;
}

const BEAT_MS = 50;

/**
 * A timer that should fire every 50 ms and notes by how much it was late. It is compared with the
 * time of the reading
 * too: after a freeze the answers of the network may be handled before the timer is. One timer serves all
 * readers of a process.
 */
export function watchPresence(clock: Clock = systemClock): Presence {
  let lastBeatMs = clock.monotonicMs();
  const periods = new Set<{ longestMs: number }>();
  const beat = () => {
    const nowMs = clock.monotonicMs();
    const lateMs = nowMs - lastBeatMs - BEAT_MS;
    lastBeatMs = nowMs;
    if (lateMs <= 0) return;
    for (const period of periods) period.longestMs = Math.max(period.longestMs, lateMs);
  };
  const timer = setInterval(beat, BEAT_MS);
  timer.unref();
  const offset = () => clock.wallMs() - clock.monotonicMs();

  function reader(): PresenceReader {
    const period = { longestMs: 0 };
    let offsetMs = offset();
    periods.add(period);
    return {
      read() {
        beat();
        const stalledMs = period.longestMs;
        const presentOffsetMs = offset();
        const clockJumpMs = presentOffsetMs - offsetMs;
        period.longestMs = 0;
        offsetMs = presentOffsetMs;
        return { stalledMs, clockJumpMs };
      },
    };
  }
  return { ...reader(), reader, close: () => clearInterval(timer) };
}
