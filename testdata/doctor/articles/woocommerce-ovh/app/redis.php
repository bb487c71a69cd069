<?php
// Sessions and counters of the shop.

$sentinels = ['tcp://10.41.1.10:26379', 'tcp://10.41.2.10:26379', 'tcp://10.41.3.10:26379'];

$redis = new Redis();

function shop_redis(array $sentinels, int $tries = 3): ?Redis
{
    global $redis;
    for ($try = 1; $try <= $tries; $try++) {
        try {
            $redis->connectSentinel($sentinels, 'woo', 2.0);
            return $redis;
        } catch (RedisException $error) {
            error_log('Redis: ' . $error->getMessage());
            usleep(100000 * 2 ** $try);
        }
    }
    return null;
}

function shop_reader(): ?Redis
{
    global $redis;
    $replicas = $redis->redisSentinel('REPLICAOF', 'woo');
    $reader = new Redis();
    $reader->connect($replicas[0]['ip'], (int) $replicas[0]['port'], 2.0);
    return $reader;
}
