<?php

// The breaker: after some failures in a row nobody asks Redis for a while, then one call tries.

declare(strict_types=1);

namespace BatonRedis;

/** How a call was let through. */
enum Turn
{
    /** The breaker is closed. */
    case Ordinary;
    /** The one call that tries while the breaker is open (half-open). */
    case Trial;
}

final class Breaker
{
    private const PAUSE_MAX_MS = 5000;

    /**
     * @param int $attemptMs the longest that an attempt takes: a trial that is never heard of again, as of
     *     a worker that was killed, keeps the others waiting no longer
     * @param \Closure(): float $now milliseconds
     */
    public function __construct(
        private readonly State $state,
        private readonly int $failuresMax,
        private readonly int $pauseMs,
        private readonly int $attemptMs,
        private readonly \Closure $now,
    ) {
    }

    /** Null while it is open. */
    public function enter(): ?Turn
    {
        $record = $this->state->read();
        if ($record->openUntilMs === null) {
            return Turn::Ordinary;
        }
        if (($this->now)() < $record->openUntilMs) {
            return null;
        }
        return $this->state->update(function (Record $record): ?Turn {
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

    public function succeeded(): void
    {
        $record = $this->state->read();
        // Nothing is written by the many calls that find nothing to change.
        if ($record->failures === 0 && $record->openUntilMs === null) {
            return;
        }
        $this->state->update(static function (Record $record): void {
            $record->failures = 0;
            $record->openUntilMs = null;
            $record->pauseMs = 0;
        });
    }

    public function failed(Turn $turn): void
    {
        $this->state->update(function (Record $record) use ($turn): void {
            $record->failures++;
            $isOpen = $record->openUntilMs !== null;
            if ($turn === Turn::Trial) {
                $record->pauseMs = min(self::PAUSE_MAX_MS, 2 * max($record->pauseMs, $this->pauseMs));
            } elseif ($isOpen || $record->failures < $this->failuresMax) {
                // Calls that were on their way when it opened do not make the pause longer.
                return;
            } else {
                $record->pauseMs = $this->pauseMs;
            }
            $record->openUntilMs = ($this->now)() + $record->pauseMs;
        });
    }

    /** Another primary is there: what is known of the old one keeps nobody from trying. */
    public function endPause(): void
    {
        $this->state->update(function (Record $record): void {
            if ($record->openUntilMs !== null) {
                $record->openUntilMs = ($this->now)();
            }
        });
    }

    /** Milliseconds until the next call may try; 0 when it may at once. */
    public function openForMs(): float
    {
        return max(0.0, ($this->state->read()->openUntilMs ?? 0.0) - ($this->now)());
    }
}
