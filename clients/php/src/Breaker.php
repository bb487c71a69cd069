<?php

// The breaker: after some failures in a row calls with a fallback do without Redis for a while, then one tries.

declare(strict_types=1);

namespace BatonRedis;

/** How a call was let through. */
enum Turn
{
    /** The breaker is closed, or the call has no fallback. */
    case Ordinary;
    /** The one call that tries while the breaker is open (half-open). */
    case Trial;
}

final class Breaker
{
    private const PAUSE_MAX_MS = 5000;

    /**
     * @param int $attemptMs the longest that an attempt takes: a trial that is never heard of again, as of
     *     a worker that was killed, keeps the others from trying no longer
     * @param \Closure(): float $now milliseconds
     */
    public function __construct(
        private readonly State $state,
        private readonly Slot $slot,
        private readonly int $failuresMax,
        private readonly int $pauseMs,
        private readonly int $attemptMs,
        private readonly \Closure $now,
    ) {
    }

    /** For a call with a fallback: null while it is open. */
    public function enter(): ?Turn
    {
        $record = $this->in($this->state->read());
        if ($record->openUntilMs === null) {
            return Turn::Ordinary;
        }
        if (($this->now)() < $record->openUntilMs) {
            return null;
        }
        return $this->state->update(function (Record $whole): ?Turn {
            $record = $this->in($whole);
            $now = ($this->now)();
            if ($record->openUntilMs === null) {
                return Turn::Ordinary;
            }
            if ($now < $record->openUntilMs) {
                return null;
            }
            $record->openUntilMs = $now + $this->attemptMs;
            return Turn::Trial;
        });
    }

    /** Of any call. */
    public function succeeded(): void
    {
        $record = $this->in($this->state->read());
        // Nothing is written by the many calls that find nothing to change.
        if ($record->failures === 0 && $record->openUntilMs === null) {
            return;
        }
        $this->state->update(function (Record $whole): void {
            $whole->breakers[$this->slot->value] = new BreakerRecord();
        });
    }

    public function failed(Turn $turn): void
    {
        $this->state->update(function (Record $whole) use ($turn): void {
            $record = $this->in($whole);
            $isOpen = $record->openUntilMs !== null;
            $record->failures = min($record->failures + 1, $this->failuresMax);
            if ($isOpen && $turn === Turn::Trial) {
                $record->pauseMs = min(self::PAUSE_MAX_MS, 2 * max($record->pauseMs, $this->pauseMs));
            } elseif ($isOpen || $record->failures < $this->failuresMax) {
                // Calls that are not held back do not make the pause of the others longer.
                return;
            } else {
                $record->pauseMs = $this->pauseMs;
            }
            $record->openUntilMs = ($this->now)() + $record->pauseMs;
        });
    }

    private function in(Record $whole): BreakerRecord
    {
        return $whole->breakers[$this->slot->value];
    }
}
