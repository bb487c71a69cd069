<?php

// Sessions (the visitor's cart): every change is in the database before it is in Redis, pages read from Redis. The
// visitor's cookie knows the version, so that an older copy, of before an outage or a failover, is never shown.

declare(strict_types=1);

namespace BatonShop;

final class Session
{
    /** @param array<mixed> $data */
    public function __construct(
        public readonly string $id,
        public readonly int $version,
        public readonly array $data,
        public readonly bool $isFromRedis = false,
    ) {
    }

    /** Of a visitor who is here for the first time, or whose cookie is none of ours. */
    public static function fresh(): self
    {
        return new self(bin2hex(random_bytes(16)), 0, []);
    }

    /** "ID.VERSION", as it stands in the cookie. */
    public static function parse(string $cookie): ?self
    {
        return preg_match('/^([0-9a-f]{32})\.(\d{1,9})$/D', $cookie, $found) === 1
            ? new self($found[1], (int) $found[2], [])
            : null;
    }

    public function cookie(): string
    {
        return "$this->id.$this->version";
    }
}

final class Sessions
{
    private const TTL_S = 172800;
    /** Two changes at once may arrive in either order: the newer one stays. */
    private const KEEP = <<<'LUA'
        local version = redis.call('HGET', KEYS[1], 'v')
        if version and tonumber(version) >= tonumber(ARGV[1]) then return 0 end
        redis.call('HSET', KEYS[1], 'v', ARGV[1], 'd', ARGV[2])
        redis.call('EXPIRE', KEYS[1], ARGV[3])
        return 1
        LUA;

    private readonly string $table;

    public function __construct(private readonly Link $link, private readonly \wpdb $database)
    {
        $this->table = "{$database->prefix}shop_sessions";
    }

    public function install(): void
    {
        $this->database->query("CREATE TABLE IF NOT EXISTS $this->table (
            id char(32) CHARACTER SET ascii NOT NULL PRIMARY KEY,
            version int unsigned NOT NULL,
            data longtext CHARACTER SET utf8mb4 NOT NULL,
            changed timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
            KEY changed (changed)
        ) ENGINE=InnoDB");
    }

    public function forgetOld(): void
    {
        $delete = "DELETE FROM $this->table WHERE changed < NOW() - INTERVAL %d SECOND LIMIT 10000";
        $this->query($this->database->prepare($delete, self::TTL_S));
    }

    /** @param Session $known as the cookie has it: nothing older is good enough */
    public function read(Session $known): Session
    {
        if ($known->version === 0) {
            return $known;
        }
        $reply = $this->link->ask(['HMGET', $this->key($known->id), 'v', 'd']);
        [$version, $text] = $reply->value ?? [null, null];
        if (is_numeric($version) && (int) $version >= $known->version) {
            return new Session($known->id, (int) $version, self::decode((string) $text), true);
        }
        $session = $this->fromDatabase($known->id, '');
        if ($session->version === 0) {
            // Nobody brings a session of their own choice.
            return Session::fresh();
        }
        if ($reply->isDone) {
            $this->keep($session);
        }
        return $session;
    }

    /**
     * Nobody else changes this session meanwhile, and other changes of the database are made with it or not at all.
     *
     * @param \Closure(array<mixed>): array<mixed> $change
     */
    public function change(string $id, \Closure $change): Session
    {
        $this->query('START TRANSACTION');
        try {
            // A row that is not there cannot be locked: two first changes at once would lock each other out.
            $none = "INSERT IGNORE INTO $this->table (id, version, data) VALUES (%s, 0, '[]')";
            $this->query($this->database->prepare($none, $id));
            $before = $this->fromDatabase($id, 'FOR UPDATE');
            $session = new Session($id, $before->version + 1, $change($before->data));
            $update = "UPDATE $this->table SET version = %d, data = %s WHERE id = %s";
            $text = self::encode($session->data);
            $this->query($this->database->prepare($update, $session->version, $text, $id));
            $this->query('COMMIT');
        } catch (\Throwable $error) {
            $this->database->query('ROLLBACK');
            throw $error;
        }
        $this->keep($session);
        return $session;
    }

    private function keep(Session $session): void
    {
        $words = [$session->version, self::encode($session->data), self::TTL_S];
        $this->link->ask(['EVAL', self::KEEP, 1, $this->key($session->id), ...$words]);
    }

    private function fromDatabase(string $id, string $lock): Session
    {
        $select = "SELECT version, data FROM $this->table WHERE id = %s $lock";
        $row = $this->database->get_row($this->database->prepare($select, $id));
        return $row === null
            ? new Session($id, 0, [])
            : new Session($id, (int) $row->version, self::decode($row->data));
    }

    private function query(string $query): void
    {
        if ($this->database->query($query) === false) {
            throw new \RuntimeException("the database refused: {$this->database->last_error}");
        }
    }

    private function key(string $id): string
    {
        return "session:$id";
    }

    private static function encode(array $data): string
    {
        return json_encode($data, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
    }

    /** @return array<mixed> */
    private static function decode(string $text): array
    {
        $data = json_decode($text, true, 16);
        return is_array($data) ? $data : [];
    }
}
