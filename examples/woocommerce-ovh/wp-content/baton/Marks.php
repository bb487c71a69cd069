<?php

// Which entries of the cache may be believed: a mark in the database, where the truth is as well. Its number
// is part of every key, so a new number makes everything that was cached before unreachable, on all hosts at once.

declare(strict_types=1);

namespace BatonShop;

/** An odd number is in use; under an even one nothing has been cached yet. */
final class Mark
{
    /** @param string $history the replication id of the primary that was last written to: another one has lost something */
    public function __construct(public readonly int $number, public readonly string $history)
    {
    }

    public static function parse(string $text): ?self
    {
        return preg_match('/^(\d{1,15}) (\w{0,40})$/D', $text, $found) === 1 ? new self((int) $found[1], $found[2]) : null;
    }

    public function isInUse(): bool
    {
        return $this->number % 2 === 1;
    }

    /** For a primary with this history: the same, where it is in use there already. */
    public function inUseAt(string $history): self
    {
        if ($this->isInUse() && $this->history === $history) {
            return $this;
        }
        return new self($this->number + ($this->isInUse() ? 2 : 1), $history);
    }

    /** What was cached is not to be believed any more. */
    public function spent(): self
    {
        return $this->isInUse() ? new self($this->number + 1, $this->history) : $this;
    }

    public function __toString(): string
    {
        return "$this->number $this->history";
    }
}

interface Marks
{
    /** Null where there is none to be had: then nothing is cached. */
    public function read(): ?Mark;

    /** Only where it still is the old one. */
    public function replace(Mark $old, Mark $new): bool;
}

/** As an option that is never loaded with the others, and never cached. */
final class DatabaseMarks implements Marks
{
    private const NAME = 'baton_cache_mark';

    public function __construct(private readonly \wpdb $database)
    {
    }

    public function read(): ?Mark
    {
        $table = $this->database->options;
        $select = $this->database->prepare("SELECT option_value FROM $table WHERE option_name = %s", self::NAME);
        $text = $this->quietly(fn () => $this->database->get_var($select));
        if ($text === null) {
            // A number that none of before can have had, should somebody have removed it.
            $fresh = "CONCAT(2 * UNIX_TIMESTAMP(), ' ')";
            $insert = "INSERT IGNORE INTO $table (option_name, option_value, autoload) VALUES (%s, $fresh, 'no')";
            $this->quietly(fn () => $this->database->query($this->database->prepare($insert, self::NAME)));
            $text = $this->quietly(fn () => $this->database->get_var($select));
        }
        return $text === null ? null : Mark::parse($text);
    }

    public function replace(Mark $old, Mark $new): bool
    {
        $update = "UPDATE {$this->database->options} SET option_value = %s WHERE option_name = %s AND option_value = %s";
        $query = $this->database->prepare($update, (string) $new, self::NAME, (string) $old);
        return $this->quietly(fn () => $this->database->query($query)) === 1;
    }

    /** While WordPress is being installed there is no such table. */
    private function quietly(\Closure $act): mixed
    {
        $before = $this->database->suppress_errors();
        try {
            return $act();
        } finally {
            $this->database->suppress_errors($before);
        }
    }
}
