<?php

// Cached values in Redis, each under a key that holds the mark's number. What was written to the database and
// could not be told to Redis makes the mark a new one: nothing older than it can be read any more.

declare(strict_types=1);

namespace BatonShop;

use BatonRedis\Clock;

/** What a store says of `add`. */
enum Added
{
    case Done;
    /** Somebody else's value is there. */
    case Taken;
    /** It was dropped a moment ago: a value that was read before must not come back. */
    case Refused;
    case Away;
}

final class Store
{
    /** Nothing is kept for longer: what becomes unreachable is gone after this. */
    private const TTL_MAX_S = 3600;
    private const TTL_BY_KEY_S = ['options:notoptions' => 60];
    /**
     * All of it is written again whenever a part changes, and two at once would undo each other's part: never
     * replaced, only dropped and read anew.
     */
    private const DROPPED_WHEN_SET = ['options:alloptions'];
    /** After a drop no `add` is taken for so long: its value may have been read before. */
    private const DROPPED_FOR_MS = 2000;
    private const DROPPED = 'T';
    private const BYTES_MAX = 1048576;
    private const TRIES = 5;
    /**
     * A router takes a connection along to another primary without a word, in the middle of a page. There the
     * entries of this mark are without what the old one was told last: the script asks who it is.
     */
    private const SAME = <<<'LUA'
        local said = redis.call('INFO', 'replication')
        if not string.find(said, 'master_replid:' .. ARGV[1], 1, true) then return false end

        LUA;
    private const FETCH = self::SAME . "return redis.call('MGET', unpack(KEYS))";
    private const SHIFT = self::SAME . <<<'LUA'
        local found = redis.call('GET', KEYS[1])
        if not found or not string.match(found, '^%-?%d+$') then return {} end
        local number = math.max(0, tonumber(found) + tonumber(ARGV[2]))
        redis.call('SET', KEYS[1], string.format('%.0f', number), 'KEEPTTL')
        return {number}
        LUA;

    private ?Mark $mark = null;
    /** Something was dropped, changed or replaced: others have to see it. */
    private bool $hasChanged = false;
    private bool $owesChange = false;
    private float $spentAtMs = 0.0;

    /**
     * @param string $site tells shops apart that share a Redis
     * @param float|null $spendEveryMs makes up for what could not be told during a long run, too. A page does so
     *     at its end alone: before that it may be in a transaction, and keep all others waiting for the mark
     */
    public function __construct(
        private readonly Link $link,
        private readonly Marks $marks,
        private readonly string $site,
        private readonly ?float $spendEveryMs = null,
    ) {
    }

    /**
     * @param list<string> $keys
     * @return array<string, mixed>|null those that are there; null while Redis is away
     */
    public function fetch(array $keys): ?array
    {
        $texts = $this->read(fn (): array => [
            'EVAL_RO', self::FETCH, count($keys), ...array_map($this->name(...), $keys), (string) $this->mark?->history,
        ]);
        if ($texts === null) {
            return null;
        }
        $found = [];
        foreach (array_combine($keys, $texts) as $key => $text) {
            if (is_string($text) && self::decode($text, $value)) {
                $found[$key] = $value;
            }
        }
        return $found;
    }

    public function add(string $key, mixed $value, int $seconds): Added
    {
        $text = self::encode($value);
        if ($text === null || !$this->open()) {
            return Added::Away;
        }
        $reply = $this->ask(['SET', $this->name($key), $text, 'NX', 'EX', self::ttl($key, $seconds)]);
        if (!$reply->isDone) {
            // It may come to pass later, when the value is not right any more.
            $this->owesChange = $this->owesChange || $reply->mayBeDone;
            return Added::Away;
        }
        if ($reply->value === true || $reply->value === 'OK') {
            return Added::Done;
        }
        $there = $this->ask(['GET', $this->name($key)]);
        return $there->isDone && is_string($there->value) && $there->value !== self::DROPPED
            ? Added::Taken
            : Added::Refused;
    }

    public function set(string $key, mixed $value, int $seconds): void
    {
        $text = in_array(self::ofSite($key), self::DROPPED_WHEN_SET, true) ? null : self::encode($value);
        if ($text === null) {
            $this->drop($key);
            return;
        }
        $this->change(fn () => ['SET', $this->name($key), $text, 'EX', self::ttl($key, $seconds)]);
    }

    /** @return bool whether something was there; false also while Redis is away */
    public function drop(string $key): bool
    {
        $command = fn () => ['SET', $this->name($key), self::DROPPED, 'PX', self::DROPPED_FOR_MS, 'GET'];
        $before = $this->change($command)->value;
        return is_string($before) && $before !== self::DROPPED;
    }

