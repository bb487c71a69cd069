<?php

// The values that the library passes around: addresses, outcomes and the word of a Sentinel.

declare(strict_types=1);

namespace BatonRedis;

/** Where a node, a Sentinel or a router listens. */
final class Address
{
    public function __construct(public readonly string $host, public readonly int $port)
    {
        if ($host === '' || $port < 1 || $port > 65535) {
            throw new \InvalidArgumentException("\"$host:$port\" is no address: expected ADDRESS:PORT");
        }
    }

    /** Of "192.0.2.1:6379", "redis-1:6379" or "[2001:db8::1]:6379". */
    public static function parse(string $text): self
    {
        if (preg_match('/^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:\/\[\]]+)):(\d{1,5})$/D', $text, $found) !== 1) {
            throw new \InvalidArgumentException("\"$text\" is no address: expected ADDRESS:PORT");
        }
        return new self($found[1] !== '' ? $found[1] : $found[2], (int) $found[3]);
    }

    /** The host as it stands in an URL or before a colon. */
    public function bracketed(): string
    {
        return str_contains($this->host, ':') ? "[$this->host]" : $this->host;
    }

    public function __toString(): string
    {
        return $this->bracketed() . ":$this->port";
    }
}

/** Encrypts everything: who signed the certificates, and whether they have to name the address. */
final class Tls
{
    public function __construct(private readonly string $authority, private readonly bool $checkNames)
    {
    }

    /** @return array<string, mixed> for a stream context */
    public function options(Address $address): array
    {
        return [
            'cafile' => $this->authority,
            'peer_name' => $address->host,
            'verify_peer_name' => $this->checkNames,
        ];
    }
}

/** How a call ended. Exactly one of the four classes below: tell them apart with instanceof. */
abstract class Outcome
{
}

/** The server said so. nil is null, a status reply ("OK") is true. */
final class Done extends Outcome
{
    public function __construct(public readonly mixed $value)
    {
    }
}

/** Certainly not executed. */
final class NotDone extends Outcome
{
    /**
     * @param string $error one word: that of an error reply, or no-connection, no-primary, breaker-open
     * @param bool $isOfCluster the state of the cluster is the reason: it may pass
     * @param bool $dropsConnection the connection is of no use any more
     */
    public function __construct(
        public readonly string $error,
        public readonly string $message,
        public readonly bool $isOfCluster,
        public readonly bool $dropsConnection,
    ) {
    }

    public static function ofCluster(string $error, string $message): self
    {
        return new self($error, $message, true, true);
    }
}

/** Sent, and nobody knows: it may have been executed, now or a little later. */
final class Unknown extends Outcome
{
    public function __construct(public readonly string $error, public readonly string $message)
    {
    }
}

/** Redis was not asked, or could not tell in time: this is what the caller's own function gave. */
final class Fallback extends Outcome
{
    public function __construct(public readonly mixed $value, public readonly NotDone|Unknown $because)
    {
    }
}

/** An error reply, as it stands on the wire without its minus sign. */
final class ErrorReply
{
    public function __construct(public readonly string $text)
    {
    }
}

/** What one Sentinel said; without an address it said nothing of use, and `reason` says why. */
final class Answer
{
    /**
     * @param list<Address> $replicas those that it sees attached and alive; only where they were asked for
     * @param string|null $refusal the word of a Sentinel that wants another login
     */
    public function __construct(
        public readonly Address $sentinel,
        public readonly ?Address $primary,
        public readonly int $epoch = -1,
        public readonly array $replicas = [],
        public readonly string $reason = '',
        public readonly ?string $refusal = null,
    ) {
    }
}

/** The primary that the Sentinels agree on. */
final class Primary
{
    public function __construct(public readonly Address $address, public readonly int $epoch)
    {
    }
}

/** The Sentinels do not agree, or too few of them answer. */
final class Unclear
{
    public function __construct(public readonly string $reason)
    {
    }
}

/** Ends an attempt early: carries what is to be told. */
final class Trouble extends \RuntimeException
{
    public function __construct(public readonly NotDone|Unknown $outcome)
    {
        parent::__construct($outcome->message);
    }
}
