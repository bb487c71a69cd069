<?php

// What writes and reads for the drill: the module, or a library exactly as its manual shows it.

declare(strict_types=1);

namespace BatonRedis\Drill;

use BatonRedis\Address;
use BatonRedis\Client;
use BatonRedis\Done;
use BatonRedis\Library;
use BatonRedis\NotDone;
use BatonRedis\Outcome;
use BatonRedis\ProcessState;
use BatonRedis\Rules;
use BatonRedis\Settings;
use BatonRedis\Unknown;

interface Writer
{
    public function name(): string;

    public function write(int $id): Outcome;

    public function read(): Outcome;
}

/** As an application with the module would. */
final class WithModule implements Writer
{
    private readonly Client $client;

    /** @param \Closure(array<string, mixed>): void $say */
    public function __construct(private readonly Order $order, private readonly Library $library, \Closure $say)
    {
        $isRouter = $order->way === 'router';
        $settings = new Settings(
            sentinels: $isRouter ? [] : $order->sentinels,
            group: $isRouter ? '' : $order->group,
            router: $isRouter ? $order->router : null,
            username: $order->username,
            password: $order->password(),
            retryForMs: $order->retryForMs,
            tlsAuthority: $order->authority,
            tlsCheckNames: $order->checkNames,
        );
        // Of its own: several drill clients on one machine are to be measured each for itself.
        $tell = static function (string $what, string $address) use ($say): void {
            $say($what === 'closed' ? ['kind' => 'closed'] : ['kind' => 'primary', 'address' => $address]);
        };
        $this->client = new Client($settings, $library, new ProcessState(), $tell);
    }

    public function name(): string
    {
        return 'php ' . $this->library->name();
    }

    public function write(int $id): Outcome
    {
        return $this->client->call(['RPUSH', $this->order->key, $id]);
    }

    public function read(): Outcome
    {
        return $this->client->call(['LRANGE', $this->order->key, -1, -1], idempotent: true, fromReplica: true);
    }
}

/** What an operator knows, and this program does not: whether the Sentinels want a login, too. */
function sentinelsWantLogin(Order $order): bool
{
    foreach ($order->sentinels as $sentinel) {
        $stream = @stream_socket_client("tcp://$sentinel", $code, $reason, 1.0);
        if ($stream === false) {
            continue;
        }
        stream_set_timeout($stream, 1);
        fwrite($stream, "PING\r\n");
        $said = fgets($stream, 1024);
        fclose($stream);
        if ($said !== false) {
            return str_starts_with($said, '-NOAUTH');
        }
    }
    return true;
}

/** Something went wrong, and nothing shows whether before or after sending: then it was sent. */
function unknown(\Throwable $error, float $beganMs): Unknown
{
    // A default that waits at all waits for seconds.
    $isLate = hrtime(true) / 1e6 - $beganMs > 400;
    return new Unknown($isLate ? 'timeout' : 'connection-lost', $error::class);
}

/** One look-up, one Redis object for ever after. */
final class PlainPhpRedis implements Writer
{
    private ?\Redis $redis = null;

    public function __construct(private readonly Order $order)
    {
    }

    public function name(): string
    {
        return 'php phpredis ' . phpversion('redis') . ', default';
    }

    public function write(int $id): Outcome
    {
        return $this->run(fn (\Redis $redis): mixed => $redis->rPush($this->order->key, (string) $id));
    }

    public function read(): Outcome
    {
        return $this->run(fn (\Redis $redis): mixed => $redis->lRange($this->order->key, -1, -1));
    }

    /** @param \Closure(\Redis): mixed $command */
    private function run(\Closure $command): Outcome
    {
        $beganMs = hrtime(true) / 1e6;
        try {
            $redis = $this->redis ??= $this->connected();
        } catch (\RedisException $error) {
            return NotDone::ofCluster('no-connection', $error::class);
        }
        try {
            $redis->clearLastError();
            $value = $command($redis);
            $text = $redis->getLastError();
        } catch (\RedisException $error) {
            try {
                $text = $redis->getLastError();
            } catch (\RedisException) {
                $text = null;
            }
            if ($text === null) {
                return unknown($error, $beganMs);
            }
        }
        if ($text !== null) {
            return Rules::ofErrorReply($text);
        }
        // Without an error, false is a command that could not be written.
        return $value === false ? new Unknown('connection-lost', 'false') : new Done($value);
    }

    /** @throws \RedisException */
    private function connected(): \Redis
    {
        $place = $this->order->way === 'router' ? $this->order->router : $this->lookUp();
        $address = Address::parse($place);
        $redis = new \Redis();
        $redis->connect($address->host, $address->port);
        if ($this->order->password() !== '') {
            $redis->auth($this->login());
        }
        return $redis;
    }

    /** @return string|list<string> */
    private function login(): string|array
    {
        $password = $this->order->password();
        return $this->order->username === '' ? $password : [$this->order->username, $password];
    }

    /** @throws \RedisException */
    private function lookUp(): string
    {
        $first = Address::parse($this->order->sentinels[0]);
        // The seventh is the password, which 5.3 takes and has only in its manual.
        $login = $this->order->password() !== '' && sentinelsWantLogin($this->order) ? $this->login() : null;
        $timeouts = [0.0, null, 0, 0.0];
        $sentinel = new \RedisSentinel($first->host, $first->port, ...($login === null ? [] : [...$timeouts, $login]));
        $found = $sentinel->getMasterAddrByName($this->order->group);
        return is_array($found) && count($found) === 2
            ? "$found[0]:$found[1]"
            : throw new \RedisException('no address');
    }
}

/** The option `replication` with all its defaults. */
final class PlainPredis implements Writer
{
    private readonly \Predis\Client $client;

    /** @throws \InvalidArgumentException where this cannot be done with Predis alone */
    public function __construct(private readonly Order $order)
    {
        // It sets the password of Sentinels to null: "this will be implemented in a later release".
        if ($order->way === 'sentinel' && $order->password() !== '' && sentinelsWantLogin($order)) {
            $version = \Predis\Client::VERSION;
            throw new \InvalidArgumentException("Predis $version cannot log in to Sentinels, and these want it");
        }
        $both = ['username' => $order->username, 'password' => $order->password()];
        $login = array_filter($both, static fn (string $one): bool => $one !== '');
        $this->client = $order->way === 'router'
            ? new \Predis\Client("tcp://$order->router", ['parameters' => $login])
            : new \Predis\Client(
                array_map(static fn (string $one): string => "tcp://$one", $order->sentinels),
                ['replication' => 'sentinel', 'service' => $order->group, 'parameters' => $login],
            );
    }

    public function name(): string
    {
        return 'php Predis ' . \Predis\Client::VERSION . ', default';
    }

    public function write(int $id): Outcome
    {
        return $this->run(fn (): mixed => $this->client->rpush($this->order->key, [(string) $id]));
    }

    public function read(): Outcome
    {
        return $this->run(fn (): mixed => $this->client->lrange($this->order->key, -1, -1));
    }

    /** @param \Closure(): mixed $command */
    private function run(\Closure $command): Outcome
    {
        $beganMs = hrtime(true) / 1e6;
        try {
            return new Done($command());
        } catch (\Predis\Response\ServerException $error) {
            return Rules::ofErrorReply($error->getMessage());
        } catch (\Predis\PredisException $error) {
            // It sends again by itself: even "no Sentinel" may come after something that was sent.
            return unknown($error, $beganMs);
        }
    }
}