    /** @return int|false|null false: no number is there; null: Redis is away */
    public function shift(string $key, int $offset): int|false|null
    {
        $command = fn () => ['EVAL', self::SHIFT, 1, $this->name($key), (string) $this->mark?->history, $offset];
        $reply = $this->change($command, false);
        if (!$reply->isDone || $reply->value === null) {
            return null;
        }
        return $reply->value[0] ?? false;
    }

    /** Forgets everything; Redis need not be there for it. */
    public function flush(): bool
    {
        $this->mark = null;
        return $this->spend();
    }

    /**
     * At the end of a request, before its answer is complete: what could not be told is made up for, and so is
     * what was told under a mark that others have left since.
     */
    public function close(): void
    {
        if (!$this->owesChange && $this->hasChanged && $this->mark !== null) {
            $this->owesChange = $this->marks->read()?->number !== $this->mark->number;
        }
        if ($this->owesChange && $this->spend()) {
            $this->owesChange = false;
        }
        $this->hasChanged = false;
    }

    /**
     * @param \Closure(): non-empty-list<string|int> $command
     * @return list<?string>|null null while Redis is away
     */
    private function read(\Closure $command): ?array
    {
        // Once more where it is another primary than a moment ago.
        for ($try = 0; $try < 2 && $this->open(); $try++) {
            $reply = $this->ask($command());
            if (!$reply->isDone || is_array($reply->value)) {
                return $reply->value;
            }
            $this->leave();
        }
        return null;
    }

    /** @param \Closure(): non-empty-list<string|int> $command */
    private function change(\Closure $command, bool $idempotent = true): Reply
    {
        $reply = $this->open() ? $this->ask($command(), $idempotent) : Reply::notDone();
        $this->hasChanged = true;
        if (!$reply->isDone) {
            $this->owesChange = true;
            if ($this->spendEveryMs !== null && Clock::now() - $this->spentAtMs >= $this->spendEveryMs) {
                $this->spend();
            }
        }
        return $reply;
    }

    /** Finds the mark, and makes it one of the primary that answers. */
    private function open(): bool
    {
        if ($this->mark !== null) {
            return true;
        }
        $reply = $this->link->ask(['INFO', 'replication']);
        if (!$reply->isDone || preg_match('/^master_replid:(\w{40})/m', (string) $reply->value, $found) !== 1) {
            return false;
        }
        for ($try = 0; $try < self::TRIES; $try++) {
            $mark = $this->marks->read();
            $wanted = $mark?->inUseAt($found[1]);
            if ($mark === null || $wanted === null || ($wanted !== $mark && !$this->takesWrites())) {
                return false;
            }
            if ($wanted === $mark || $this->marks->replace($mark, $wanted)) {
                $this->mark = $wanted;
                return true;
            }
        }
        return false;
    }

    /** A primary that has lost its replicas answers, and refuses: with it every page would use up a mark. */
    private function takesWrites(): bool
    {
        return $this->link->ask(['SET', "wp:$this->site:open", '1', 'EX', 60])->isDone;
    }

    private function spend(): bool
    {
        $this->spentAtMs = Clock::now();
        for ($try = 0; $try < self::TRIES; $try++) {
            $mark = $this->marks->read();
            if ($mark === null) {
                return false;
            }
            $spent = $mark->spent();
            if ($spent === $mark || $this->marks->replace($mark, $spent)) {
                return true;
            }
        }
        return false;
    }

    /** @param non-empty-list<string|int> $command */
    private function ask(array $command, bool $idempotent = true): Reply
    {
        $reply = $this->link->ask($command, $idempotent);
        if (!$reply->isDone) {
            $this->leave();
        }
        return $reply;
    }

    /** The next one that answers may be another primary, under another mark: it does not know what was changed here. */
    private function leave(): void
    {
        $this->owesChange = $this->owesChange || $this->hasChanged;
        $this->mark = null;
    }

    private function name(string $key): string
    {
        return "wp:$this->site:{$this->mark?->number}:$key";
    }

    /** Without the number that it has in a network of sites. */
    private static function ofSite(string $key): string
    {
        return preg_replace('/^\d+\//', '', $key);
    }

    private static function ttl(string $key, int $seconds): int
    {
        $most = self::TTL_BY_KEY_S[self::ofSite($key)] ?? self::TTL_MAX_S;
        return $seconds > 0 ? min($seconds, $most) : $most;
    }

    /** Numbers as they are, so that Redis can count with them; null for what is too large to be kept. */
    private static function encode(mixed $value): ?string
    {
        $text = is_int($value) ? (string) $value : 'S' . serialize($value);
        return strlen($text) <= self::BYTES_MAX ? $text : null;
    }

    private static function decode(string $text, mixed &$value): bool
    {
        if (preg_match('/^-?\d+$/D', $text) === 1) {
            $value = (int) $text;
            return true;
        }
        if ($text === '' || $text[0] !== 'S') {
            return false;
        }
        $value = @unserialize(substr($text, 1));
        return $value !== false || $text === 'Sb:0;';
    }
}
