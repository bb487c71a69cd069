<?php

// One call after another, each with an outcome, within its time: retries, the breaker and the fallback.

declare(strict_types=1);

namespace BatonRedis;

final class Client
{
    /** With less time than this left, another attempt is not begun: its outcome would only be unknown. */
    private const ATTEMPT_MIN_MS = 100.0;

    private readonly Lines $lines;
    /** @var array<string, Breaker> by the value of a Slot */
    private readonly array $breakers;

    /**
     * @param State|null $state where the found primary and the breakers are kept; null: shared by the
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
        $breakers = [];
        foreach (Slot::cases() as $slot) {
            $bounds = [$settings->breakerFailures, $settings->breakerPauseMs, $settings->attemptMs()];
            $breakers[$slot->value] = new Breaker($state, $slot, ...$bounds, now: Clock::now(...));
        }
        $this->breakers = $breakers;
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
     * @throws \InvalidArgumentException for a command that belongs to one connection
     */
    public function call(
        array $command,
        bool $idempotent = false,
        ?callable $fallback = null,
        bool $fromReplica = false,
    ): Outcome {
        $words = Rules::checked($command);
        $slot = $fromReplica && $this->settings->router === null ? Slot::Replica : Slot::Primary;
        $breaker = $this->breakers[$slot->value];
        // Others wait for Redis in their own time: the breaker is for those who have something else to give.
        $turn = $fallback === null ? Turn::Ordinary : $breaker->enter();
        if ($turn === null) {
            return new Fallback($fallback(), self::breakerOpen());
        }
        $untilMs = $this->settings->retryForMs > 0 ? Clock::now() + $this->settings->retryForMs : INF;
        $unknown = null;
        for ($attempt = 1;; $attempt++) {
            $isFirstRead = $slot === Slot::Replica && $attempt === 1;
            $outcome = $isFirstRead ? $this->askReplica($words, $untilMs) : null;
            $outcome ??= $this->attempt($words, $untilMs);
            $isOfCluster = $outcome instanceof Unknown || ($outcome instanceof NotDone && $outcome->isOfCluster);
            // An error reply that is no fault of the cluster shows that the cluster works.
            $isOfCluster ? $breaker->failed($turn) : $breaker->succeeded();
            if ($outcome instanceof Done) {
                return $outcome;
            }
            $unknown = $outcome instanceof Unknown ? $outcome : $unknown;
            $isWorthIt = $outcome instanceof Unknown ? $idempotent || $fromReplica : $isOfCluster;
            if ($isWorthIt && $fallback !== null) {
                return new Fallback($fallback(), $outcome);
            }
            if (!$isWorthIt || !$this->pause($attempt, $untilMs)) {
                // What may have been executed once stays unknown, whatever came after it.
                return $unknown ?? $outcome;
            }
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
        return new NotDone('breaker-open', 'too many attempts have failed in a row', true, false);
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

    /** Null where no replica is fit. @param list<string> $command */
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
        if ($outcome instanceof NotDone && $outcome->error === 'READONLY') {
            // A replica refuses writes for ever: that is a mistake in the call.
            return new NotDone('READONLY', $outcome->message, false, false);
        }
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
            return new NotDone('timeout', 'the time was over before the command was sent', true, false);
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

    /**
     * Waits for another attempt; false where there is no time for one. Whoever waits looks around: another
     * primary than before is a reason to go on at once.
     */
    private function pause(int $attempt, float $untilMs): bool
    {
        $latestMs = $untilMs - self::ATTEMPT_MIN_MS - 10.0;
        if ($this->settings->retryForMs === 0 || $latestMs <= Clock::now()) {
            return false;
        }
        $endMs = min($latestMs, Clock::now() + Rules::pauseMs($attempt, mt_rand() / mt_getrandmax()));
        while (($nowMs = Clock::now()) < $endMs) {
            $askAtMs = $this->lines->askAtMs();
            if ($askAtMs > $nowMs) {
                usleep((int) max(1.0, (min($askAtMs, $endMs) - $nowMs) * 1000));
            } elseif ($this->lines->hasMoved($endMs)) {
                return true;
            }
        }
        return Clock::now() + self::ATTEMPT_MIN_MS <= $untilMs;
    }
}
