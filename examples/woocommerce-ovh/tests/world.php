<?php

// What the promises are tried on: a mark that is kept in memory, and a real redis-server.

declare(strict_types=1);

use BatonShop\{Mark, Marks};

/** A mark as the database would keep it. */
final class MarksInMemory implements Marks
{
    private static int $first = 0;
    public int $replaced = 0;
    private Mark $mark;

    /** No two have the same numbers. */
    public function __construct()
    {
        $this->mark = new Mark(self::$first += 1000, '');
    }

    public function read(): Mark
    {
        return $this->mark;
    }

    public function replace(Mark $old, Mark $new): bool
    {
        if ((string) $this->mark !== (string) $old) {
            return false;
        }
        $this->mark = $new;
        $this->replaced++;
        return true;
    }
}

/** A real one, in a folder of its own. */
final class Server
{
    /** @var resource|null */
    private $process = null;

    public function __construct(private readonly string $folder, public readonly int $port)
    {
    }

    public function start(): void
    {
        $settings = ['--port', (string) $this->port, '--bind', '127.0.0.1', '--dir', $this->folder, '--save', '3600 1'];
        $quiet = [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']];
        $this->process = proc_open(['redis-server', ...$settings], $quiet, $pipes);
        $until = hrtime(true) + 10e9;
        while (@fsockopen('127.0.0.1', $this->port, $code, $why, 0.2) === false) {
            hrtime(true) < $until || throw new RuntimeException('redis-server does not listen');
            usleep(20000);
        }
    }

    /** It becomes another primary without a connection being closed, as a router makes it look. */
    public function becomeAnother(): void
    {
        $this->tell('REPLICAOF', '127.0.0.1', '1');
        $this->tell('REPLICAOF', 'NO', 'ONE');
    }

    public function tell(string ...$command): void
    {
        $redis = new Redis();
        $redis->connect('127.0.0.1', $this->port, 1, null, 0, 1);
        $redis->rawCommand(...$command);
        $redis->close();
    }

    public function signal(int $signal): void
    {
        proc_terminate($this->process, $signal);
    }

    /** In good order: what it has is on the disk. */
    public function stop(): void
    {
        if ($this->process === null) {
            return;
        }
        $this->signal(SIGCONT);
        $this->signal(SIGTERM);
        while (proc_get_status($this->process)['running']) {
            usleep(10000);
        }
        proc_close($this->process);
        $this->process = null;
    }
}
