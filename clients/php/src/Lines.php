<?php

// The connections of one client: finds the primary, leaves it when the Sentinels name another, and lets
// nothing but the login and ROLE reach a node before ROLE has confirmed it.

declare(strict_types=1);

namespace BatonRedis;

final class Lines
{
    private ?Connection $connection = null;
    private ?Address $connectedTo = null;
    private ?Connection $replica = null;
    private ?Address $replicaAddress = null;
    /** @var list<Address> */
    private array $replicas = [];
    private float $replicasAtMs = -INF;
    private ?Primary $believed = null;
    private float $askedAtMs;
    private bool $mustAsk = false;

    /** @param \Closure(string, string): void $tell 'primary' or 'closed', and the address */
    public function __construct(
        private readonly Settings $settings,
        private readonly Library $library,
        private readonly State $state,
        private readonly \Closure $tell,
    ) {
        // What another request has found a moment ago is as good as an own answer, until it is too old.
        $record = $state->read();
        $this->believed = $record->primary === null ? null : new Primary($record->primary, $record->epoch);
        $this->askedAtMs = $record->askedAtMs;
    }

    /**
     * A connection that may be written to, of one that was opened or confirmed in this moment.
     *
     * @throws Trouble
     */
    public function primary(float $untilMs): Connection
    {
        if ($this->settings->router !== null) {
            return $this->connection ?? $this->connect($this->settings->router, $untilMs, false);
        }
        if ($this->mustAsk || $this->isOld($this->askedAtMs) || $this->believed === null) {
            $why = $this->ask($untilMs, false);
            if ($why !== null && $this->connection === null) {
                throw new Trouble($why);
            }
        }
        $address = $this->believed?->address;
        if ($address === null) {
            throw new Trouble(NotDone::ofCluster('no-primary', 'no Sentinel names a primary'));
        }
        if ((string) $this->connectedTo !== (string) $address) {
            $this->drop();
        }
        return $this->connection ?? $this->connect($address, $untilMs, true);
    }

    /**
     * A connection to a replica, null where none is fit.
     *
     * @throws Trouble
     */
    public function replica(float $untilMs): ?Connection
    {
        if ($this->settings->router !== null) {
            return null;
        }
        if ($this->isOld($this->replicasAtMs)) {
            $this->ask($untilMs, true);
        }
        $fit = array_map(strval(...), $this->replicas);
        if ($this->replica !== null && !in_array((string) $this->replicaAddress, $fit, true)) {
            $this->dropReplica();
        }
        if ($this->replica === null && $fit !== []) {
            $address = $this->replicas[array_rand($this->replicas)];
            $this->replica = $this->open($address, 'slave', $untilMs);
            $this->replicaAddress = $address;
        }
        return $this->replica;
    }

    /** When the Sentinels' word is too old to wait on: never, where a router is asked. */
    public function askAtMs(): float
    {
        return $this->settings->router === null ? $this->askedAtMs + $this->settings->askAgainMs : INF;
    }

    /** Asks whether there is another primary than the last one that was believed. */
    public function hasMoved(float $untilMs): bool
    {
        $before = $this->believed;
        $this->ask($untilMs, false);
        return $this->believed !== null && (string) $this->believed->address !== (string) $before?->address;
    }

    /** After any trouble with it: the next attempt asks the Sentinels and connects anew. */
    public function leave(): void
    {
        $this->drop();
        $this->distrust();
    }

    public function drop(): void
    {
        if ($this->connection !== null) {
            $this->connection->close();
            ($this->tell)('closed', (string) $this->connectedTo);
        }
        $this->connection = $this->connectedTo = null;
    }

    public function dropReplica(): void
    {
        $this->replica?->close();
        $this->replica = $this->replicaAddress = null;
        $this->replicasAtMs = -INF;
    }

    private function isOld(float $sinceMs): bool
    {
        return Clock::now() - $sinceMs >= $this->settings->askAgainMs;
    }

