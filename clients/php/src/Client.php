<?php

// One call after another, each with an outcome, within its time: retries, the breaker and the fallback.

declare(strict_types=1);

namespace BatonRedis;

final class Client
{
    /** With less time than this left, another attempt is not begun. */
    private const ATTEMPT_MIN_MS = 5.0;

    private readonly Lines $lines;
    private readonly Breaker $breaker;

    /**
     * @param State|null $state where the found primary and the breaker are kept; null: shared by the
     *     requests of this machine (APCu, else a file)
     * @param \Closure(string, string): void|null $tell is told 'primary' or 'closed', and the address
     */
    public function __construct(
        private readonly Settings $settings,
        private readonly Library $library,
        ?State $state = null,
        ?\Closure $tell = null,
    ) {
        $state ??= SharedState::open($settings);
        $this->lines = new Lines($settings, $library, $state, $tell ?? static function (): void {
        });
        $failures = $settings->breakerFailures;
        $pauseMs = $settings->breakerPauseMs;
        $this->breaker = new Breaker($state, $failures, $pauseMs, $settings->attemptMs(), Clock::now(...));
    }

    /**
     * Runs one command.
     *
     * @param non-empty-list<string|int|float> $command as redis-cli takes it: ['SET', 'key', 'value']
     * @param bool $idempotent to run it twice is the same as once: then it is also tried again when
     *     nobody knows whether it was executed. Never for INCR, RPUSH and the like.
     * @param (callable(): mixed)|null $fallback gives a value at once while Redis cannot: nothing is
     *     tried again then, nothing waits longer than one attempt
     * @param bool $fromReplica for commands that only read: from a replica where one is fit, and perhaps
     *     something older
     */
    public function call(
        array $command,
        bool $idempotent = false,
        ?callable $fallback = null,
        bool $fromReplica = false,
    ): Outcome {
        $words = array_map(strval(...), array_values($command));
        $mayRetry = $fallback === null && $this->settings->retryForMs > 0;
        $untilMs = $this->settings->retryForMs > 0 ? Clock::now() + $this->settings->retryForMs : INF;
        $unknown = $last = null;
        for ($attempt = 1;; $attempt++) {
            $outcome = $fromReplica && $attempt === 1 ? $this->askReplica($words, $untilMs) : null;
            $outcome ??= $this->tryPrimary($words, $untilMs, $mayRetry) ?? $last ?? self::breakerOpen();
            if ($outcome instanceof Done) {
                return $outcome;
            }
            $last = $outcome;
            $unknown = $outcome instanceof Unknown ? $outcome : $unknown;
            $isOfCluster = $outcome instanceof Unknown || $outcome->isOfCluster;
            if ($fallback !== null && $isOfCluster) {
                return new Fallback($fallback(), $outcome);
            }
            $isWorthIt = $outcome instanceof Unknown ? $idempotent || $fromReplica : $outcome->isOfCluster;
            $pauseMs = Rules::pauseMs($attempt, mt_rand() / mt_getrandmax());
            if (!$mayRetry || !$isWorthIt || Clock::now() + $pauseMs + self::ATTEMPT_MIN_MS > $untilMs) {
                // What may have been executed once stays unknown, whatever came after it.
                return $unknown ?? $outcome;
            }
            usleep((int) ($pauseMs * 1000));
        }
    }

    /** Closes the connections; the next call opens new ones. */
    public function close(): void
    {
        $this->lines->drop();
        $this->lines->dropReplica();
    }

    private static function breakerOpen(): NotDone
    {
        return new NotDone('breaker-open', 'Redis has failed too often: nobody asks it now', true, false);
    }

    /** Null while the breaker lets nobody through. @param list<string> $command */
    private function tryPrimary(array $command, float $untilMs, bool $mayWait): NotDone|Unknown|Done|null
    {
        $turn = $this->breaker->enter();
        while ($turn === null && $mayWait && Clock::now() + self::ATTEMPT_MIN_MS < $untilMs) {
            $this->waitForTurn($untilMs);
            $turn = $this->breaker->enter();
        }
        if ($turn === null) {
            return null;
        }
        $outcome = $this->attempt($command, $untilMs);
        // An error reply that is no fault of the cluster shows that the cluster works.
        if ($outcome instanceof Unknown || ($outcome instanceof NotDone && $outcome->isOfCluster)) {
            $this->breaker->failed($turn);
        } else {
            $this->breaker->succeeded();
        }
        return $outcome;
    }

    /** @param list<string> $command */
    private function attempt(array $command, float $untilMs): NotDone|Unknown|Done
    {
        try {
            $connection = $this->lines->primary($untilMs);
        } catch (Trouble $trouble) {
            return $trouble->outcome;
        }
        $outcome = $this->exchange($connection, $command, $untilMs);
        if ($outcome instanceof Unknown || ($outcome instanceof NotDone && $outcome->dropsConnection)) {
            $this->lines->leave();
        }
        return $outcome;
    }

    /** Null where no replica is fit. It is asked whatever the breaker says. @param list<string> $command */
    private function askReplica(array $command, float $untilMs): NotDone|Unknown|Done|null
    {
        try {
            $connection = $this->lines->replica($untilMs);
        } catch (Trouble $trouble) {
            return $trouble->outcome;
        }
        if ($connection === null) {
            return null;
        }
        $outcome = $this->exchange($connection, $command, $untilMs);
        if ($outcome instanceof Unknown || ($outcome instanceof NotDone && $outcome->dropsConnection)) {
            $this->lines->dropReplica();
        }
        return $outcome;
    }

    /** @param list<string> $command */
    private function exchange(Connection $connection, array $command, float $untilMs): NotDone|Unknown|Done
    {
        $began = Clock::now();
        if ($untilMs - $began < 1.0) {
            return NotDone::ofCluster('timeout', 'the time was over before the command was sent');
        }
        $timeoutMs = min($this->settings->commandTimeoutMs, $untilMs - $began);
        try {
            $reply = $connection->send($command, $timeoutMs);
        } catch (NotSent) {
            return NotDone::ofCluster('no-connection', 'the connection was lost before the command was sent');
        } catch (Lost) {
            // The libraries tell the two apart by text alone; the clock does so without.
            $isLate = Clock::now() - $began >= 0.95 * $timeoutMs;
            return $isLate
                ? new Unknown('timeout', 'no reply within ' . round($timeoutMs) . ' ms')
                : new Unknown('connection-lost', 'the connection was lost before a reply came');
        }
        return $reply instanceof ErrorReply ? Rules::ofErrorReply($reply->text) : new Done($reply);
    }

    /** Until the breaker lets the next one try, or the Sentinels name another primary. */
    private function waitForTurn(float $untilMs): void
    {
        if ($this->lines->hasMoved($untilMs)) {
            $this->breaker->endPause();
            return;
        }
        $leftMs = min($this->breaker->openForMs(), $untilMs - Clock::now(), 100.0);
        usleep((int) (max(1.0, $leftMs) * 1000));
    }
}
