<?php

// The settings of one client, checked once, and kept so that no dump shows a password.

declare(strict_types=1);

namespace BatonRedis;

final class Settings
{
    /** @var list<Address> */
    public readonly array $sentinels;
    public readonly ?Address $router;
    public readonly int $commandTimeoutMs;
    public readonly ?Tls $tls;
    private readonly \Closure $secrets;

    /**
     * Either `sentinels` and `group`, or `router`. All times are milliseconds.
     *
     * @param list<string> $sentinels all of the group, as ADDRESS:PORT; the order has no meaning
     * @param int|null $commandTimeoutMs 500, or 5000 through a router, which holds commands
     * @param string|null $sentinelPassword null: the same as for Redis; '': none
     * @param int $retryForMs 0: a call is one attempt
     * @param string|null $tlsAuthority path of the PEM file of the authority: everything is asked over TLS
     * @param bool $tlsCheckNames the certificates have to name the address, too
     */
    public function __construct(
        array $sentinels = [],
        public readonly string $group = '',
        ?string $router = null,
        #[\SensitiveParameter] string $username = '',
        #[\SensitiveParameter] string $password = '',
        #[\SensitiveParameter] ?string $sentinelUsername = null,
        #[\SensitiveParameter] ?string $sentinelPassword = null,
        public readonly int $connectTimeoutMs = 500,
        ?int $commandTimeoutMs = null,
        public readonly int $sentinelTimeoutMs = 300,
        public readonly int $askAgainMs = 1000,
        public readonly int $retryForMs = 10000,
        public readonly int $breakerFailures = 5,
        public readonly int $breakerPauseMs = 500,
        ?string $tlsAuthority = null,
        bool $tlsCheckNames = false,
    ) {
        $this->tls = $tlsAuthority === null ? null : new Tls($tlsAuthority, $tlsCheckNames);
        $this->router = $router === null ? null : Address::parse($router);
        // A Sentinel that is listed twice has one voice.
        $this->sentinels = array_map(Address::parse(...), array_values(array_unique($sentinels)));
        $this->commandTimeoutMs = $commandTimeoutMs ?? ($router === null ? 500 : 5000);
        $this->refuseNonsense();
        $redis = self::login($username, $password);
        $sentinel = $sentinelPassword === null ? $redis : self::login($sentinelUsername ?? '', $sentinelPassword);
        $this->secrets = static fn (): array => ['redis' => $redis, 'sentinel' => $sentinel];
    }

    /** @return list<string>|null the AUTH command for Redis */
    public function redisLogin(): ?array
    {
        return ($this->secrets)()['redis'];
    }

    /** @return list<string>|null the AUTH command for Sentinels */
    public function sentinelLogin(): ?array
    {
        return ($this->secrets)()['sentinel'];
    }

    /** The longest that one attempt may take. */
    public function attemptMs(): int
    {
        $asking = $this->router === null ? $this->sentinelTimeoutMs : 0;
        return $asking + $this->connectTimeoutMs + $this->commandTimeoutMs;
    }

    /** Tells clusters and users apart, in the name of what is kept between requests; holds no secret. */
    public function identity(): string
    {
        $places = array_map(strval(...), $this->sentinels);
        sort($places);
        return hash('sha256', json_encode([$places, $this->group, (string) $this->router]));
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['sentinels' => $this->sentinels, 'group' => $this->group, 'router' => $this->router];
    }

    public function __serialize(): array
    {
        throw new \LogicException('settings hold a password and are not to be serialized');
    }

    /** @return list<string>|null */
    private static function login(
        #[\SensitiveParameter] string $username,
        #[\SensitiveParameter] string $password,
    ): ?array {
        if ($password === '') {
            return null;
        }
        return $username === '' ? ['AUTH', $password] : ['AUTH', $username, $password];
    }

    private function refuseNonsense(): void
    {
        if (($this->router === null) === ($this->sentinels === [])) {
            throw new \InvalidArgumentException('expected either sentinels or a router');
        }
        if ($this->router === null && $this->group === '') {
            throw new \InvalidArgumentException('expected the name of the group that the Sentinels watch');
        }
        $positive = ['connectTimeoutMs', 'commandTimeoutMs', 'sentinelTimeoutMs', 'breakerFailures', 'breakerPauseMs'];
        foreach ($positive as $name) {
            if ($this->$name < 1) {
                throw new \InvalidArgumentException("$name is {$this->$name}, expected 1 or more");
            }
        }
        if ($this->retryForMs < 0 || $this->askAgainMs < 0) {
            throw new \InvalidArgumentException('retryForMs and askAgainMs are 0 or more');
        }
    }
}