    /** Null when they agree; an unclear answer changes nothing. */
    private function ask(float $untilMs, bool $withReplicas): ?NotDone
    {
        $timeoutMs = self::leftMs($this->settings->sentinelTimeoutMs, $untilMs);
        // Another process may have believed a newer epoch since.
        $newest = max($this->believed?->epoch ?? -1, $this->state->read()->epoch);
        [$found, $answers] = Sentinels::ask($this->settings, $timeoutMs, $withReplicas, $newest);
        $this->askedAtMs = Clock::now();
        if ($withReplicas) {
            $this->replicasAtMs = $this->askedAtMs;
        }
        if ($found instanceof Unclear) {
            return $this->unclear($found, $answers);
        }
        $this->mustAsk = false;
        if ($withReplicas) {
            $this->replicas = Rules::replicas($answers, count($this->settings->sentinels), $found);
        }
        $this->believed = $found;
        $this->state->update(function (Record $record) use ($found): void {
            if ((string) $found->address !== (string) $record->primary) {
                $record->breakers[Slot::Primary->value]->endPause(Clock::now());
            }
            if ($found->epoch >= $record->epoch) {
                $record->primary = $found->address;
                $record->epoch = $found->epoch;
                $record->askedAtMs = $this->askedAtMs;
            }
        });
        return null;
    }

    /** @param list<Answer> $answers */
    private function unclear(Unclear $found, array $answers): NotDone
    {
        $refusals = array_values(array_filter(array_map(static fn (Answer $one) => $one->refusal, $answers)));
        $named = array_filter($answers, static fn (Answer $one): bool => $one->primary !== null);
        // Where every Sentinel that can be heard refuses the login, no waiting will help.
        return $named === [] && count($refusals) >= min(2, count($this->settings->sentinels))
            ? new NotDone($refusals[0], $found->reason, false, true)
            : NotDone::ofCluster('no-primary', $found->reason);
    }

    private function connect(Address $address, float $untilMs, bool $asksRole): Connection
    {
        $this->connection = $this->open($address, $asksRole ? 'master' : null, $untilMs);
        $this->connectedTo = $address;
        ($this->tell)('primary', (string) $address);
        return $this->connection;
    }

    /** Opens, logs in and asks for the role, all within the connect timeout. @throws Trouble */
    private function open(Address $address, ?string $role, float $untilMs): Connection
    {
        $until = Clock::now() + self::leftMs($this->settings->connectTimeoutMs, $untilMs);
        $connection = null;
        try {
            $timeoutMs = self::leftMs($this->settings->connectTimeoutMs, $until);
            $connection = $this->library->open($address, $timeoutMs, $this->settings->tls);
            $login = $this->settings->redisLogin();
            if ($login !== null) {
                self::expect($connection->send($login, self::leftMs(PHP_INT_MAX, $until)));
            }
            if ($role !== null) {
                $reply = self::expect($connection->send(['ROLE'], self::leftMs(PHP_INT_MAX, $until)));
                $found = is_array($reply) ? (string) ($reply[0] ?? '') : '';
                if ($found !== $role || ($role === 'slave' && ($reply[3] ?? '') !== 'connected')) {
                    $message = "$address is no $role of the group that is ready: ROLE says \"$found\"";
                    throw new Trouble(NotDone::ofCluster('no-primary', $message));
                }
            }
            return $connection;
        } catch (NotSent | Lost) {
            $connection?->close();
            $this->distrust();
            // The command itself has not been sent.
            throw new Trouble(NotDone::ofCluster('no-connection', "no connection to $address"));
        } catch (Trouble $trouble) {
            $connection?->close();
            $this->distrust();
            throw $trouble;
        }
    }

    /** What was found is of no use, to this request and to those that come after it. */
    private function distrust(): void
    {
        $this->mustAsk = true;
        $this->state->update(function (Record $record): void {
            $record->askedAtMs = min($record->askedAtMs, Clock::now() - $this->settings->askAgainMs);
        });
    }

    private static function expect(mixed $reply): mixed
    {
        if (!$reply instanceof ErrorReply) {
            return $reply;
        }
        $said = Rules::ofErrorReply($reply->text);
        // Whatever the reply means, the command has not been sent.
        $mayPass = $said instanceof NotDone && $said->isOfCluster;
        throw new Trouble(new NotDone($said->error, $said->message, $mayPass, true));
    }

    private static function leftMs(float $atMostMs, float $untilMs): float
    {
        return max(1.0, min($atMostMs, $untilMs - Clock::now()));
    }
}
