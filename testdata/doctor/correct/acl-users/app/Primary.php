<?php
declare(strict_types=1);

/** A connection to whoever is the primary; for requests that do without Redis when it stays away. */
final class Primary
{
    private const SENTINELS = ['10.1.0.11', '10.1.0.12', '10.1.0.13'];
    private const WAIT_SECONDS = 0.5;

    private ?Redis $redis = null;

    public function __construct(private string $group, private string $password, private string $sentinelPassword)
    {
    }

    public function remember(string $key, string $value): bool
    {
        for ($attempt = 1; $attempt <= 2; $attempt++) {
            try {
                $this->redis ??= $this->connect();
                if ($this->redis->setex($key, 3600, $value) !== false) {
                    return true;
                }
            } catch (RedisException $error) {
                // A lost connection, READONLY, NOREPLICAS, MASTERDOWN or LOADING: Sentinel knows more.
                error_log('Redis: ' . $error->getMessage());
            }
            $this->redis = null;
        }
        return false;
    }

    private function connect(): Redis
    {
        [$host, $port] = $this->address();
        $redis = new Redis();
        $redis->connect($host, (int) $port, self::WAIT_SECONDS, null, 0, self::WAIT_SECONDS);
        $redis->auth($this->password);
        $role = $redis->role();
        if (($role[0] ?? '') !== 'master') {
            throw new RedisException("$host:$port is no primary");
        }
        return $redis;
    }

    /** @return array{string, string} */
    private function address(): array
    {
        foreach (self::SENTINELS as $sentinel) {
            try {
                $client = new RedisSentinel([
                    'host' => $sentinel,
                    'port' => 26379,
                    'connectTimeout' => self::WAIT_SECONDS,
                    'readTimeout' => self::WAIT_SECONDS,
                    'auth' => $this->sentinelPassword,
                ]);
                $found = $client->getMasterAddrByName($this->group);
                if (is_array($found) && count($found) === 2) {
                    return $found;
                }
            } catch (RedisException $error) {
                error_log("Sentinel $sentinel: " . $error->getMessage());
            }
        }
        throw new RedisException('no Sentinel has answered');
    }
}
