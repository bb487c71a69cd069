<?php

// The little of Redis' protocol (RESP2) that asking a Sentinel takes, with limits.

declare(strict_types=1);

namespace BatonRedis;

/** The reply breaks the protocol, or a limit of ours. */
final class ProtocolError extends \RuntimeException
{
}

final class Resp
{
    public const BYTES_MAX = 262144;
    private const DEPTH_MAX = 4;
    private const ITEMS_MAX = 10000;

    private int $at = 0;

    private function __construct(private readonly string $bytes)
    {
    }

    /** @param list<string> $command */
    public static function encode(array $command): string
    {
        $text = '*' . count($command) . "\r\n";
        foreach ($command as $word) {
            $text .= '$' . strlen($word) . "\r\n$word\r\n";
        }
        return $text;
    }

    /**
     * @return list<mixed>|null null while bytes are missing
     * @throws ProtocolError
     */
    public static function replies(string $bytes, int $count): ?array
    {
        if (strlen($bytes) > self::BYTES_MAX) {
            throw new ProtocolError('the reply is longer than ' . self::BYTES_MAX . ' bytes');
        }
        $reader = new self($bytes);
        $replies = [];
        while (count($replies) < $count) {
            $reply = $reader->next(0);
            if ($reply === null) {
                return null;
            }
            $replies[] = $reply[0];
        }
        return $replies;
    }

    /** @return array{mixed}|null */
    private function next(int $depth): ?array
    {
        $end = strpos($this->bytes, "\r\n", $this->at);
        if ($end === false) {
            return null;
        }
        $kind = $this->bytes[$this->at];
        $text = substr($this->bytes, $this->at + 1, $end - $this->at - 1);
        $this->at = $end + 2;
        return match ($kind) {
            '+' => [$text],
            '-' => [new ErrorReply($text)],
            ':' => [self::number($text, PHP_INT_MIN, PHP_INT_MAX)],
            '$' => $this->bulk(self::number($text, -1, self::BYTES_MAX)),
            '*' => $this->list(self::number($text, -1, self::ITEMS_MAX), $depth),
            default => throw new ProtocolError('a reply of an unknown type'),
        };
    }

    private static function number(string $text, int $least, int $most): int
    {
        $number = filter_var($text, FILTER_VALIDATE_INT);
        if ($number === false || $number < $least || $number > $most) {
            throw new ProtocolError('a number that is none, or out of bounds');
        }
        return $number;
    }

    /** @return array{string|null}|null */
    private function bulk(int $length): ?array
    {
        if ($length === -1) {
            return [null];
        }
        if (strlen($this->bytes) < $this->at + $length + 2) {
            return null;
        }
        $text = substr($this->bytes, $this->at, $length);
        if (substr($this->bytes, $this->at + $length, 2) !== "\r\n") {
            throw new ProtocolError('a string that does not end where it should');
        }
        $this->at += $length + 2;
        return [$text];
    }

    /** @return array{list<mixed>|null}|null */
    private function list(int $count, int $depth): ?array
    {
        if ($depth === self::DEPTH_MAX) {
            throw new ProtocolError('lists within lists, too deep');
        }
        $items = [];
        for ($index = 0; $index < $count; $index++) {
            $item = $this->next($depth + 1);
            if ($item === null) {
                return null;
            }
            $items[] = $item[0];
        }
        return [$count === -1 ? null : $items];
    }
}
