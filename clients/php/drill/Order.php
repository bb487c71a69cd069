<?php

// The drill's first line, checked.

declare(strict_types=1);

namespace BatonRedis\Drill;

final class Order
{
    /** @param list<string> $sentinels */
    private function __construct(
        public readonly string $way,
        public readonly array $sentinels,
        public readonly string $group,
        public readonly string $router,
        public readonly string $username,
        private readonly \Closure $secret,
        public readonly string $key,
        public readonly int $retryForMs,
        public readonly ?string $authority,
        public readonly bool $checkNames,
    ) {
    }

    public function password(): string
    {
        return ($this->secret)();
    }

    /**
     * @param array<string, mixed> $line
     * @throws \InvalidArgumentException where a field is not what the contract says
     */
    public static function from(#[\SensitiveParameter] array $line): self
    {
        $text = static fn (string $name): string => match (true) {
            !isset($line[$name]) => '',
            is_string($line[$name]) => $line[$name],
            default => throw new \InvalidArgumentException("\"$name\" is no text"),
        };
        $way = $text('way');
        $sentinels = $line['sentinels'] ?? [];
        $isList = is_array($sentinels) && array_is_list($sentinels);
        if (!$isList || array_filter($sentinels, 'is_string') !== $sentinels) {
            throw new \InvalidArgumentException('"sentinels" is no list of texts');
        }
        $isComplete = match ($way) {
            'sentinel' => $sentinels !== [] && $text('group') !== '',
            'router' => $text('router') !== '',
            default => false,
        };
        if (!$isComplete || $text('key') === '') {
            throw new \InvalidArgumentException('expected way, key, and sentinels with group, or router');
        }
        $retryForMs = $line['retryForMs'] ?? 10000;
        $authority = $line['tls']['ca'] ?? null;
        if (!is_int($retryForMs) || $retryForMs < 0 || ($authority !== null && !is_string($authority))) {
            throw new \InvalidArgumentException('retryForMs or tls is not what it should be');
        }
        if (isset($line['tls']) && $authority === null) {
            throw new \InvalidArgumentException('tls without ca');
        }
        $password = $text('password');
        return new self(
            $way,
            $sentinels,
            $text('group'),
            $text('router'),
            $text('username'),
            static fn (): string => $password,
            $text('key'),
            $retryForMs,
            $authority,
            ($line['tls']['checkNames'] ?? false) === true,
        );
    }
}
