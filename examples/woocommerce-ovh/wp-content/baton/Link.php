<?php

// The way to Redis as a web page needs it: one short attempt, and after a failure no other.

declare(strict_types=1);

namespace BatonShop;

use BatonRedis\{Client, Clock, Done, Fallback, PhpRedis, Settings, State, Unknown};

/** A program that runs for long, and is no page, tries again after so long. */
const LONG_RUN_MS = PHP_SAPI === 'cli' ? 1000.0 : null;

/** What came of a command: done with a value, certainly not done, or perhaps done. */
final class Reply
{
    private function __construct(
        public readonly bool $isDone,
        public readonly mixed $value,
        public readonly bool $mayBeDone,
    ) {
    }

    public static function done(mixed $value): self
    {
        return new self(true, $value, true);
    }

    public static function notDone(): self
    {
        return new self(false, null, false);
    }

    public static function unknown(): self
    {
        return new self(false, null, true);
    }
}

interface Link
{
    /**
     * @param non-empty-list<string|int> $command
     * @param bool $idempotent to run it twice is the same as once
     */
    public function ask(array $command, bool $idempotent = true): Reply;
}

/** With the recipe of clients/php: the breaker is shared by all workers of one PHP-FPM. */
final class ShortLink implements Link
{
    /** How often the log may say that Redis is away. */
    private const TELL_EVERY_S = 10;

    private readonly Client $client;
    private float $awayUntilMs = -INF;

    /** @param float $awayMs after a failure nothing is tried for so long; a page pays once */
    public function __construct(Settings $settings, ?State $state = null, private readonly float $awayMs = INF)
    {
        $this->client = new Client($settings, new PhpRedis(), $state);
    }

    /**
     * Of the environment: REDIS_ROUTER (the router beside PHP-FPM) or REDIS_SENTINELS with
     * REDIS_SENTINEL_SERVICE; REDIS_PASSWORD. Null where it names neither, or phpredis is not there.
     */
    public static function fromEnvironment(): ?self
    {
        $router = (string) getenv('REDIS_ROUTER');
        $sentinels = (string) getenv('REDIS_SENTINELS');
        if (($router === '' && $sentinels === '') || !extension_loaded('redis')) {
            return null;
        }
        $settings = new Settings(
            sentinels: $router === '' ? explode(',', $sentinels) : [],
            group: $router === '' ? (string) getenv('REDIS_SENTINEL_SERVICE') : '',
            router: $router === '' ? null : $router,
            password: (string) getenv('REDIS_PASSWORD'),
            // A page has something else to show: what takes longer than this is slower than the database.
            connectTimeoutMs: 250,
            commandTimeoutMs: 250,
            sentinelTimeoutMs: 200,
            // With these, two pages find out that Redis is away, and the others are told.
            breakerFailures: 2,
        );
        return new self($settings, null, LONG_RUN_MS ?? INF);
    }

    public function ask(array $command, bool $idempotent = true): Reply
    {
        if (Clock::now() < $this->awayUntilMs) {
            return Reply::notDone();
        }
        $outcome = $this->client->call($command, $idempotent, static fn () => null);
        if ($outcome instanceof Done) {
            return Reply::done($outcome->value);
        }
        $this->awayUntilMs = Clock::now() + $this->awayMs;
        $because = $outcome instanceof Fallback ? $outcome->because : $outcome;
        $this->tell($because->error);
        return $because instanceof Unknown ? Reply::unknown() : Reply::notDone();
    }

    private function tell(string $error): void
    {
        $hasApcu = function_exists('apcu_enabled') && apcu_enabled();
        if ($hasApcu) {
            apcu_inc('baton-shop-failures');
        }
        if (!$hasApcu || apcu_add('baton-shop-told', 1, self::TELL_EVERY_S)) {
            error_log("baton: pages do without Redis: $error");
        }
    }
}

/** As the usual recipe has it, for comparison: one address, the library's own timeouts, and no way out. */
final class UsualLink implements Link
{
    private ?\Redis $redis = null;

    public function __construct(private readonly string $address)
    {
    }

    public function ask(array $command, bool $idempotent = true): Reply
    {
        if ($this->redis === null) {
            [$host, $port] = explode(':', $this->address);
            $this->redis = new \Redis();
            $this->redis->connect($host, (int) $port);
            $this->redis->auth((string) getenv('REDIS_PASSWORD'));
        }
        $value = $this->redis->rawCommand(...array_map(strval(...), $command));
        return Reply::done($value === false ? null : $value);
    }
}

/** No Redis at all. */
final class NoLink implements Link
{
    public function ask(array $command, bool $idempotent = true): Reply
    {
        return Reply::notDone();
    }
}
