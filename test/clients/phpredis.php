<?php
// Ordinary phpredis clients, one process each, as somebody writes them who knows one address.
declare(strict_types=1);

$given = getopt('', ['address:', 'port:', 'connections:', 'pipeline:', 'pause-ms:', 'seconds:', 'prefix:']);
$options = $given + ['connections' => '1', 'pipeline' => '1', 'pause-ms' => '20', 'seconds' => '600'];
$stopping = false;
pcntl_async_signals(true);
pcntl_signal(SIGTERM, function () use (&$stopping): void {
    $stopping = true;
});

/** One line in one write: several processes share the output. */
function say(array $facts): void
{
    fwrite(STDOUT, json_encode($facts, JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}

function connect(array $options): Redis
{
    $redis = new Redis();
    $redis->connect($options['address'], (int) $options['port'], 5.0, null, 0, 30.0);
    $password = getenv('REDIS_PASSWORD');
    if ($password !== false && $password !== '') {
        $redis->auth($password);
    }
    return $redis;
}

/** One SET, or several in one pipeline. Throws what phpredis throws, and what it hides in a false. */
function write(Redis $redis, array $names): void
{
    if (count($names) === 1) {
        $answers = [$redis->set($names[0], 'x')];
    } else {
        $pipeline = $redis->pipeline();
        foreach ($names as $name) {
            $pipeline->set($name, 'x');
        }
        $answers = $pipeline->exec();
    }
    if (!is_array($answers) || in_array(false, $answers, true) || count($answers) !== count($names)) {
        throw new RuntimeException($redis->getLastError() ?? 'false without an error');
    }
}

function run(array $options, int $number, bool &$stopping): void
{
    $prefix = "{$options['prefix']}:$number:";
    $depth = (int) $options['pipeline'];
    $pause = (float) $options['pause-ms'] / 1000;
    $began = $last = $told = hrtime(true) / 1e9;
    $longest = 0.0;
    [$acknowledged, $errors, $closed, $following, $reported] = [0, 0, 0, 1, 1];
    $tell = function () use ($prefix, &$following, &$reported): void {
        if ($following > $reported) {
            say(['event' => 'acknowledged', 'prefix' => $prefix, 'first' => $reported, 'last' => $following - 1]);
        }
        $reported = $following;
    };
    $redis = null;
    while (!$stopping && hrtime(true) / 1e9 - $began < (float) $options['seconds']) {
        $names = array_map(fn (int $key): string => $prefix . $key, range($following, $following + $depth - 1));
        try {
            $redis ??= connect($options);
            write($redis, $names);
            $now = hrtime(true) / 1e9;
            [$longest, $last] = [max($longest, $now - $last), $now];
            $following += $depth;
            $acknowledged += $depth;
        } catch (RedisException | RuntimeException $error) {
            $tell();
            $reported = $following += $depth;
            $isClosed = $error instanceof RedisException;
            $errors += 1;
            $closed += (int) $isClosed;
            // A new connection: what the old one still owes must not answer the next question.
            $redis = null;
            $message = substr($error->getMessage(), 0, 200);
            say(['event' => 'error', 'connection' => $prefix, 'closed' => $isClosed, 'message' => $message]);
        }
        if (hrtime(true) / 1e9 - $told > 0.5) {
            $told = hrtime(true) / 1e9;
            $tell();
        }
        usleep((int) ($pause * 1e6));
    }
    $tell();
    $longest = max($longest, hrtime(true) / 1e9 - $last - $pause);
    say([
        'event' => 'summary', 'connection' => $prefix, 'acknowledged' => $acknowledged, 'errors' => $errors,
        'closed' => $closed, 'longestGapMs' => (int) round($longest * 1000),
    ]);
}

$children = [];
for ($number = 0; $number < (int) $options['connections']; $number += 1) {
    $child = pcntl_fork();
    if ($child === 0) {
        run($options, $number, $stopping);
        exit(0);
    }
    $children[] = $child;
}
$hasTold = false;
while (count($children) > 0) {
    if ($stopping && !$hasTold) {
        $hasTold = true;
        array_map(fn (int $child) => posix_kill($child, SIGTERM), $children);
    }
    $children = array_filter($children, fn (int $child): bool => pcntl_waitpid($child, $status, WNOHANG) === 0);
    usleep(50_000);
}
