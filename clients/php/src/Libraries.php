<?php

// The two libraries behind one small interface: phpredis and Predis open, send and close, nothing else.
// Neither may reconnect, resend or log in by itself: all that is decided in Lines and Client.

declare(strict_types=1);

namespace BatonRedis;

/** Nothing was sent. */
final class NotSent extends \RuntimeException
{
}

/** The command was sent, or may have been, and there is no reply. */
final class Lost extends \RuntimeException
{
}

interface Connection
{
    /**
     * @param non-empty-list<string> $command
     * @return mixed the reply: nil is null, a status is true, an error is an ErrorReply
     * @throws NotSent|Lost
     */
    public function send(#[\SensitiveParameter] array $command, float $timeoutMs): mixed;

    public function close(): void;
}

interface Library
{
    public function name(): string;

    /** @throws NotSent */
    public function open(Address $address, float $timeoutMs, ?Tls $tls): Connection;
}

final class PhpRedis implements Library
{
    public function name(): string
    {
        return 'phpredis ' . phpversion('redis');
    }

    public function open(Address $address, float $timeoutMs, ?Tls $tls): Connection
    {
        $redis = new \Redis();
        $host = $tls === null ? $address->host : 'tls://' . $address->bracketed();
        $seconds = $timeoutMs / 1000;
        $context = $tls === null ? [] : ['stream' => $tls->options($address)];
        try {
            // The last but one is the read timeout: without it a frozen server holds this process for a minute.
            $isOpen = @$redis->connect($host, $address->port, $seconds, null, 0, $seconds, $context);
        } catch (\RedisException) {
            $isOpen = false;
        }
        if (!$isOpen) {
            throw new NotSent("no connection to $address");
        }
        // By itself it would connect to the same address again, log in, and send there.
        $redis->setOption(\Redis::OPT_MAX_RETRIES, 0);
        return new PhpRedisConnection($redis);
    }
}

final class PhpRedisConnection implements Connection
{
    public function __construct(private readonly \Redis $redis)
    {
    }

    public function send(#[\SensitiveParameter] array $command, float $timeoutMs): mixed
    {
        try {
            $this->redis->setOption(\Redis::OPT_READ_TIMEOUT, $timeoutMs / 1000);
            $this->redis->clearLastError();
            // A pipeline of one: only there is false certainly a reply. Elsewhere it may also be a command
            // that could not be sent in whole.
            $replies = $this->redis->multi(\Redis::PIPELINE)->rawCommand(...$command)->exec();
        } catch (\RedisException) {
            // Some error replies are thrown, others are false: the last error knows both. The exception
            // goes no further, since its trace holds the arguments of AUTH.
            $error = $this->lastError();
            return $error ?? throw new Lost('no reply');
        }
        if (!is_array($replies) || count($replies) !== 1) {
            throw new Lost('no reply');
        }
        return $this->lastError() ?? self::withNull($replies[0]);
    }

    public function close(): void
    {
        try {
            $this->redis->close();
        } catch (\RedisException) {
            // It was closed already.
        }
    }

    private function lastError(): ?ErrorReply
    {
        try {
            $text = $this->redis->getLastError();
        } catch (\RedisException) {
            // Without a connection it keeps no error.
            return null;
        }
        return $text === null ? null : new ErrorReply($text);
    }

    /** phpredis gives false for nil. */
    private static function withNull(mixed $reply): mixed
    {
        return match (true) {
            $reply === false => null,
            is_array($reply) => array_map(self::withNull(...), $reply),
            default => $reply,
        };
    }
}

final class Predis implements Library
{
    public function __construct()
    {
        // Debian's place, on PHP's include path; under Composer the class is there already.
        if (!class_exists(\Predis\Client::class)) {
            require_once 'Predis/autoload.php';
        }
    }

    public function name(): string
    {
        return 'Predis ' . \Predis\Client::VERSION;
    }

    public function open(Address $address, float $timeoutMs, ?Tls $tls): Connection
    {
        $seconds = $timeoutMs / 1000;
        $parameters = [
            'scheme' => $tls === null ? 'tcp' : 'tls',
            'host' => $address->host,
            'port' => $address->port,
            'timeout' => $seconds,
            'read_write_timeout' => $seconds,
        ];
        if ($tls !== null) {
            $parameters['ssl'] = $tls->options($address);
        }
        // The plain connection of Predis: its Client would connect anew without asking anybody.
        $stream = new \Predis\Connection\StreamConnection(new \Predis\Connection\Parameters($parameters));
        try {
            @$stream->connect();
        } catch (\Predis\CommunicationException) {
            throw new NotSent("no connection to $address");
        }
        return new PredisConnection($stream, $tls !== null);
    }
}

final class PredisConnection implements Connection
{
    public function __construct(
        private readonly \Predis\Connection\StreamConnection $stream,
        private readonly bool $isEncrypted,
    ) {
    }

    public function send(#[\SensitiveParameter] array $command, float $timeoutMs): mixed
    {
        // Asked for its resource, a closed connection would open itself.
        if (!$this->stream->isConnected() || $this->isLeft()) {
            throw new NotSent('the connection is closed');
        }
        $micros = (int) max(1000, $timeoutMs * 1000);
        stream_set_timeout($this->stream->getResource(), intdiv($micros, 1000000), $micros % 1000000);
        try {
            $raw = new \Predis\Command\RawCommand($command);
            return self::plain($this->stream->executeCommand($raw));
        } catch (\Predis\CommunicationException) {
            // The exception goes no further, since its trace holds the arguments of AUTH.
            throw new Lost('no reply');
        }
    }

    public function close(): void
    {
        $this->stream->disconnect();
    }

    /** Whether the other side has closed it, or talks without having been asked. */
    private function isLeft(): bool
    {
        $read = [$this->stream->getResource()];
        $none = [];
        if (@stream_select($read, $none, $none, 0, 0) !== 1) {
            return false;
        }
        // TLS has words of its own that nobody asked for: there only the end counts.
        return !$this->isEncrypted || feof($this->stream->getResource());
    }

    private static function plain(mixed $reply): mixed
    {
        return match (true) {
            $reply instanceof \Predis\Response\ErrorInterface => new ErrorReply($reply->getMessage()),
            $reply instanceof \Predis\Response\Status => true,
            is_array($reply) => array_map(self::plain(...), $reply),
            default => $reply,
        };
    }
}
